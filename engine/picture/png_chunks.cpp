#include "engine/picture/png_chunks.h"

#include <span>

#include "engine/checkpoint/crc32.h"

namespace jacobiscope {

void appendNumber(std::string& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
}

void appendShort(std::string& bytes, std::uint16_t value) {
  bytes.push_back(static_cast<char>(value >> 8));
  bytes.push_back(static_cast<char>(value));
}

std::uint32_t numberAt(std::string_view bytes, std::size_t position) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[position + i]);
  }
  return value;
}

void appendChunk(std::string& bytes, std::string_view type, std::string_view data) {
  appendNumber(bytes, static_cast<std::uint32_t>(data.size()));
  const std::size_t begin = bytes.size();
  bytes += type;
  bytes += data;
  appendNumber(bytes, crc32(std::as_bytes(std::span(bytes).subspan(begin))));
}

void appendTextChunk(std::string& bytes, const std::string& keyword, const std::string& text) {
  // Keyword, end mark, not compressed, method 0, no language, no translated keyword.
  appendChunk(bytes, "iTXt", keyword + std::string(5, '\0') + text);
}

}  // namespace jacobiscope
