// A drawing as SVG 1.1: texts stay texts, which can be searched, copied and edited.
#pragma once

#include <string>

#include "engine/export/drawing.h"

namespace jacobiscope {

std::string svgText(const Drawing& drawing);

}  // namespace jacobiscope
