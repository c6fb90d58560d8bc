// PNG chunks (W3C Portable Network Graphics, third edition, sections 5 and 11.3.3): writing
// a picture with text in it, and finding the text again in a file that may be broken.
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <span>
#include <string_view>

#include "engine/checkpoint/crc32.h"
#include "engine/core/error.h"
#include "engine/picture/picture_file.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop
#include <stb/stb_image.h>

namespace jacobiscope {

namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
// A recipe is a few kilobytes; whatever claims to be longer is not one.
constexpr std::size_t kMaxText = std::size_t{4} << 20;

std::uint32_t crcOf(std::string_view bytes) { return crc32(std::as_bytes(std::span(bytes))); }

void appendNumber(std::string& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
}

std::uint32_t numberAt(std::string_view bytes, std::size_t position) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[position + i]);
  }
  return value;
}

std::string textChunk(const std::string& keyword, const std::string& text) {
  // Keyword, end mark, not compressed, method 0, no language, no translated keyword.
  const std::string typed = "iTXt" + keyword + std::string(5, '\0') + text;
  std::string chunk;
  appendNumber(chunk, static_cast<std::uint32_t>(typed.size() - 4));
  chunk += typed;
  appendNumber(chunk, crcOf(typed));
  return chunk;
}

std::string inflate(std::string_view packed, const std::string& file) {
  for (std::size_t room = std::size_t{64} << 10; room <= kMaxText; room *= 4) {
    std::string text(room, '\0');
    const int size = stbi_zlib_decode_buffer(text.data(), static_cast<int>(room), packed.data(),
                                             static_cast<int>(packed.size()));
    if (size >= 0) {
      text.resize(static_cast<std::size_t>(size));
      return text;
    }
  }
  throw Error("The text in " + file + " cannot be unpacked.", "The picture is damaged.");
}

// Takes what stands before the next zero byte; false where there is none.
bool takeUntilZero(std::string_view& rest, std::string_view& taken) {
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return false;
  taken = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return true;
}

// The text of one chunk if it has this keyword.
std::optional<std::string> chunkText(std::string_view type, std::string_view data,
                                     const std::string& keyword, const std::string& file) {
  std::string_view found, ignored;
  if (!takeUntilZero(data, found) || found != keyword) return std::nullopt;
  if (type == "tEXt") return std::string(data);
  if (type == "zTXt") return data.empty() ? std::string{} : inflate(data.substr(1), file);
  if (data.size() < 2) return std::nullopt;
  const bool packed = data[0] == 1;
  data.remove_prefix(2);
  if (!takeUntilZero(data, ignored) || !takeUntilZero(data, ignored)) return std::nullopt;
  return packed ? inflate(data, file) : std::string(data);
}

}  // namespace

std::string encodePng(const Image& image, const PictureTexts& texts) {
  const std::size_t pixels = std::size_t(image.width) * image.height;
  std::vector<std::uint8_t> rgb(3 * pixels);
  for (std::size_t i = 0; i < pixels; ++i) std::memcpy(&rgb[3 * i], &image.rgba[4 * i], 3);
  int size = 0;
  unsigned char* const raw =
      stbi_write_png_to_mem(rgb.data(), 3 * image.width, image.width, image.height, 3, &size);
  if (raw == nullptr) throw std::bad_alloc();
  std::string bytes(reinterpret_cast<char*>(raw), static_cast<std::size_t>(size));
  STBIW_FREE(raw);
  std::string chunks;
  for (const auto& [keyword, text] : texts) chunks += textChunk(keyword, text);
  // Right after the header chunk: 13 bytes of data and 12 around them.
  bytes.insert(kSignature.size() + 25, chunks);
  return bytes;
}

std::optional<std::string> readPictureText(const std::filesystem::path& file,
                                           const std::string& keyword) {
  std::ifstream in(file, std::ios::binary);
  char signature[8] = {};
  if (!in) throw Error("The picture " + file.string() + " cannot be opened.");
  if (!in.read(signature, sizeof signature) || std::string_view(signature, 8) != kSignature) {
    throw Error(file.string() + " is no PNG.");
  }
  const Error cutOff(file.string() + " is cut off or damaged: its end chunk is missing.",
                     "Copy or download the file again.");
  char head[8];
  while (in.read(head, sizeof head)) {
    const std::uint32_t size = numberAt({head, 8}, 0);
    const std::string_view type(head + 4, 4);
    if (type == "IEND") return std::nullopt;
    const bool isText = type == "tEXt" || type == "zTXt" || type == "iTXt";
    if (!isText || size > kMaxText) {
      in.seekg(std::streamoff{size} + 4, std::ios::cur);
      continue;
    }
    std::string data(std::size_t{size} + 4, '\0');
    if (!in.read(data.data(), static_cast<std::streamsize>(data.size()))) throw cutOff;
    const std::string_view body(data.data(), size);
    if (crcOf(std::string(type) + std::string(body)) != numberAt(data, size)) {
      throw Error("A text chunk of " + file.string() + " is damaged (its checksum differs).");
    }
    if (auto text = chunkText(type, body, keyword, file.string())) return text;
  }
  throw cutOff;
}

}  // namespace jacobiscope
