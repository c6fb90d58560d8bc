// A drawing as PDF of one page, with its fonts inside.
#pragma once

#include <string>

#include "engine/export/drawing.h"

namespace jacobiscope {

// Whether this build has cairo.
bool writesPdf();

// The bytes of the file. Throws Error where cairo cannot make it, and in a build without cairo.
std::string pdfBytes(const Drawing& drawing);

}  // namespace jacobiscope
