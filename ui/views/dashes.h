// Dashed lines, which tell themselves from solid ones without colour.
#pragma once

#include <glm/vec2.hpp>
#include <vector>

#include "engine/core/colormap.h"

namespace jacobiscope {

// Along the points, dashes and gaps equally long, the pattern going on around corners.
void dashedLine(const std::vector<glm::vec2>& points, float dash, float thickness, Rgba colour);

}  // namespace jacobiscope
