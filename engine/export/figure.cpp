#include "engine/export/figure.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "engine/checkpoint/utf8.h"
#include "engine/core/error.h"
#include "engine/export/figure_parts.h"
#include "engine/record/recipe.h"

namespace jacobiscope {

namespace {

constexpr double kWidth = 504, kMargin = 14, kRightColumn = 96;
constexpr double kCurvesHeight = 132, kHeadHeight = 16, kAxisHeight = 32;

std::string titleOf(const ModelInfo& model) {
  return model.title.empty() || model.title == model.name ? model.name
                                                          : model.name + " — " + model.title;
}

// Whether the three or four bytes of a character are one of those that Unicode keeps free and
// neither XML nor cairo takes: U+FDD0 to U+FDEF and the last two of every plane.
bool isNoCharacter(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const std::size_t last = bytes.size() - 1;
  if (last == 2 && at(0) == 0xEF && at(1) == 0xB7) return at(2) >= 0x90 && at(2) <= 0xAF;
  const bool plane = last == 2 ? at(0) == 0xEF : (at(1) & 0x0F) == 0x0F;
  return plane && at(last - 1) == 0xBF && at(last) >= 0xBE;
}

// Names and prompts may come from a file: what cannot be written becomes a question mark.
std::string valid(const std::string& text) {
  const bool utf8 = isUtf8(text);
  std::string written;
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t size = !utf8 || first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    const std::string_view bytes = std::string_view(text).substr(i, size);
    const bool bad = size == 1 ? first >= 0x80 : size > 2 && isNoCharacter(bytes);
    written += bad ? "?" : bytes;
    i += size;
  }
  return written;
}

// Writes what the run was; returns where the next thing may begin.
double drawCaption(FigureDrawing& f) {
  double y = kMargin + 10;
  f.words({{kMargin, y}, shortened(titleOf(f.run.start.model), 11, kWidth - 2 * kMargin - 20), 11,
           Anchor::Start, FigureInk::text, true});
  y += 2;
  for (const std::string& line : figureCaption(f.run, kWidth - 2 * kMargin)) {
    y += 10.5;
    f.label({kMargin, y}, line, Anchor::Start);
  }
  return y + 12;
}

double labelWidth(const std::vector<std::string>& rows) {
  double widest = 0;
  for (const std::string& row : rows) widest = std::max(widest, textWidth(row, kSmallText));
  return std::clamp(widest, 34.0, 90.0);
}

}  // namespace

void drawPlotHead(FigureDrawing& f, const Box& area, const std::string& text, double height) {
  f.words({{area.left, area.top - height}, text, kHeadText, Anchor::Start, FigureInk::text, true});
}

void drawEdges(FigureDrawing& f, const Box& area, const std::string& across) {
  f.line({{area.left, area.top}, {area.left, area.bottom}, {area.right, area.bottom}}, 0.6,
         FigureInk::text);
  f.label({(area.left + area.right) / 2, area.bottom + 22}, across, Anchor::Middle);
}

void drawUpwards(FigureDrawing& f, const Box& area, const std::string& name) {
  Words words{{area.left - 34, (area.top + area.bottom) / 2}, name, kSmallText, Anchor::Middle,
              FigureInk::muted};
  words.upwards = true;
  f.words(words);
}

void drawTicksBelow(FigureDrawing& f, const Box& area, double low, double high,
                    const std::function<double(double)>& x) {
  const int most = std::max(2, static_cast<int>(area.width() / 36));
  for (const double tick : ticks(low, high, most)) {
    f.line({{x(tick), area.bottom}, {x(tick), area.bottom + 2.5}}, 0.6, FigureInk::text);
    f.label({x(tick), area.bottom + 11}, numberText(tick), Anchor::Middle);
  }
}

void drawVerdictMark(FigureDrawing& f, Point centre, double half, Verdict verdict, Rgba colour) {
  const auto [x, y] = centre;
  const double width = 1.1;
  if (verdict == Verdict::Settled) {
    f.line({{x - half, y}, {x - half * 0.3, y + half * 0.7}, {x + half, y - half * 0.75}}, width,
           colour);
  } else if (verdict == Verdict::Capped) {
    f.line({{x - half, y}, {x + half, y}}, width, colour);
  } else if (verdict == Verdict::Diverged) {
    f.line({{x - half, y - half}, {x + half, y + half}}, width, colour);
    f.line({{x - half, y + half}, {x + half, y - half}}, width, colour);
  }
}

Drawing figureOf(const RunRecord& run, const FigureOptions& options) {
  FigureDrawing f{run, options, {}, {}, {}, {}, {}};
  f.digest.update(&run);
  f.tokens.update(&run);
  f.actions.update(&run);
  f.errors.update(&run);
  if (f.sweeps() == 0) {
    throw Error("The run has no sweep yet: there is nothing to draw.", "Decode something first.");
  }
  f.rows = mapRows(run.start.model, run.planAt(f.sweeps()).stages);
  f.drawing.title = valid(titleOf(run.start.model));
  f.drawing.metadata = valid(recipeText(recipeOf(run)));

  f.fill({0, 0, kWidth, 0}, FigureInk::paper);  // as high as it will be at the end
  const double top = drawCaption(f) + kHeadHeight + headHeight(f) - 7;
  const double rows = std::max<double>(1, double(f.rows.size()));
  const double left = kMargin + labelWidth(f.rows) + 6, right = kWidth - kRightColumn;
  const Box map{left, top, right, top + std::clamp(rows * 16, 56.0, 210.0)};
  drawMap(f, map, kWidth - kMargin);
  const double below = map.bottom + kAxisHeight + kHeadHeight + 6;
  const Box curves{left, below, right, below + kCurvesHeight};
  f.ofTokens() || f.ofActions() ? drawSettledBars(f, curves, kWidth - kMargin)
                                : drawCurves(f, curves, kWidth - kMargin);
  f.drawing.width = kWidth;
  f.drawing.height = std::ceil(curves.bottom + kAxisHeight);
  for (auto& shape : f.drawing.shapes)
    if (auto* words = std::get_if<Words>(&shape)) words->text = valid(words->text);
  std::get<FilledBox>(f.drawing.shapes.front()).box.bottom = f.drawing.height;
  return std::move(f.drawing);
}

}  // namespace jacobiscope
