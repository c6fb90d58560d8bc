#include "ui/views/dashes.h"

#include <imgui.h>

#include <algorithm>
#include <glm/geometric.hpp>

#include "ui/views/drawing.h"

namespace jacobiscope {

void dashedLine(const std::vector<glm::vec2>& points, float dash, float thickness, Rgba colour) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  if (points.size() < 2 || dash <= 0) return;
  float left = dash;  // of the present dash or gap
  bool on = true;
  draw->PathClear();
  draw->PathLineTo(im(points.front()));
  for (std::size_t i = 1; i < points.size(); ++i) {
    glm::vec2 at = points[i - 1];
    float way = glm::length(points[i] - at);
    const glm::vec2 along = way > 0 ? (points[i] - at) / way : glm::vec2(0);
    while (way > left) {
      at += along * left;
      way -= left;
      if (on) {
        draw->PathLineTo(im(at));
        draw->PathStroke(colour, 0, thickness);
      } else {
        draw->PathLineTo(im(at));
      }
      on = !on;
      left = dash;
    }
    left -= way;
    if (on) draw->PathLineTo(im(points[i]));
  }
  if (on && draw->_Path.Size > 1) draw->PathStroke(colour, 0, thickness);
  draw->PathClear();
}

}  // namespace jacobiscope
