// A film as an animated GIF that plays for ever (GIF89a with the NETSCAPE2.0 loop).
#pragma once

#include <filesystem>

#include "engine/export/film.h"
#include "engine/picture/picture_file.h"

namespace jacobiscope {

// Whether this build has giflib.
bool writesGif();

// Every frame has a palette of its own (see indexed()), made before pixels are enlarged, and
// holds what changed only. The texts become comments. Throws Error for a film wider or higher than
// 65,535 pixels, a file that cannot be written, and in a build without giflib.
void writeGif(const Film& film, const std::filesystem::path& file,
              const PictureTexts& texts = {});

}  // namespace jacobiscope
