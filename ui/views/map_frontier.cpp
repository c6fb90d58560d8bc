// The frontiers over the cells of the convergence map.
#include <algorithm>
#include <cmath>

#include "engine/record/frontier_line.h"
#include "ui/views/dashes.h"
#include "ui/views/map_drawing.h"

namespace jacobiscope {

namespace {

// Over cells of every colour, in both themes.
constexpr Rgba kHalo = rgba(14, 16, 24, 190), kSettled = rgba(255, 255, 255);
constexpr Rgba kExact = rgba(255, 122, 156);
constexpr float kThin = 1.5f, kThick = 2.5f, kDash = 4;

// The staircase in pixels: positions grow downwards, within the row of their stage or, where rows
// are parts of it, over the whole map.
std::vector<glm::vec2> placed(const MapDrawing& m, const FrontierPiece& piece,
                              const std::vector<FrontierPoint>& points, std::int64_t end) {
  Rect box = m.ofRows() ? m.frame.area : m.row(piece.stage);
  if (m.ofRows()) box.max.y -= m.rowGap();
  std::vector<glm::vec2> line;
  const auto x = [&](std::int64_t column) {
    return std::clamp(columnX(m.frame, double(column)), box.min.x, box.max.x);
  };
  for (const FrontierPoint& point : points) {
    const float y = box.min.y + box.height() * float(point.positions) / float(piece.positions);
    if (!line.empty()) line.push_back({x(point.column), line.back().y});
    line.push_back({x(point.column), std::clamp(y, box.min.y, box.max.y)});
  }
  if (!line.empty()) line.push_back({x(end), line.back().y});
  return line;
}

void stroke(const std::vector<glm::vec2>& line, Rgba colour, float thickness) {
  if (line.size() < 2) return;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (const glm::vec2& point : line) draw->PathLineTo(im(point));
  draw->PathStroke(colour, 0, thickness);
}

void drawSettled(const Look& look, const std::vector<glm::vec2>& line) {
  stroke(line, kHalo, look.px(kThin + 2));
  stroke(line, kSettled, look.px(kThin));
}

void drawExact(const Look& look, const std::vector<glm::vec2>& line) {
  stroke(line, withAlpha(kHalo, 0.5f), look.px(kThick + 1.5f));
  dashedLine(line, look.px(kDash), look.px(kThick), kExact);
}

}  // namespace

void drawFrontiers(const MapDrawing& m) {
  if (!m.run || !m.state.showFrontier || m.frame.rows == 0) return;
  // In rows as low as a line there is no room for one.
  if (!m.ofRows() && m.row(0).height() < m.look.px(9)) return;
  const auto first = static_cast<std::int64_t>(std::floor(m.frame.view.first));
  const auto end = static_cast<std::int64_t>(std::ceil(m.frame.view.first + m.frame.view.span));
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->PushClipRect(im(m.frame.area.min - glm::vec2(0, 2)), im(m.frame.area.max + glm::vec2(0, 2)),
                     true);
  for (const FrontierPiece& piece : frontierPieces(*m.run, first, end)) {
    if (!m.ofRows() && piece.stage >= m.frame.rows) continue;
    drawSettled(m.look, placed(m, piece, piece.settled, piece.end));
    if (!piece.exact.empty()) drawExact(m.look, placed(m, piece, piece.exact, piece.exactEnd));
  }
  draw->PopClipRect();
}

void drawFrontierSample(const Look& look, glm::vec2 middle, float half, bool exact) {
  const std::vector<glm::vec2> line{middle - glm::vec2(half, 0), middle + glm::vec2(half, 0)};
  exact ? drawExact(look, line) : drawSettled(look, line);
}

}  // namespace jacobiscope
