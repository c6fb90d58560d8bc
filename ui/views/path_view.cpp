#include "ui/views/path_view.h"

#include <algorithm>
#include <glm/geometric.hpp>

#include "ui/views/action_text.h"

namespace jacobiscope {

namespace {

using Points = std::vector<glm::vec3>;

glm::vec3 vec(const std::array<float, 3>& v) { return {v[0], v[1], v[2]}; }

void drawLine(const SceneView& view, const Points& points, Rgba colour, float thickness) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (const glm::vec3& point : points) {
    const auto at = project(view, point);
    if (at) draw->PathLineTo(im(*at));
  }
  // One line, so that it is as bright at its bends as between them.
  draw->PathStroke(colour, 0, thickness);
}

Points pointsOf(const std::vector<ToolPoint>& path) {
  Points points;
  for (const ToolPoint& tool : path) points.push_back(vec(tool.at));
  return points;
}

// The way of an iteration begins where the tool was when the camera looked.
Points wayOf(const ChunkField& field, const ChunkIteration& iteration) {
  Points points = pointsOf(iteration.path);
  if (field.begin) points.insert(points.begin(), vec(field.begin->at));
  return points;
}

// What a line would throw onto the table from right above.
void drawFootprint(const SceneView& view, Points points, float thickness, bool dark) {
  for (glm::vec3& point : points) point.z = 0.001f;
  drawLine(view, points, rgba(0, 0, 0, dark ? 70 : 40), thickness);
}

// A ring where the gripper is open, a disc where it is closed.
void drawStep(const Look& look, glm::vec2 at, float radius, bool open, Rgba colour) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddCircleFilled(im(at), radius + look.px(1), withAlpha(look.colours.base, 0.75f), 20);
  draw->AddCircleFilled(im(at), radius, colour, 20);
  if (open) draw->AddCircleFilled(im(at), radius * 0.5f, look.colours.base, 16);
}

void drawSteps(const Look& look, const SceneView& view, const ChunkIteration& iteration,
               Rgba colour, int marked) {
  for (int step = 0; step < std::ssize(iteration.path); ++step) {
    const ToolPoint& tool = iteration.path[step];
    const auto at = project(view, vec(tool.at));
    if (!at) continue;
    drawStep(look, *at, look.px(step == marked ? 5.5f : 3.5f), tool.open > 0.5f, colour);
    if (step != marked) continue;
    ImGui::GetWindowDrawList()->AddCircle(im(*at), look.px(9), look.colours.accent, 24,
                                          look.px(2));
    drawText(look.fonts.small, *at + glm::vec2(look.px(13), -look.fonts.small->FontSize / 2),
             look.colours.text, "step " + std::to_string(step + 1));
  }
}

void drawExecuted(const Look& look, const SceneView& view, const ChunkField& field) {
  if (field.executed.empty()) return;
  const Points points = pointsOf(field.executed);
  drawFootprint(view, points, look.px(2), look.dark);
  drawLine(view, points, withAlpha(look.colours.text, 0.62f), look.px(1.75f));
  for (const glm::vec3& point : points)
    if (const auto at = project(view, point))
      ImGui::GetWindowDrawList()->AddCircleFilled(im(*at), look.px(1.75f),
                                                  withAlpha(look.colours.text, 0.75f), 10);
}

// A cross hair where the tool would go, tied to where the chunk's last iteration ends.
void drawEarlyStop(const Look& look, const SceneView& view, const ChunkField& field,
                   const PathStyle& style) {
  const auto stop = earlyStop(field, style.hovered);
  if (!stop) return;
  const auto there = project(view, vec(stop->there.at));
  const auto end = project(view, vec(field.iterations.back().path.back().at));
  if (!there || !end) return;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const Rgba ink = look.colours.text;
  draw->AddLine(im(*there), im(*end), withAlpha(ink, 0.7f), look.px(1.25f));
  const float half = look.px(7);
  draw->AddCircle(im(*there), half, withAlpha(look.colours.base, 0.8f), 24, look.px(4));
  draw->AddCircle(im(*there), half, ink, 24, look.px(1.75f));
  for (const glm::vec2 way : {glm::vec2(1, 0), glm::vec2(0, 1), glm::vec2(-1, 0), glm::vec2(0, -1)})
    draw->AddLine(im(*there + way * (half * 0.4f)), im(*there + way * (half * 1.5f)), ink,
                  look.px(1.5f));
}

}  // namespace

Rgba iterationColour(const Look& look, int iteration, int iterations) {
  return look.stageColour(iteration, std::max(2, iterations));
}

void drawPaths(const Look& look, const SceneView& view, const ChunkField& field,
               const PathStyle& style) {
  drawExecuted(look, view, field);
  const int reached = field.reached;
  if (reached == 0) return;
  const int last = reached - 1;
  const int strong = style.hovered >= 0 && style.hovered < reached ? style.hovered : last;
  if (style.ghosts) {
    for (int k = 0; k < reached; ++k) {
      if (k == strong) continue;
      const float age = reached > 1 ? float(k) / float(reached - 1) : 1;
      const float alpha = strong != last ? 0.5f : 0.6f + 0.35f * age;
      drawLine(view, wayOf(field, field.iterations[k]),
               withAlpha(iterationColour(look, k, style.iterations), alpha), look.px(2.25f));
    }
  }
  const ChunkIteration& now = field.iterations[strong];
  const Points way = wayOf(field, now);
  const Rgba colour = iterationColour(look, strong, style.iterations);
  drawFootprint(view, way, look.px(3), look.dark);
  drawLine(view, way, withAlpha(look.colours.base, 0.55f), look.px(5.5f));
  drawLine(view, way, colour, look.px(3.25f));
  drawSteps(look, view, now, colour, style.step);
  if (style.hovered >= 0) drawEarlyStop(look, view, field, style);
}

void drawChunkWay(const Look& look, const SceneView& view, const ChunkField& field, Rgba colour) {
  const Points done = pointsOf(field.executed);
  if (done.size() > 1) drawLine(view, done, withAlpha(colour, 0.6f), look.px(1.75f));
  if (field.reached == 0) return;
  const ChunkIteration& now = field.iterations[field.reached - 1];
  const Points way = wayOf(field, now);
  drawFootprint(view, way, look.px(3), look.dark);
  drawLine(view, way, withAlpha(look.colours.base, 0.55f), look.px(5.5f));
  drawLine(view, way, colour, look.px(3.25f));
  drawSteps(look, view, now, colour, -1);
}

PointedIteration drawIterationLegend(const Look& look, const ChunkField& field, int iterations,
                                     const Rect& area, int hovered) {
  PointedIteration pointed;
  const int shown = std::max(iterations, static_cast<int>(std::ssize(field.iterations)));
  if (shown == 0 || area.empty()) return pointed;
  ImFont* font = look.fonts.small;
  const std::string low = "iteration 0", high = std::to_string(shown - 1);
  const float names = textSize(font, low).x + textSize(font, high).x + look.px(18);
  const float side = std::min(look.px(17), (area.width() - names) / float(shown));
  if (side < look.px(2)) return pointed;
  const float left = area.max.x - textSize(font, high).x - look.px(9) - side * float(shown);
  fillRect({{left - textSize(font, low).x - look.px(16), area.min.y - look.px(3)},
            {area.max.x + look.px(7), area.min.y + font->FontSize + look.px(3)}},
           withAlpha(look.colours.base, 0.62f), look.px(5));
  drawText(font, {left - look.px(9), area.min.y}, look.colours.muted, low, Align::Right);
  drawText(font, {area.max.x, area.min.y}, look.colours.muted, high, Align::Right);
  const float height = std::min(font->FontSize, look.px(14));
  const float top = area.min.y + (font->FontSize - height) / 2;
  const float gap = side >= look.px(7) ? look.px(2) : 0;
  pointed.area = {{left - look.px(9) - textSize(font, low).x, area.min.y},
                  {area.max.x, area.min.y + font->FontSize}};
  const CellGrid grid{{{left, top}, {left + side * float(shown), top + height}}, 1, shown};
  for (int k = 0; k < shown; ++k) {
    Rect cell = grid.cell(k);
    cell.max.x -= gap;
    const Rgba colour = iterationColour(look, k, shown);
    fillRect(cell, k < field.reached ? colour : withAlpha(colour, 0.25f), look.px(2));
    if (k == hovered || k == field.reached - 1)
      outlineRect(cell, look.colours.text, look.px(k == hovered ? 2 : 1.25f), look.px(2));
  }
  if (!hoverArea("##iterations", grid.area)) return pointed;
  const int at = grid.indexAt(gl(ImGui::GetIO().MousePos)).value_or(-1);
  if (at < 0 || at >= std::ssize(field.iterations)) return pointed;
  pointed.hovered = at;
  if (ImGui::IsMouseClicked(0)) pointed.clicked = at;
  const std::string text = earlyStopText(field, at);
  tooltip(look, text.empty() ? "iteration " + std::to_string(at) : text);
  return pointed;
}

}  // namespace jacobiscope
