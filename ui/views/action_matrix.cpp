#include "ui/views/action_matrix.h"

#include <cmath>

#include "ui/views/action_text.h"

namespace jacobiscope {

namespace {

void drawActionCell(const Look& look, const Rect& rect, const ActionDimension& dimension,
                    const ActionCell& cell) {
  const Rect inner = rect.inset(std::max(0.5f, look.px(0.75f)));
  if (cell.token < 0) return fillRect(inner, look.colours.well);
  const Rgba colour = mapColour(valueUnit(dimension, cell.value), look.cividis);
  fillRect(inner, colour);
  if (cell.settled())
    ImGui::GetWindowDrawList()->AddCircleFilled(
        im(rect.centre()), std::clamp(rect.width() * 0.1f, look.px(1.2f), look.px(2.6f)),
        withAlpha(inkOn(colour), 0.8f), 12);
  if (!cell.changed()) return;
  const float line = std::max(1.0f, std::round(look.px(1.75f)));
  outlineRect(inner.inset(line / 2), look.dark ? rgba(255, 255, 255) : rgba(20, 22, 28), line);
}

void drawNames(const Look& look, const ModelInfo& model, const CellGrid& grid, int acted,
               int marked) {
  ImFont* font = look.fonts.small;
  for (int column = 0; column < grid.columns; ++column)
    drawText(font, {grid.cell(0, column).centre().x, grid.area.max.y + look.px(3)},
             look.colours.muted, columnLetter(model.action[column]), Align::Centre);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (int row = 0; row < grid.rows; ++row) {
    const Rect cell = grid.cell(row, 0);
    const float x = grid.area.min.x - look.px(8), y = cell.centre().y;
    const Rgba ink = row == marked || row == acted ? look.colours.text : look.colours.muted;
    if (row == acted) {
      const float half = look.px(4);
      draw->AddTriangleFilled({x - half, y - half}, {x + half * 0.7f, y}, {x - half, y + half},
                              ink);
    } else if (cell.height() >= font->FontSize * 0.8f) {
      drawText(font, {x, y - font->FontSize / 2}, ink, std::to_string(row + 1), Align::Right);
    }
  }
}

// Not what the sequential decode gives.
void drawErrorCorner(const Look& look, const Rect& rect) {
  const Rect inner = rect.inset(std::max(0.5f, look.px(0.75f)));
  const float side = std::clamp(inner.width() * 0.42f, look.px(4), look.px(9));
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddTriangleFilled({inner.max.x - side, inner.min.y}, {inner.max.x, inner.min.y},
                          {inner.max.x, inner.min.y + side}, look.colours.problem);
  draw->AddTriangle({inner.max.x - side, inner.min.y}, {inner.max.x, inner.min.y},
                    {inner.max.x, inner.min.y + side}, rgba(255, 255, 255), look.px(1));
}

// "□ changed · settled", and "◥ ≠ sequential" where that was measured, around the point `middle`
// of its upper edge.
void drawMarks(const Look& look, bool judged, glm::vec2 middle) {
  ImFont* font = look.fonts.small;
  const std::string changed = "changed", settled = "settled";
  const float side = std::round(font->FontSize * 0.72f), gap = look.px(5);
  const std::string wrong = "≠ sequential";
  float width = textSize(font, changed).x + textSize(font, settled).x + 2 * side + 2 * gap +
                look.px(14);
  if (judged) width += look.px(14) + side + gap + textSize(font, wrong).x;
  float x = middle.x - width / 2;
  const float top = std::round(middle.y + (font->FontSize - side) / 2);
  outlineRect({{x, top}, {x + side, top + side}}, look.colours.text, look.px(1.75f));
  x += side + gap;
  drawText(font, {x, middle.y}, look.colours.muted, changed);
  x += textSize(font, changed).x + look.px(14);
  ImGui::GetWindowDrawList()->AddCircleFilled({x + side / 2, top + side / 2}, look.px(2.6f),
                                              look.colours.text, 12);
  x += side + gap;
  drawText(font, {x, middle.y}, look.colours.muted, settled);
  if (!judged) return;
  x += textSize(font, settled).x + look.px(14);
  drawErrorCorner(look, {{x, top}, {x + side, top + side}});
  drawText(font, {x + side + gap, middle.y}, look.colours.muted, wrong);
}

}  // namespace

double valueUnit(const ActionDimension& dimension, double value) {
  constexpr double kHalfRange = 128;  // of 256 bins
  if (std::isnan(value)) return 0;
  if (dimension.unit.empty() || dimension.perBin <= 0) return std::clamp(value, 0.0, 1.0);
  return std::clamp(0.5 + 0.5 * value / (kHalfRange * dimension.perBin), 0.0, 1.0);
}

PointedAction drawActionMatrix(const Look& look, const ChunkField& field, const ModelInfo& model,
                               int step, const std::vector<float>& errors, const Rect& cells) {
  PointedAction pointed;
  const int dimensions = static_cast<int>(model.action.size());
  const CellGrid grid{cells, model.chunk, dimensions};
  if (cells.empty() || grid.rows * grid.columns == 0) return pointed;
  ImFont* font = look.fonts.small;
  drawText(font, {cells.centre().x, cells.min.y - font->FontSize - look.px(5)},
           look.colours.muted,
           shortened(font,
                     "action tokens (" + std::to_string(grid.rows) + " steps × " +
                         std::to_string(dimensions) + ")",
                     cells.width() + look.px(30)),
           Align::Centre);
  const ActionCell none;
  for (int p = 0; p < grid.rows * grid.columns; ++p)
    drawActionCell(look, grid.cell(p), model.action[p % dimensions],
                   p < std::ssize(field.cells) ? field.cells[p] : none);
  for (int p = 0; p < std::min(grid.rows * grid.columns, static_cast<int>(errors.size())); ++p)
    if (errors[p] > 0) drawErrorCorner(look, grid.cell(p));
  drawNames(look, model, grid, field.acted, step);
  drawMarks(look, !errors.empty(),
            {cells.centre().x, cells.max.y + font->FontSize + look.px(7)});
  if (step >= 0 && step < grid.rows)
    outlineRect({grid.cell(step, 0).min, grid.cell(step, dimensions - 1).max},
                look.colours.accent, look.px(1.75f), look.px(2));
  if (!hoverArea("##action tokens", cells)) return pointed;
  pointed.hovered = grid.indexAt(gl(ImGui::GetIO().MousePos)).value_or(-1);
  if (pointed.hovered >= 0 && ImGui::IsMouseClicked(0))
    pointed.clicked = pointed.hovered / dimensions;
  return pointed;
}

}  // namespace jacobiscope
