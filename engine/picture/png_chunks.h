// The pieces a PNG consists of (W3C Portable Network Graphics, third edition, section 5).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jacobiscope {

inline constexpr std::string_view kPngSignature("\x89PNG\r\n\x1a\n", 8);

// Four or two bytes, the highest first.
void appendNumber(std::string& bytes, std::uint32_t value);
void appendShort(std::string& bytes, std::uint16_t value);
std::uint32_t numberAt(std::string_view bytes, std::size_t position);

// With its length before and its checksum behind it. `type` has four letters.
void appendChunk(std::string& bytes, std::string_view type, std::string_view data);

// A text in UTF-8 under a keyword in Latin-1: an iTXt chunk.
void appendTextChunk(std::string& bytes, const std::string& keyword, const std::string& text);

}  // namespace jacobiscope
