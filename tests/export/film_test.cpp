// Films: what is written decodes again to the pictures of the run.
#include "engine/export/film.h"

#include <QTemporaryDir>
#include <QtTest>
#include <span>

#include "engine/checkpoint/crc32.h"
#include "engine/core/error.h"
#include "engine/export/apng.h"
#include "engine/export/gif.h"
#include "engine/export/run_picture.h"
#include "engine/picture/png_chunks.h"
#include "tests/ui/recorded_run.h"

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_GIF
#define STBI_ONLY_PNG
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

using namespace jacobiscope;

namespace {

using Pixels = std::vector<std::uint8_t>;  // red, green, blue, alpha

Image plain(int width, int height, std::array<std::uint8_t, 3> colour) {
  Image image{width, height, {}};
  for (int i = 0; i < width * height; ++i)
    image.rgba.insert(image.rgba.end(), {colour[0], colour[1], colour[2], 255});
  return image;
}

void dot(Image& image, int x, int y, std::array<std::uint8_t, 3> colour) {
  std::copy(colour.begin(), colour.end(), image.rgba.begin() + (y * image.width + x) * 4);
}

// A gradient of far more than 256 colours.
Image gradient(int side) {
  Image image{side, side, {}};
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      image.rgba.insert(image.rgba.end(),
                        {std::uint8_t(x * 255 / side), std::uint8_t(y * 255 / side),
                         std::uint8_t(255 - (x + y) * 127 / side), 255});
  return image;
}

RecordedRun runOf(const std::vector<Image>& pictures) {
  RecordedRun made(1, 4);
  for (const Image& picture : pictures)
    made.next({0, 0, 4}, 1, Verdict::Working, 0, {}, {{"sample", "", picture}});
  return made;
}

// A sky, a dot that moves, and the same picture again.
std::vector<Image> threePictures() {
  std::vector<Image> pictures(4, plain(6, 4, {20, 40, 200}));
  dot(pictures[1], 2, 1, {255, 0, 0});
  dot(pictures[2], 4, 3, {0, 255, 0});
  pictures[3] = pictures[2];
  return pictures;
}

QByteArray bytesOf(const QString& file) {
  QFile source(file);
  if (!source.open(QIODevice::ReadOnly)) qFatal("%s is missing", qPrintable(file));
  return source.readAll();
}

struct Shown {
  Pixels pixels;
  int milliseconds = 0;
};
struct Decoded {
  int width = 0, height = 0;
  std::vector<Shown> frames;
};

Decoded decodedGif(const QByteArray& bytes) {
  Decoded gif;
  int count = 0, channels = 0;
  int* delays = nullptr;
  stbi_uc* raw = stbi_load_gif_from_memory(reinterpret_cast<const stbi_uc*>(bytes.data()),
                                           int(bytes.size()), &delays, &gif.width, &gif.height,
                                           &count, &channels, 4);
  if (!raw) return {};
  const std::size_t size = std::size_t(gif.width) * gif.height * 4;
  for (int i = 0; i < count; ++i)
    gif.frames.push_back({Pixels(raw + i * size, raw + (i + 1) * size), delays[i]});
  stbi_image_free(raw);
  stbi_image_free(delays);
  return gif;
}

// Puts every frame of an APNG where its control says, over the one before.
Decoded decodedApng(const QByteArray& bytes) {
  const std::string_view png(bytes.data(), std::size_t(bytes.size()));
  Decoded film;
  std::string header, data, control;
  std::uint32_t sequence = 0;
  Pixels canvas;
  const auto finish = [&] {
    if (data.empty()) return;
    const int width = int(numberAt(control, 4)), height = int(numberAt(control, 8));
    const int left = int(numberAt(control, 12)), top = int(numberAt(control, 16));
    std::string part(kPngSignature), head;
    appendNumber(head, std::uint32_t(width));
    appendNumber(head, std::uint32_t(height));
    appendChunk(part, "IHDR", head + header.substr(8));
    appendChunk(part, "IDAT", data);
    appendChunk(part, "IEND", {});
    int w = 0, h = 0, n = 0;
    stbi_uc* raw = stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(part.data()),
                                         int(part.size()), &w, &h, &n, 4);
    QVERIFY(raw && w == width && h == height);
    for (int y = 0; y < h; ++y)
      std::copy_n(raw + y * w * 4, w * 4, canvas.begin() + ((top + y) * film.width + left) * 4);
    stbi_image_free(raw);
    const int delay = numberAt(control, 20) >> 16, per = numberAt(control, 20) & 0xFFFF;
    film.frames.push_back({canvas, 1000 * delay / per});
    data.clear();
  };
  for (std::size_t at = kPngSignature.size(); at < png.size();) {
    const std::size_t size = numberAt(png, at);
    const std::string_view type = png.substr(at + 4, 4), body = png.substr(at + 8, size);
    const auto checked = std::as_bytes(std::span(png.substr(at + 4, size + 4)));
    if (crc32(checked) != numberAt(png, at + 8 + size)) return {};
    if (type == "IHDR") {
      header = body;
      film.width = int(numberAt(body, 0)), film.height = int(numberAt(body, 4));
      canvas.resize(std::size_t(film.width) * film.height * 4);
    } else if (type == "fcTL" || type == "IEND") {
      finish();
      if (type == "IEND") break;
      control = body;
      if (numberAt(body, 0) != sequence++) return {};
    } else if (type == "IDAT") {
      data += body;
    } else if (type == "fdAT") {
      if (numberAt(body, 0) != sequence++) return {};
      data += body.substr(4);
    }
    at += 12 + size;
  }
  return film;
}

Pixels shown(const Image& image, int factor) {
  return enlarged(image.rgba, image.width, image.height, 4, factor);
}

}  // namespace

class FilmTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;

  QString path(const char* name) { return m_folder.filePath(name); }

  void checkFrames(const Decoded& film, int factor) {
    const std::vector<Image> pictures = threePictures();
    QCOMPARE(film.width, 6 * factor);
    QCOMPARE(film.height, 4 * factor);
    QCOMPARE(film.frames.size(), std::size_t{3});
    for (int i = 0; i < 3; ++i) QVERIFY(film.frames[i].pixels == shown(pictures[i], factor));
    QCOMPARE(film.frames[0].milliseconds, 200);
    // Twice the same picture, and two seconds more at the end.
    QCOMPARE(film.frames[2].milliseconds, 200 * 2 + 2000);
  }

 private Q_SLOTS:
  void aGifDecodesToTheFrames() {
    if (!writesGif()) QSKIP("built without giflib");
    const RecordedRun made = runOf(threePictures());
    writeGif(Film(made.run(), {5, 30, 2}), path("a.gif").toStdString());
    checkFrames(decodedGif(bytesOf(path("a.gif"))), 5);
    QVERIFY(bytesOf(path("a.gif")).contains("NETSCAPE2.0"));
  }

  void aGradientHasNoBands() {
    if (!writesGif()) QSKIP("built without giflib");
    const Image picture = gradient(96);
    const RecordedRun made = runOf({picture});
    writeGif(Film(made.run(), {10, 96, 0}), path("g.gif").toStdString());
    const Decoded gif = decodedGif(bytesOf(path("g.gif")));
    QCOMPARE(gif.frames.size(), std::size_t{1});
    const Pixels& pixels = gif.frames[0].pixels;
    // Each pixel is near, and the mean of a neighbourhood is nearer than the palette can be.
    double largest = 0;
    for (int by = 0; by < 96; by += 8) {
      for (int bx = 0; bx < 96; bx += 8) {
        for (int c = 0; c < 3; ++c) {
          double difference = 0;
          for (int y = by; y < by + 8; ++y)
            for (int x = bx; x < bx + 8; ++x) {
              const int i = (y * 96 + x) * 4 + c;
              const int error = int(pixels[i]) - int(picture.rgba[i]);
              QVERIFY(std::abs(error) < 40);
              difference += error / 64.0;
            }
          largest = std::max(largest, std::abs(difference));
        }
      }
    }
    QVERIFY2(largest < 4, qPrintable(QString::number(largest)));
  }

  void anApngDecodesToTheFrames() {
    const RecordedRun made = runOf(threePictures());
    writeApng(Film(made.run(), {5, 30, 2}), {{"key", "a text, ä"}}, path("a.apng").toStdString());
    checkFrames(decodedApng(bytesOf(path("a.apng"))), 5);
    // Who knows no animations sees the first frame, and every reader the text.
    const Image first = readPicture(path("a.apng").toStdString());
    QVERIFY(first.rgba == shown(threePictures()[0], 5));
    QCOMPARE(*readPictureText(path("a.apng").toStdString(), "key"), std::string("a text, ä"));
  }

  void anApngKeepsEveryColour() {
    const Image picture = gradient(40);
    const RecordedRun made = runOf({plain(40, 40, {1, 2, 3}), picture});
    writeApng(Film(made.run(), {10, 40, 0}), {}, path("g.apng").toStdString());
    const Decoded film = decodedApng(bytesOf(path("g.apng")));
    QCOMPARE(film.frames.size(), std::size_t{2});
    QVERIFY(film.frames[1].pixels == picture.rgba);
  }

  void sizesAreWholeFactorsOrShrink() {
    const RecordedRun made = runOf({gradient(32)});
    QCOMPARE(Film(made.run(), {}).factor(), 12);
    QCOMPARE(Film(made.run(), {10, 100}).factor(), 3);
    const Film small(made.run(), {10, 16});
    QCOMPARE(small.factor(), 1);
    QCOMPARE(small.width(), 16);
    small.play([](const Frame& frame) {
      // The mean of four pixels.
      const Image whole = gradient(32);
      const int sum = whole.rgba[0] + whole.rgba[4] + whole.rgba[32 * 4] + whole.rgba[33 * 4];
      QCOMPARE(int(frame.image.rgba[0]), (sum + 2) / 4);
    });
  }

  void aBatchIsAGridAndARobotsPictureItsCamera() {
    const Image red = plain(2, 1, {255, 0, 0}), blue = plain(2, 1, {0, 0, 255});
    const Image grid = gridOf({red, blue, blue});
    QCOMPARE(grid.width, 4);
    QCOMPARE(grid.height, 2);
    QVERIFY(grid.rgba[0] == 255 && grid.rgba[2 * 4 + 2] == 255 && grid.rgba[4 * 4 + 2] == 255);
    QVERIFY(std::equal(grid.rgba.end() - 8, grid.rgba.end(), Pixels(8, 255).begin()));
    QCOMPARE(gridOf({}).width, 0);
    Snapshot snapshot;
    Input input;
    QVERIFY(!pictureOf(snapshot, input));
    snapshot.panels = {{"camera", "", blue}};
    QVERIFY(pictureOf(snapshot, input)->rgba == blue.rgba);
    snapshot.panels.push_back({"sample", "", red});
    QVERIFY(pictureOf(snapshot, input)->rgba == red.rgba);
    snapshot.panels.push_back({"batch", "", Strip{{red, blue, blue}, {}, -1}});
    QVERIFY(pictureOf(snapshot, input)->rgba == red.rgba);
    input.count = 3;
    QVERIFY(pictureOf(snapshot, input)->rgba == grid.rgba);
  }

  void badInputIsRefused() {
    RecordedRun empty(1, 4);
    QVERIFY_EXCEPTION_THROWN(Film(empty.run(), {}), Error);
    empty.next({0, 0, 4}, 1, Verdict::Working, 0);
    QVERIFY_EXCEPTION_THROWN(Film(empty.run(), {}), Error);
    const RecordedRun made = runOf({gradient(32)});
    QVERIFY_EXCEPTION_THROWN(Film(made.run(), {0}), UsageError);
    QVERIFY_EXCEPTION_THROWN(Film(made.run(), {51}), UsageError);
    QVERIFY_EXCEPTION_THROWN(Film(made.run(), {10, 5000}), UsageError);
    QVERIFY_EXCEPTION_THROWN(
        writeApng(Film(made.run(), {}), {}, path("none/a.png").toStdString()), Error);
    if (!writesGif()) return;
    QVERIFY_EXCEPTION_THROWN(writeGif(Film(made.run(), {}), path("none/a.gif").toStdString()),
                             Error);
  }
};

QTEST_GUILESS_MAIN(FilmTest)
#include "film_test.moc"
