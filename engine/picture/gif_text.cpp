// GIF89a, sections 15 to 27: blocks in a row, of which comments are one kind.
#include "engine/core/error.h"
#include "engine/picture/embedded_readers.h"
#include "engine/picture/embedded_text.h"

namespace jacobiscope {

namespace {

constexpr unsigned char kExtension = 0x21, kComment = 0xFE, kImage = 0x2C, kEnd = 0x3B;

// Walks over the bytes and never past their end.
class GifBlocks {
 public:
  GifBlocks(std::string_view bytes, const std::string& file) : m_bytes(bytes), m_file(file) {}

  unsigned char byte() {
    const std::string_view one = take(1);
    return static_cast<unsigned char>(one[0]);
  }
  std::string_view take(std::size_t size) {
    if (size > m_bytes.size()) {
      throw Error(m_file + " is cut off or damaged: its end is missing.",
                  "Copy or download the file again.");
    }
    const std::string_view taken = m_bytes.substr(0, size);
    m_bytes.remove_prefix(size);
    return taken;
  }
  // A colour table, where the flags say that there is one.
  void skipColours(unsigned char flags) {
    if (flags & 0x80) take(std::size_t{3} << ((flags & 7) + 1));
  }
  // Pieces of at most 255 bytes up to an empty one; what is longer than a text can be is dropped.
  std::string pieces(bool kept) {
    std::string all;
    while (const unsigned char size = byte()) {
      const std::string_view piece = take(size);
      if (kept && all.size() + size <= kMaxEmbeddedText) all += piece;
    }
    return all;
  }

 private:
  std::string_view m_bytes;
  const std::string& m_file;
};

}  // namespace

std::string gifComment(std::string_view keyword, std::string_view text) {
  return std::string(keyword) + "\n" + std::string(text);
}

std::optional<std::string> gifText(std::string_view bytes, std::string_view keyword,
                                   const std::string& file) {
  const std::string head = gifComment(keyword, {});
  GifBlocks blocks(bytes, file);
  blocks.take(10);  // signature, width, height
  const unsigned char flags = blocks.byte();
  blocks.take(2);
  blocks.skipColours(flags);
  for (;;) {
    const unsigned char kind = blocks.byte();
    if (kind == kEnd) return std::nullopt;
    if (kind == kExtension) {
      const bool comment = blocks.byte() == kComment;
      const std::string text = blocks.pieces(comment);
      if (comment && text.starts_with(head)) return text.substr(head.size());
    } else if (kind == kImage) {
      blocks.take(8);
      blocks.skipColours(blocks.byte());
      blocks.take(1);
      blocks.pieces(false);
    } else {
      throw Error(file + " is damaged: a block of an unknown kind.",
                  "Copy or download the file again.");
    }
  }
}

}  // namespace jacobiscope
