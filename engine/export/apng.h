// A film as an animated PNG that plays for ever (Animated PNG, part of PNG's third edition). Its
// colours are exact; a program that knows plain PNG only shows the first frame.
#pragma once

#include <filesystem>

#include "engine/export/film.h"
#include "engine/picture/picture_file.h"

namespace jacobiscope {

// Throws Error where the file cannot be written.
void writeApng(const Film& film, const PictureTexts& texts, const std::filesystem::path& file);

}  // namespace jacobiscope
