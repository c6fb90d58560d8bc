// A text that travels inside a picture or a figure, found again in bytes that may be anything.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jacobiscope {

enum class PictureFormat { Png, Gif, Svg, Pdf };

// By the first bytes, whatever the file is called; nothing for another format.
std::optional<PictureFormat> pictureFormat(std::string_view bytes);

// The text under `keyword` in a PNG's tEXt, zTXt or iTXt chunks or a GIF's comments, or the one
// text that an SVG has as its metadata and a PDF as its subject; nothing where there is none. At
// most 4 MiB. Throws Error naming `file` where the bytes are of no such format, and where they
// are cut off or damaged before the text.
std::optional<std::string> embeddedText(std::string_view bytes, std::string_view keyword,
                                        const std::string& file);

// Whether a PNG is an animation: its picture is the first of several.
bool isAnimation(std::string_view png);

// What a GIF's comment is that embeddedText() finds.
std::string gifComment(std::string_view keyword, std::string_view text);

}  // namespace jacobiscope
