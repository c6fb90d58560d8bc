// The convergence map of a figure, with its colour bar and what its shapes mean.
#include <algorithm>
#include <cmath>

#include "engine/export/figure_map.h"
#include "engine/record/frontier_line.h"

namespace jacobiscope {

namespace {

// More columns than a printer can tell apart on a page; several sweeps share one then.
constexpr int kMostColumns = 1024;

MapPixels pixelsOf(const FigureDrawing& f) {
  MapPixels pixels(kMostColumns);
  const MapColours colours{f.options.cividis, FigureInk::neutral, FigureInk::problem, {}};
  if (f.ofTokens()) pixels.update(f.tokens, colours);
  else if (f.ofActions()) pixels.update(f.actions, colours);
  else pixels.update(f.digest, static_cast<int>(f.rows.size()), colours);
  return pixels;
}

void drawRowNames(FigureDrawing& f, const MapPlot& plot) {
  const int step = std::max(1, static_cast<int>(std::ceil((kSmallText + 1) / plot.rowHeight)));
  for (int row = 0; row < std::ssize(f.rows); row += step) {
    const Box box = plot.cells(row, 0, plot.columns);
    f.label({plot.area.left - 5, (box.top + box.bottom) / 2 + kSmallText * 0.34},
            shortened(f.rows[row], kSmallText, plot.area.left - 16), Anchor::End);
  }
}

// Neighbours of one colour are one box. Boxes reach a little under the next, so that no viewer
// shows a seam between them.
void drawCells(FigureDrawing& f, const MapPlot& plot, const MapPixels& pixels) {
  const int stride = pixels.sweepsPerColumn();
  const auto columns = static_cast<int>((f.sweeps() + stride - 1) / stride);
  for (int row = 0; row < std::ssize(f.rows); ++row) {
    f.fill(plot.cells(row, 0, plot.columns), FigureInk::well);
    const Rgba* colours = &pixels.pixels()[std::size_t(row) * pixels.width()];
    for (int first = 0; first < columns;) {
      int end = first + 1;
      while (end < columns && colours[end] == colours[first]) ++end;
      if (colours[first] != 0) {
        const bool seam = end < columns && colours[end] != 0;
        Box box = plot.cells(row, double(first) * stride, double(end) * stride);
        box.right = std::min(box.right + (seam ? 0.3 : 0.0), plot.area.right);
        f.fill(box, colours[first]);
      }
      first = end;
    }
  }
  if (plot.area.width() / plot.columns < 3.5) return;
  for (double column = 1; column < plot.columns; ++column)
    f.line({{plot.x(column), plot.area.top}, {plot.x(column), plot.area.bottom}}, 0.5,
           FigureInk::paper);
}

// Where a segment follows another in its stage, and how each stage ended.
void drawPieces(FigureDrawing& f, const MapPlot& plot) {
  const auto& pieces = f.digest.pieces();
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    if (pieces[i - 1].stage != pieces[i].stage) continue;
    if (plot.x(double(pieces[i].sweeps())) - plot.x(0) < 2) continue;
    const Box box = plot.cells(pieces[i].stage, double(pieces[i].first), plot.columns);
    f.line({{box.left, box.top}, {box.left, box.bottom}}, 1.2, FigureInk::paper);
  }
  const double half = std::min(2.6, plot.rowHeight * 0.3);
  if (half < 1.2) return;
  for (int stage = 0; stage < std::ssize(f.digest.stages()); ++stage) {
    const StageSpan& span = f.digest.stages()[stage];
    if (!span.ended || span.last < 0) continue;
    const Box box = plot.cells(stage, double(span.first), double(span.last + 1));
    const Point at{box.right + half + 3.5, (box.top + box.bottom) / 2};
    if (at.x + half > plot.area.right) continue;
    drawVerdictMark(f, at, half, span.verdict,
                    span.verdict == Verdict::Diverged ? FigureInk::problem : FigureInk::muted);
  }
}

// Where chunks and episodes begin, the steps that were carried out, how episodes ended.
void drawChunks(FigureDrawing& f, const MapPlot& plot) {
  const auto& chunks = f.actions.chunks();
  for (std::size_t i = 1; i < chunks.size(); ++i) {
    const bool episode = chunks[i - 1].episode != chunks[i].episode;
    const double x = plot.x(double(chunks[i].first));
    f.line({{x, plot.area.top}, {x, plot.area.bottom}}, episode ? 1.0 : 0.4,
           episode ? FigureInk::text : FigureInk::muted);
  }
  for (const ActedStep& act : f.actions.acts()) {
    for (int row = 0; row < std::ssize(f.rows); ++row) {
      if (f.actions.row(act.sweep, row).kind != StepMark::Kind::Acted) continue;
      Box box = plot.cells(row, double(act.sweep), double(act.sweep + 1));
      const double middle = (box.top + box.bottom) / 2, half = box.height() * 0.16;
      f.fill({box.left, middle - half, box.right, middle + half}, FigureInk::muted);
    }
    if (act.outcome == EpisodeState::Running) continue;
    const bool good = act.outcome == EpisodeState::Succeeded;
    drawVerdictMark(f, {plot.x(double(act.sweep) + 1) - 3, plot.area.top - 4}, 2.4,
                    good ? Verdict::Settled : Verdict::Diverged,
                    good ? FigureInk::text : FigureInk::problem);
  }
}

struct BarTick {
  double unit = 0;
  std::string text, raised;
};

struct Scale {
  std::string name;
  std::vector<BarTick> ticks;
};

Scale scaleOf(const FigureDrawing& f, double height) {
  if (f.ofTokens())
    return {"probability of rejection", {{0, "0", ""}, {0.5, "0.5", ""}, {1, "1", ""}}};
  if (f.ofActions()) {
    Scale scale{"largest change (bins)", {}};
    for (const double bins : {0.5, 2.0, 8.0, 32.0, 128.0})
      scale.ticks.push_back({kBinScale.unit(bins), numberText(bins), ""});
    return scale;
  }
  std::string unit;
  for (const auto& snapshot : f.run.snapshots)
    if (unit.empty() && !std::isnan(snapshot->sweep.residual)) unit = snapshot->sweep.residualUnit;
  Scale scale{unit.empty() ? "residual" : "residual (" + unit + ")", {}};
  const LogScale range;
  for (const int exponent : decades(range, std::max(2, static_cast<int>(height / 13))))
    scale.ticks.push_back({range.unit(std::pow(10.0, exponent)), "10",
                           (exponent < 0 ? "−" : "") + std::to_string(std::abs(exponent))});
  return scale;
}

void drawColourBar(FigureDrawing& f, const Box& area, double right) {
  const Box bar{area.right + 14, area.top, area.right + 23, area.bottom};
  GradientBox gradient{bar, {}};
  for (int i = 0; i <= 32; ++i)
    gradient.colours.push_back(mapColour(i / 32.0, f.options.cividis));
  f.drawing.shapes.emplace_back(std::move(gradient));
  const Scale scale = scaleOf(f, bar.height());
  for (const BarTick& tick : scale.ticks) {
    const double y = bar.bottom - bar.height() * tick.unit;
    f.line({{bar.right, y}, {bar.right + 2.5, y}}, 0.6, FigureInk::text);
    Words words{{bar.right + 5, y + kSmallText * 0.34}, tick.text, kSmallText, Anchor::Start,
                FigureInk::muted};
    words.raised = tick.raised;
    f.words(words);
  }
  Words name{{right - 18, (bar.top + bar.bottom) / 2}, shortened(scale.name, kSmallText, 150),
             kSmallText, Anchor::Middle, FigureInk::muted};
  name.upwards = true;
  f.words(name);
}

// Names of what is drawn, from the right end of the map's head.
class Key {
 public:
  Key(FigureDrawing& f, const Box& area) : m_f(f), m_at{area.right, area.top - headHeight(f)} {}

  void box(const std::string& text, Rgba colour, double half = 3) {
    const Point at = name(text);
    m_f.fill({at.x - 4, at.y - half, at.x + 2, at.y + half}, colour);
  }
  void settledLine(const std::string& text) {
    const Point at = name(text, 5);
    m_f.line({{at.x - 9, at.y}, {at.x + 1, at.y}}, 2, FigureInk::text);
    m_f.line({{at.x - 8.5, at.y}, {at.x + 0.5, at.y}}, 0.9, FigureInk::paper);
  }
  void exactLine(const std::string& text) {
    const Point at = name(text, 5);
    m_f.dashed({{at.x - 9, at.y}, {at.x + 2, at.y}}, 1.3, FigureInk::exact);
  }
  void mark(const std::string& text, Verdict verdict, Rgba colour) {
    drawVerdictMark(m_f, name(text), 2.6, verdict, colour);
  }

 private:
  // Returns the middle of what stands before it.
  Point name(const std::string& text, double wider = 0) {
    m_f.label(m_at, text, Anchor::End);
    const double left = m_at.x - textWidth(text, kSmallText) - 6;
    m_at.x = left - 14 - wider;
    return {left, m_at.y - kSmallText * 0.34};
  }

  FigureDrawing& m_f;
  Point m_at;
};

void drawRobotKey(FigureDrawing& f, Key& key) {
  const auto ended = [&](bool good) {
    return std::ranges::any_of(f.actions.acts(), [&](const ActedStep& act) {
      return act.outcome != EpisodeState::Running &&
             (act.outcome == EpisodeState::Succeeded) == good;
    });
  };
  if (ended(false)) key.mark("failed", Verdict::Diverged, FigureInk::problem);
  if (ended(true)) key.mark("succeeded", Verdict::Settled, FigureInk::text);
  key.box("carried out", FigureInk::muted, 1);
}

void drawStageKey(FigureDrawing& f, Key& key) {
  const auto ended = [&](Verdict verdict) {
    return std::ranges::any_of(f.digest.stages(), [&](const StageSpan& stage) {
      return stage.ended && stage.verdict == verdict;
    });
  };
  if (ended(Verdict::Capped)) key.mark("capped", Verdict::Capped, FigureInk::muted);
  if (ended(Verdict::Settled)) key.mark("settled", Verdict::Settled, FigureInk::muted);
}

void drawKey(FigureDrawing& f, const Box& area, const MapPixels& pixels) {
  Key key(f, area);
  const auto used = [&](Rgba colour) { return std::ranges::count(pixels.pixels(), colour) > 0; };
  if (used(FigureInk::neutral))
    key.box(f.ofTokens()    ? "not tested"
            : f.ofActions() ? "first tokens"
                            : "no residual measured",
            FigureInk::neutral);
  if (used(FigureInk::problem)) key.box("diverged", FigureInk::problem);
  if (f.ofActions()) drawRobotKey(f, key);
  else if (!f.ofTokens()) drawStageKey(f, key);
  if (!hasExactFrontier(f.run)) return;
  key.exactLine("exact");
  key.settledLine("settled up to here");
}

}  // namespace

void drawMap(FigureDrawing& f, const Box& area, double right) {
  const MapPixels pixels = pixelsOf(f);
  MapPlot plot{area, double(f.sweeps())};
  plot.rowHeight = area.height() / std::max<double>(1, double(f.rows.size()));
  drawPlotHead(f, area, "Convergence", headHeight(f));
  drawKey(f, area, pixels);
  drawCells(f, plot, pixels);
  drawRowNames(f, plot);
  if (f.ofActions()) drawChunks(f, plot);
  else if (!f.ofTokens()) drawPieces(f, plot);
  drawFrontiers(f, plot);
  drawEdges(f, area, "sweep");
  drawTicksBelow(f, area, 1, plot.columns, [&](double sweep) { return plot.x(sweep - 0.5); });
  drawColourBar(f, area, right);
}

}  // namespace jacobiscope
