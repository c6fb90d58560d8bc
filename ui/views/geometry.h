// Rectangles and grids in pixels, y downwards. Pure arithmetic: no drawing.
#pragma once

#include <algorithm>
#include <cmath>
#include <glm/vec2.hpp>
#include <optional>

namespace jacobiscope {

struct Rect {
  glm::vec2 min{0, 0}, max{0, 0};

  float width() const { return max.x - min.x; }
  float height() const { return max.y - min.y; }
  glm::vec2 size() const { return max - min; }
  glm::vec2 centre() const { return (min + max) * 0.5f; }
  bool empty() const { return width() <= 0 || height() <= 0; }
  bool contains(glm::vec2 p) const {
    return p.x >= min.x && p.x < max.x && p.y >= min.y && p.y < max.y;
  }
  Rect inset(float by) const { return {min + glm::vec2(by), max - glm::vec2(by)}; }
  bool operator==(const Rect&) const = default;
};

// The largest rectangle of that width to height ratio in the middle of `area`, its
// corners on whole pixels.
inline Rect fitted(const Rect& area, float aspect) {
  if (area.empty() || aspect <= 0) return {area.min, area.min};
  const float height = std::floor(std::min(area.height(), area.width() / aspect));
  const float width = std::floor(height * aspect);
  const glm::vec2 corner{std::floor(area.min.x + (area.width() - width) / 2),
                         std::floor(area.min.y + (area.height() - height) / 2)};
  return {corner, corner + glm::vec2(width, height)};
}

struct Cell {
  int row = 0, column = 0;
  bool operator==(const Cell&) const = default;
};

// Equal cells that fill an area, row 0 on top.
struct CellGrid {
  Rect area;
  int rows = 0, columns = 0;

  Rect cell(int row, int column) const {
    const glm::vec2 step{area.width() / static_cast<float>(columns),
                         area.height() / static_cast<float>(rows)};
    return {area.min + step * glm::vec2(column, row),
            area.min + step * glm::vec2(column + 1, row + 1)};
  }
  // Of cells counted row by row from 0.
  Rect cell(int index) const { return cell(index / columns, index % columns); }

  std::optional<Cell> cellAt(glm::vec2 p) const {
    if (rows <= 0 || columns <= 0 || !area.contains(p)) return std::nullopt;
    const int row = static_cast<int>((p.y - area.min.y) / area.height() * rows);
    const int column = static_cast<int>((p.x - area.min.x) / area.width() * columns);
    return Cell{std::clamp(row, 0, rows - 1), std::clamp(column, 0, columns - 1)};
  }
  std::optional<int> indexAt(glm::vec2 p) const {
    const auto at = cellAt(p);
    if (!at) return std::nullopt;
    return at->row * columns + at->column;
  }
};

// Columns for `count` cells of that ratio so that each is as large as can be.
inline int columnsFor(int count, glm::vec2 area, float aspect) {
  int best = 1;
  float bestHeight = 0;
  for (int columns = 1; columns <= count; ++columns) {
    const int rows = (count + columns - 1) / columns;
    const float height = std::min(area.x / static_cast<float>(columns) / aspect,
                                  area.y / static_cast<float>(rows));
    if (height > bestHeight + 1e-3f) {
      best = columns;
      bestHeight = height;
    }
  }
  return best;
}

}  // namespace jacobiscope
