// Pictures with recipes: what is written is found again, and broken files are refused.
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "engine/core/error.h"
#include "engine/picture/picture_file.h"
#include "engine/record/recipe.h"
#include "tests/app/cli_process.h"

using namespace jacobiscope;

namespace {

Image checkered(int width, int height) {
  Image image{width, height, {}};
  for (int i = 0; i < width * height; ++i) {
    const auto value = static_cast<std::uint8_t>(i * 37);
    image.rgba.insert(image.rgba.end(), {value, static_cast<std::uint8_t>(255 - value), 9, 255});
  }
  return image;
}

QString writeFile(const QTemporaryDir& folder, const QString& name, const QByteArray& bytes) {
  QFile file(folder.filePath(name));
  if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("no disk");
  return file.fileName();
}

QByteArray bigEndian(quint32 value) {
  return QByteArray::fromHex(QByteArray::number(value, 16).rightJustified(8, '0'));
}

// Length, type and data, checksum (bit by bit, as the PNG specification defines it).
QByteArray chunk(const QByteArray& typed) {
  quint32 crc = 0xFFFFFFFFu;
  for (const char byte : typed) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  return bigEndian(typed.size() - 4) + typed + bigEndian(~crc);
}

QByteArray pngOf(const Image& image, const PictureTexts& texts) {
  return QByteArray::fromStdString(encodePng(image, texts));
}

}  // namespace

class PictureFileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void pixelsAndTextsComeBack() {
    const QTemporaryDir folder;
    const Image image = checkered(5, 3);
    const std::string text = "{\"prompt\": \"gr\xc3\xbc\xc3\x9f dich\"}";
    const QString file = writeFile(folder, "a.png", pngOf(image, {{"Software", "x"}, {"k", text}}));
    QCOMPARE(readPicture(file.toStdString()).rgba, image.rgba);
    QCOMPARE(readPictureText(file.toStdString(), "k"), std::optional(text));
    QCOMPARE(readPictureText(file.toStdString(), "missing"), std::nullopt);
  }

  // Qt's own writer compresses longer texts.
  void compressedTextsAreRead_data() {
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<bool>("compressed");
    QTest::newRow("tEXt") << QByteArray("tEXtjacobiscope\0", 16) << false;
    QTest::newRow("zTXt") << QByteArray("zTXtjacobiscope\0\0", 17) << true;
    QTest::newRow("iTXt") << QByteArray("iTXtjacobiscope\0\1\0en\0word\0", 26) << true;
  }

  void compressedTextsAreRead() {
    QFETCH(QByteArray, head);
    QFETCH(bool, compressed);
    const QTemporaryDir folder;
    const QByteArray text = QByteArray("{\"key\": 1}").repeated(20000);
    // qCompress puts the length before the zlib stream.
    const QByteArray body = compressed ? qCompress(text).mid(4) : text;
    QByteArray bytes = pngOf(checkered(4, 4), {});
    bytes.insert(8 + 25, chunk(head + body));
    const std::string file = writeFile(folder, "z.png", bytes).toStdString();
    QCOMPARE(readPictureText(file, kRecipeKey), std::optional(text.toStdString()));
  }

  void cutOffAnywhereIsRefused() {
    const QTemporaryDir folder;
    const QByteArray whole = pngOf(checkered(4, 4), {{"k", "a recipe"}});
    // The last chunk's checksum does not matter to who reads the text.
    for (int length = 0; length < whole.size() - 12; ++length) {
      const std::string file = writeFile(folder, "cut.png", whole.left(length)).toStdString();
      if (length >= 8 + 25 + 12 + 1 + 5 + 8) {  // the text itself is whole
        QCOMPARE(readPictureText(file, "k"), std::optional<std::string>("a recipe"));
      } else {
        QVERIFY_EXCEPTION_THROWN(readPictureText(file, "k"), Error);
      }
      QVERIFY_EXCEPTION_THROWN(readPictureText(file, "other"), Error);
    }
  }

  void aPictureThatIsNoneIsRefused() {
    const QTemporaryDir folder;
    const QByteArray whole = pngOf(checkered(40, 40), {});
    QVERIFY_EXCEPTION_THROWN(
        readPicture(writeFile(folder, "cut.png", whole.left(60)).toStdString()), Error);
    QVERIFY_EXCEPTION_THROWN(
        readPicture(writeFile(folder, "text.jpg", "no picture").toStdString()), Error);
    QVERIFY_EXCEPTION_THROWN(readPicture(folder.filePath("nosuch.png").toStdString()), Error);
  }

  void aDamagedTextIsRefused() {
    const QTemporaryDir folder;
    QByteArray bytes = pngOf(checkered(4, 4), {{"k", "a recipe"}});
    bytes[8 + 25 + 8 + 8] = '!';
    const std::string file = writeFile(folder, "bad.png", bytes).toStdString();
    QVERIFY_EXCEPTION_THROWN(readPictureText(file, "k"), Error);
  }

  void aHugeLengthIsNotAllocated() {
    const QTemporaryDir folder;
    QByteArray bytes = pngOf(checkered(4, 4), {{"k", "a recipe"}});
    bytes.replace(8 + 25, 4, QByteArray::fromHex("7fffffff"));
    const std::string file = writeFile(folder, "huge.png", bytes).toStdString();
    QVERIFY_EXCEPTION_THROWN(readPictureText(file, "k"), Error);
  }

  void batchBecomesAGrid() {
    Array batch{{3, 3, 2, 2}, {}};
    std::vector<float> values(3 * 3 * 4, -1.0f);
    for (int i = 12; i < 24; ++i) values[i] = 5;             // the second is clipped to white
    for (int i = 24; i < 36; ++i) values[i] = std::nanf("");  // the third is black
    batch.values = values;
    const Image image = gridPicture(batch);
    QCOMPARE(image.width, 4);
    QCOMPARE(image.height, 4);
    const auto red = [&](int x, int y) { return int(image.rgba[4 * (y * 4 + x)]); };
    QCOMPARE(red(0, 0), 0);
    QCOMPARE(red(2, 1), 255);
    QCOMPARE(red(1, 3), 0);
    QCOMPARE(red(3, 3), 255);  // no picture there
    QVERIFY_EXCEPTION_THROWN(gridPicture({{2, 4}, std::vector<float>(8)}), Error);
  }

  void picturesAreFittedInTheMiddle() {
    // Left and right quarters are cut off a picture twice as wide as high.
    Image image{8, 4, {}};
    for (int i = 0; i < 32; ++i) {
      const bool middle = i % 8 >= 2 && i % 8 < 6;
      const std::uint8_t value = middle ? 255 : 0;
      image.rgba.insert(image.rgba.end(), {value, value, value, 255});
    }
    const std::vector<float> fitted = fitPicture(image, 3, 4, 4);
    QCOMPARE(fitted.size(), std::size_t(48));
    for (const float value : fitted) QVERIFY(std::abs(value - 1) < 1e-5f);
  }

  void theCommandLineWritesTheRecipe() {
    const QTemporaryDir folder;
    const QString out = folder.filePath("x.png");
    const CliResult run = runCli({"run", "--model", "toy", "--seed", "5", "--out", out, "--set",
                                  "tolerance=0.01", "--json"});
    QCOMPARE(run.code, 0);
    const auto text = readPictureText(out.toStdString(), kRecipeKey);
    QVERIFY(text.has_value());
    const Recipe recipe = parseRecipe(*text);
    QCOMPARE(recipe.model, std::string("toy"));
    QCOMPARE(recipe.input.seed, std::uint64_t{5});
    QCOMPARE(recipe.calls, std::int64_t(run.json()["calls"].toInteger()));
    QCOMPARE(numberAt(recipe.timeline.at(0).second, "tolerance"), 0.01);
    QVERIFY(!recipe.resultHash.empty());

    const CliResult shown = runCli({"inspect", out, "--json"});
    QCOMPARE(shown.code, 0);
    const QJsonObject file = shown.json()["files"].toArray()[0].toObject();
    QCOMPARE(file["recipe"]["input"]["seed"].toInt(), 5);
  }
};

QTEST_GUILESS_MAIN(PictureFileTest)
#include "picture_file_test.moc"
