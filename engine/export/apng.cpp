#include "engine/export/apng.h"

#include <algorithm>
#include <span>
#include <string>

#include "engine/checkpoint/atomic_file.h"
#include "engine/picture/png_chunks.h"

namespace jacobiscope {

namespace {

struct Chunk {
  std::string_view type, data;
};

// The chunks of a PNG that this program made: whole, in order.
std::vector<Chunk> chunksOf(std::string_view png) {
  std::vector<Chunk> chunks;
  for (std::size_t at = kPngSignature.size(); at < png.size();) {
    const std::uint32_t size = numberAt(png, at);
    chunks.push_back({png.substr(at + 4, 4), png.substr(at + 8, size)});
    at += 12 + std::size_t{size};
  }
  return chunks;
}

// The frames, numbered through as the format asks.
class Frames {
 public:
  explicit Frames(const Film& film) : m_film(film) {}

  void add(const Frame& frame) {
    const ChangedPart part = changedPart(m_before, frame.image);
    const int factor = m_film.factor();
    putControl(part, frame.ticks);
    Image shown = cut(frame.image, part);
    shown.rgba = enlarged(shown.rgba, part.width, part.height, 4, factor);
    shown.width *= factor, shown.height *= factor;
    const std::string png = encodePng(shown, {});
    for (const Chunk& chunk : chunksOf(png)) {
      if (m_count == 0 && chunk.type == "IHDR") m_header = chunk.data;
      if (chunk.type == "IDAT") putData(chunk.data);
    }
    ++m_count;
    m_before = frame.image;
  }

  const std::string& header() const { return m_header; }
  const std::string& bytes() const { return m_bytes; }
  std::uint32_t count() const { return m_count; }

 private:
  void putControl(const ChangedPart& part, int ticks) {
    std::string control;
    appendNumber(control, m_sequence++);
    for (int number : {part.width, part.height, part.left, part.top})
      appendNumber(control, static_cast<std::uint32_t>(number * m_film.factor()));
    appendShort(control, static_cast<std::uint16_t>(std::min(ticks, 65535)));
    appendShort(control, static_cast<std::uint16_t>(m_film.framesPerSecond()));
    control += std::string(2, '\0');  // what is there stays; the frame replaces what it covers
    appendChunk(m_bytes, "fcTL", control);
  }

  // The first frame is also the picture of those that do not know animations.
  void putData(std::string_view data) {
    if (m_count == 0) return appendChunk(m_bytes, "IDAT", data);
    std::string numbered;
    appendNumber(numbered, m_sequence++);
    appendChunk(m_bytes, "fdAT", numbered += data);
  }

  const Film& m_film;
  Image m_before;
  std::string m_header, m_bytes;
  std::uint32_t m_sequence = 0, m_count = 0;
};

}  // namespace

void writeApng(const Film& film, const PictureTexts& texts, const std::filesystem::path& file) {
  Frames frames(film);
  film.play([&](const Frame& frame) { frames.add(frame); });
  std::string head(kPngSignature);
  appendChunk(head, "IHDR", frames.header());
  for (const auto& [keyword, text] : texts) appendTextChunk(head, keyword, text);
  std::string animation;
  appendNumber(animation, frames.count());
  appendNumber(animation, 0);  // for ever
  appendChunk(head, "acTL", animation);
  std::string end;
  appendChunk(end, "IEND", {});
  writeFileAtomically(file, {std::as_bytes(std::span(head)),
                             std::as_bytes(std::span(frames.bytes())),
                             std::as_bytes(std::span(end))});
}

}  // namespace jacobiscope
