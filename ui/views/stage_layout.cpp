#include "ui/views/stage_layout.h"

namespace jacobiscope {

StageRegions stageRegions(glm::vec2 size, float scale, bool withStrip) {
  const auto between = [scale](float value, float low, float high) {
    return std::round(std::clamp(value, low * scale, std::max(low, high) * scale));
  };
  StageRegions regions;
  const float bottom = std::min(between(size.y * 0.30f, 150, 420), size.y * 0.5f);
  const float side = std::min(between(size.x * 0.25f, 268, 400), size.x * 0.5f);
  const float top = size.y - bottom;
  const float left = size.x - side;
  const float curves = between(size.x * 0.29f, 200, 640);
  regions.side = {{left, 0}, {size.x, top}};
  regions.map = {{0, top}, {size.x - curves, size.y}};
  regions.curves = {{size.x - curves, top}, size};
  const bool strip = withStrip && top > 300 * scale;
  const float stripHeight = strip ? between(top * 0.225f, 84, 220) : 0;
  regions.strip = {{0, 0}, {left, stripHeight}};
  regions.centre = {{0, stripHeight}, {left, top}};
  return regions;
}

std::vector<Rect> tiles(const Rect& area, int count, float gap, float caption) {
  std::vector<Rect> boxes;
  if (count <= 0) return boxes;
  const auto boxSize = [&](int columns) {
    const int rows = (count + columns - 1) / columns;
    return glm::vec2((area.width() - gap * float(columns - 1)) / float(columns),
                     (area.height() - (gap / 2) * float(rows - 1)) / float(rows));
  };
  int best = count;
  float bestSide = 0;
  for (int columns = count; columns >= 1; --columns) {
    const glm::vec2 size = boxSize(columns);
    const float side = std::min(size.x, size.y - caption);
    if (side > bestSide * 1.05f) {
      best = columns;
      bestSide = side;
    }
  }
  // Boxes no wider than they need to be, so that the pictures stand together.
  glm::vec2 size = boxSize(best);
  const float spread = std::min(size.x, (size.y - caption) * 1.25f);
  const float used = spread * float(best) + gap * float(best - 1);
  const float x0 = area.min.x + (area.width() - used) / 2;
  for (int i = 0; i < count; ++i) {
    const glm::vec2 corner{x0 + float(i % best) * (spread + gap),
                           area.min.y + float(i / best) * (size.y + gap / 2)};
    boxes.push_back({corner, corner + glm::vec2(spread, size.y - caption)});
  }
  return boxes;
}

std::vector<Rect> stripEntries(const Rect& area, int count, float gap, float caption) {
  std::vector<Rect> entries;
  if (count <= 0 || area.empty()) return entries;
  gap = std::min(gap, area.width() / float(count) * 0.2f);
  const float side = std::floor(std::min((area.width() - gap * float(count - 1)) / float(count),
                                         area.height() - caption));
  const float used = side * float(count) + gap * float(count - 1);
  const float top = area.min.y + (area.height() - caption - side) / 2;
  for (int i = 0; i < count; ++i) {
    const glm::vec2 corner{
        std::round(area.min.x + (area.width() - used) / 2 + float(i) * (side + gap)),
        std::round(top)};
    entries.push_back({corner, corner + glm::vec2(side, side)});
  }
  return entries;
}

}  // namespace jacobiscope
