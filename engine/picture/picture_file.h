// Pictures as files: PNG and JPEG in, PNG with its recipe out.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/array.h"
#include "engine/core/panel.h"

namespace jacobiscope {

// Text chunks of a PNG: keyword (Latin-1) and text (UTF-8).
using PictureTexts = std::vector<std::pair<std::string, std::string>>;

// Reads a PNG or JPEG of at most 16,384 pixels a side. Throws Error naming the file.
Image readPicture(const std::filesystem::path& file);

// The bytes of a PNG without alpha channel and with an iTXt chunk for each text.
std::string encodePng(const Image& image, const PictureTexts& texts);

// The text under `keyword` in a PNG's tEXt, zTXt or iTXt chunks; nothing where there is
// none. Throws Error for a file that is no PNG or is cut off before the text.
std::optional<std::string> readPictureText(const std::filesystem::path& file,
                                           const std::string& keyword);

// Fits a picture to a model: the largest centred rectangle of the right proportions, resized.
// Returns values in [-1, 1] as [channels, height, width]; transparent pixels over white.
std::vector<float> fitPicture(const Image& image, int channels, int height, int width);

// A batch [B, C, H, W] in [-1, 1] (clipped) as one picture: a grid without gaps, row by row,
// as near to square as B allows; cells left over are white. C is 1 or 3; Error otherwise.
Image gridPicture(const Array& batch);

}  // namespace jacobiscope
