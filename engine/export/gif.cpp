#include "engine/export/gif.h"

#include "engine/core/error.h"

#ifdef JACOBISCOPE_WITH_GIFLIB
#include <gif_lib.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "engine/checkpoint/atomic_file.h"
#include "engine/export/palette.h"
#include "engine/picture/embedded_text.h"
#endif

namespace jacobiscope {

#ifdef JACOBISCOPE_WITH_GIFLIB

namespace {

constexpr int kLongestSide = 65535;

// What giflib writes until it is handed on: no exception passes through C.
int append(GifFileType* gif, const GifByteType* bytes, int count) {
  auto* text = static_cast<std::string*>(gif->UserData);
  try {
    text->append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return count;
}

class GifWriter {
 public:
  GifWriter(const Film& film, AtomicFile& file)
      : m_film(film), m_file(file), m_gif(EGifOpen(&m_bytes, append, nullptr)) {
    if (!m_gif) throw std::bad_alloc();
    EGifSetGifVersion(m_gif, true);
    check(EGifPutScreenDesc(m_gif, film.shownWidth(), film.shownHeight(), 8, 0, nullptr));
    const GifByteType forEver[] = {1, 0, 0};
    check(EGifPutExtensionLeader(m_gif, APPLICATION_EXT_FUNC_CODE));
    check(EGifPutExtensionBlock(m_gif, 11, "NETSCAPE2.0"));
    check(EGifPutExtensionBlock(m_gif, sizeof forEver, forEver));
    check(EGifPutExtensionTrailer(m_gif));
  }
  ~GifWriter() {
    if (m_gif) EGifCloseFile(m_gif, nullptr);
  }
  GifWriter(const GifWriter&) = delete;
  GifWriter& operator=(const GifWriter&) = delete;

  void add(const Frame& frame) {
    putDelay(frame.ticks);
    const ChangedPart part = changedPart(m_before, frame.image);
    putImage(cut(frame.image, part), part);
    m_before = frame.image;
    handOn();
  }

  void comment(const std::string& text) {
    constexpr std::size_t kPiece = 255;
    check(EGifPutExtensionLeader(m_gif, COMMENT_EXT_FUNC_CODE));
    for (std::size_t at = 0; at < text.size(); at += kPiece) {
      const int size = static_cast<int>(std::min(kPiece, text.size() - at));
      check(EGifPutExtensionBlock(m_gif, size, text.data() + at));
    }
    check(EGifPutExtensionTrailer(m_gif));
  }

  void close() {
    GifFileType* const gif = std::exchange(m_gif, nullptr);
    check(EGifCloseFile(gif, nullptr));
    handOn();
  }

 private:
  static void check(int answer) {
    if (answer == GIF_ERROR) throw Error("The GIF could not be written.", "Make it smaller.");
  }

  // In hundredths of a second, each frame's end rounded on its own: the film keeps its length.
  void putDelay(int ticks) {
    const auto hundredths = [&](std::int64_t at) {
      return std::llround(100.0 * double(at) / m_film.framesPerSecond());
    };
    GraphicsControlBlock control{};
    control.DisposalMode = DISPOSE_DO_NOT;
    control.TransparentColor = NO_TRANSPARENT_COLOR;
    control.DelayTime = int(std::min(65535LL, hundredths(m_ticks + ticks) - hundredths(m_ticks)));
    m_ticks += ticks;
    GifByteType bytes[4];
    EGifGCBToExtension(&control, bytes);
    check(EGifPutExtension(m_gif, GRAPHICS_EXT_FUNC_CODE, sizeof bytes, bytes));
  }

  void putImage(const Image& image, const ChangedPart& part) {
    const int factor = m_film.factor();
    const IndexedPicture picture = indexed(image);
    GifColorType colours[256] = {};
    for (std::size_t i = 0; i < picture.palette.size(); ++i)
      colours[i] = {picture.palette[i][0], picture.palette[i][1], picture.palette[i][2]};
    int entries = 2;  // a power of two
    while (entries < std::ssize(picture.palette)) entries *= 2;
    const std::unique_ptr<ColorMapObject, void (*)(ColorMapObject*)> map(
        GifMakeMapObject(entries, colours), GifFreeMapObject);
    if (!map) throw std::bad_alloc();
    check(EGifPutImageDesc(m_gif, part.left * factor, part.top * factor, part.width * factor,
                           part.height * factor, false, map.get()));
    auto pixels = enlarged(picture.indices, part.width, part.height, 1, factor);
    check(EGifPutLine(m_gif, pixels.data(), int(pixels.size())));
  }

  void handOn() {
    m_file.write(std::as_bytes(std::span(m_bytes)));
    m_bytes.clear();
  }

  const Film& m_film;
  AtomicFile& m_file;
  std::string m_bytes;
  GifFileType* m_gif;
  Image m_before;
  std::int64_t m_ticks = 0;
};

}  // namespace

bool writesGif() { return true; }

void writeGif(const Film& film, const std::filesystem::path& path, const PictureTexts& texts) {
  if (std::max(film.shownWidth(), film.shownHeight()) > kLongestSide) {
    throw Error("A GIF is at most 65,535 pixels wide and high.", "Ask for a smaller size.");
  }
  AtomicFile file(path);
  GifWriter gif(film, file);
  for (const auto& [keyword, text] : texts) gif.comment(gifComment(keyword, text));
  film.play([&](const Frame& frame) { gif.add(frame); });
  gif.close();
  file.publish();
}

#else

bool writesGif() { return false; }

void writeGif(const Film&, const std::filesystem::path&, const PictureTexts&) {
  throw Error("This build cannot write GIF: giflib was missing when it was built.",
              "Write an APNG, or install libgif-dev and build again.");
}

#endif

}  // namespace jacobiscope
