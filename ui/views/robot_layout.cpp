#include "ui/views/robot_layout.h"

namespace jacobiscope {

RobotRegions robotRegions(const Rect& area, float scale, const RobotParts& parts) {
  const auto px = [scale](float design) { return design * scale; };
  RobotRegions regions;
  regions.scene = regions.free = area;
  const float top = area.min.y + px(14);
  const float wide = std::floor(std::clamp(area.width() * 0.26f, px(140), px(264)));
  const bool column = parts.dimensions > 0 && area.width() >= px(380);
  if (column) regions.free.max.x = area.max.x - wide - px(36);
  regions.legend = {{regions.free.min.x + px(20), top},
                    {regions.free.max.x - px(8), top + parts.line}};
  if (!column) return regions;
  const float right = area.max.x - px(20), left = right - wide;
  // Below the cells: their names and a caption; above: a heading and names of the steps.
  const float words = parts.line * 3 + px(22);
  const float room = area.max.y - px(10) - top;
  const float names = px(20);  // of the steps, left of the cells
  const float cell = std::min((wide - names) / float(parts.dimensions),
                              (room - words) / float(std::max(1, parts.steps)));
  if (cell < px(9)) return regions;
  const float cells = std::floor(cell) * float(parts.steps);
  // The camera gets what the cells leave it.
  const float caption = parts.line + px(20);
  const float side = std::floor(std::min(wide, room - words - cells - caption));
  float y = top;
  if (parts.camera && side >= px(64)) {
    regions.camera = {{right - side, y}, {right, y + side}};
    y += side + caption;
  }
  y += parts.line + px(8);
  const float across = std::floor(cell) * float(parts.dimensions);
  regions.matrix = {{std::max(left, right - across), y}, {right, y + cells}};
  return regions;
}

}  // namespace jacobiscope
