// One reader for each format that carries a text. What they throw and return: embedded_text.h.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jacobiscope {

// A recipe is a few kilobytes; whatever claims to be longer is not one.
inline constexpr std::size_t kMaxEmbeddedText = std::size_t{4} << 20;

std::optional<std::string> pngText(std::string_view bytes, std::string_view keyword,
                                   const std::string& file);
std::optional<std::string> gifText(std::string_view bytes, std::string_view keyword,
                                   const std::string& file);
std::optional<std::string> svgMetadata(std::string_view bytes);
// Of a PDF whose document information is not packed, as versions before 1.5 have it.
std::optional<std::string> pdfSubject(std::string_view bytes);

}  // namespace jacobiscope
