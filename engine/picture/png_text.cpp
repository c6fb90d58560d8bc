// PNG chunks (W3C Portable Network Graphics, third edition, sections 5 and 11.3.3): writing
// a picture with text in it, and finding the text again in a file that may be broken.
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "engine/checkpoint/crc32.h"
#include "engine/checkpoint/mapped_file.h"
#include "engine/core/error.h"
#include "engine/picture/embedded_readers.h"
#include "engine/picture/embedded_text.h"
#include "engine/picture/picture_file.h"
#include "engine/picture/png_chunks.h"

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

std::uint32_t crcOf(std::string_view bytes) { return crc32(std::as_bytes(std::span(bytes))); }

std::string inflate(std::string_view packed, const std::string& file) {
  for (std::size_t room = std::size_t{64} << 10; room <= kMaxEmbeddedText; room *= 4) {
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
                                     std::string_view keyword, const std::string& file) {
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
  for (const auto& [keyword, text] : texts) appendTextChunk(chunks, keyword, text);
  // Right after the header chunk: 13 bytes of data and 12 around them.
  bytes.insert(kPngSignature.size() + 25, chunks);
  return bytes;
}

std::optional<std::string> pngText(std::string_view bytes, std::string_view keyword,
                                   const std::string& file) {
  if (!bytes.starts_with(kPngSignature)) throw Error(file + " is no PNG.");
  const Error cutOff(file + " is cut off or damaged: its end chunk is missing.",
                     "Copy or download the file again.");
  bytes.remove_prefix(kPngSignature.size());
  while (bytes.size() >= 8) {
    const std::size_t size = numberAt(bytes, 0);
    const std::string_view type = bytes.substr(4, 4);
    if (type == "IEND") return std::nullopt;
    if (size + 12 > bytes.size()) throw cutOff;
    const std::string_view typeAndBody = bytes.substr(4, size + 4), body = bytes.substr(8, size);
    const bool isText = type == "tEXt" || type == "zTXt" || type == "iTXt";
    if (isText && size <= kMaxEmbeddedText) {
      if (crcOf(typeAndBody) != numberAt(bytes, size + 8)) {
        throw Error("A text chunk of " + file + " is damaged (its checksum differs).");
      }
      if (auto text = chunkText(type, body, keyword, file)) return text;
    }
    bytes.remove_prefix(size + 12);
  }
  throw cutOff;
}

bool isAnimation(std::string_view png) {
  for (std::size_t at = kPngSignature.size(); at + 12 <= png.size();) {
    const std::string_view type = png.substr(at + 4, 4);
    if (type == "acTL") return true;
    if (type == "IDAT") return false;
    at += std::size_t{12} + numberAt(png, at);
  }
  return false;
}

std::optional<std::string> readPictureText(const std::filesystem::path& file,
                                           const std::string& keyword) {
  const auto mapped = MappedFile::open(file);
  return pngText({chars(mapped->bytes().data()), mapped->bytes().size()}, keyword, file.string());
}

}  // namespace jacobiscope
