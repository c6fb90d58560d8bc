#include "ui/views/heatmap_view.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace jacobiscope {

namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

bool isReversed(const ModelInfo& model, int stage) {
  return stage >= 0 && stage < static_cast<int>(model.reversed.size()) && model.reversed[stage];
}

void drawSettledDot(const Look& look, const Rect& cell, Rgba ink) {
  const float radius = std::clamp(cell.width() * 0.075f, look.px(1), look.px(2.2f));
  ImGui::GetWindowDrawList()->AddCircleFilled(im(cell.centre()), radius, withAlpha(ink, 0.55f), 8);
}

}  // namespace

HeatCells residualCells(const ResidualField& field, const ModelInfo& model) {
  const int positions = static_cast<int>(field.change.size());
  HeatCells cells{model.gridRows, model.gridColumns, {}, {}, {}};
  if (cells.rows * cells.columns != positions) {
    cells.columns = static_cast<int>(std::ceil(std::sqrt(positions)));
    cells.rows = cells.columns > 0 ? (positions + cells.columns - 1) / cells.columns : 0;
  }
  const auto count = static_cast<std::size_t>(cells.rows) * cells.columns;
  cells.values.assign(count, kUnknown);
  cells.settled.assign(count, false);
  const bool reversed = isReversed(model, field.stage);
  for (int p = 0; p < positions; ++p) {
    const int cell = cellOf(p, positions, reversed);
    cells.values[cell] = field.change[p];
    cells.settled[cell] = p < field.frontier;
  }
  return cells;
}

std::string residualText(const ResidualField& field, const ModelInfo& model, int cell) {
  const int positions = static_cast<int>(field.change.size());
  if (cell < 0 || cell >= positions) return {};
  const int p = cellOf(cell, positions, isReversed(model, field.stage));
  std::string text = "position " + std::to_string(p + 1) + " of " + std::to_string(positions) +
                     " in decode order\nlast change " + numberText(field.change[p]);
  if (p >= field.frontier) return text + "\nnot settled";
  return text + "\nsettled at iteration " + std::to_string(field.settledAt[p]);
}

HeatCells differenceCells(const Image& a, const Image& b, int rows, int columns) {
  HeatCells cells{rows, columns, {}, {}, {1e-3, 1.0}};
  cells.values.assign(static_cast<std::size_t>(std::max(0, rows * columns)), kUnknown);
  const auto bytes = static_cast<std::size_t>(a.width) * a.height * 4;
  if (rows <= 0 || columns <= 0 || a.width != b.width || a.height != b.height ||
      a.rgba.size() < bytes || b.rgba.size() < bytes)
    return cells;
  std::ranges::fill(cells.values, 0.0f);
  for (int y = 0; y < a.height; ++y) {
    for (int x = 0; x < a.width; ++x) {
      float& cell = cells.values[y * rows / a.height * columns + x * columns / a.width];
      const std::size_t at = (static_cast<std::size_t>(y) * a.width + x) * 4;
      for (int c = 0; c < 3; ++c) {
        const int difference = std::abs(int(a.rgba[at + c]) - int(b.rgba[at + c]));
        cell = std::max(cell, float(difference) / 255.0f);
      }
    }
  }
  return cells;
}

int drawHeatmap(const Look& look, const char* id, const HeatCells& cells, const Rect& box) {
  if (cells.rows <= 0 || cells.columns <= 0) return -1;
  const CellGrid grid{fitted(box, float(cells.columns) / float(cells.rows)), cells.rows,
                      cells.columns};
  if (grid.area.empty()) return -1;
  const float side = grid.area.width() / float(cells.columns);
  const float gap = side >= look.px(7) ? std::max(1.0f, std::round(look.px(1))) : 0;
  for (int i = 0; i < cells.rows * cells.columns; ++i) {
    Rect cell = grid.cell(i / cells.columns, i % cells.columns);
    // Whole pixels, so that all gaps are equally wide.
    cell = {glm::vec2(std::round(cell.min.x), std::round(cell.min.y)),
            glm::vec2(std::round(cell.max.x) - gap, std::round(cell.max.y) - gap)};
    const float value = cells.values[i];
    const bool settled = !cells.settled.empty() && cells.settled[i];
    const Rgba colour = std::isnan(value)   ? settled ? look.colours.neutral : look.colours.well
                        : std::isinf(value) ? look.colours.problem
                                            : look.residualColour(cells.scale.unit(value));
    fillRect(cell, colour);
    if (settled && side >= look.px(5))
      drawSettledDot(look, cell, inkOn(colour));
  }
  if (!hoverArea(id, grid.area)) return -1;
  const auto at = grid.cellAt(gl(ImGui::GetIO().MousePos));
  if (!at) return -1;
  outlineRect(grid.cell(at->row, at->column), look.colours.text, std::max(1.0f, look.px(1.5f)));
  return at->row * cells.columns + at->column;
}

void drawHeatLegend(const Look& look, const std::string& caption, const LogScale& scale,
                    glm::vec2 middle, float width) {
  ImFont* font = look.fonts.small;
  const std::string low = powerText(static_cast<int>(std::round(std::log10(scale.low))));
  const std::string high = powerText(static_cast<int>(std::round(std::log10(scale.high))));
  const float gap = look.px(6);
  const float bar = std::clamp(width * 0.22f, look.px(30), look.px(84));
  const float ends = textSize(font, low).x + textSize(font, high).x + bar + gap * 2;
  const float room = std::max(0.0f, width - ends - gap * 2);
  // Of "what · of which pass" the latter matters more where both do not fit.
  const auto dot = caption.find(" · ");
  const bool whole = dot == std::string::npos || textSize(font, caption).x <= room;
  const std::string words =
      shortened(font, whole ? caption : caption.substr(dot + std::string(" · ").size()), room);
  const float total = textSize(font, words).x + gap * 2 + ends;
  glm::vec2 at{middle.x - total / 2, middle.y};
  drawText(font, at, look.colours.muted, words);
  at.x += textSize(font, words).x + gap * 2;
  drawText(font, at, look.colours.muted, low);
  at.x += textSize(font, low).x + gap;
  const float top = at.y + font->FontSize * 0.3f, height = font->FontSize * 0.45f;
  drawColourBar(look, {{at.x, top}, {at.x + bar, top + height}});
  for (int exponent : decades(scale, 20)) {
    const float x = at.x + bar * static_cast<float>(scale.unit(std::pow(10.0, exponent)));
    ImGui::GetWindowDrawList()->AddLine({x, top + height}, {x, top + height + look.px(3)},
                                        look.colours.muted, 1.0f);
  }
  drawText(font, {at.x + bar + gap, middle.y}, look.colours.muted, high);
}

}  // namespace jacobiscope
