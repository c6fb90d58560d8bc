// The emoji list, the curated 48 and their pictures.
#include <QtTest/QtTest>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/train/emoji_list.h"
#include "engine/train/emoji_sprites.h"

using namespace jacobiscope;

namespace {

// Lines of emoji-test.txt 15.0: a plain emoji, one with U+FE0F and its unqualified twin, a
// keycap whose name holds '#', a skin tone sequence, and a component.
constexpr const char* kSample = R"(# emoji-test.txt
# Version: 15.0

# group: Smileys & Emotion

# subgroup: face-smiling
1F600                                                  ; fully-qualified     # 😀 E1.0 grinning face

# subgroup: heart
2764 FE0F                                              ; fully-qualified     # ❤️ E0.6 red heart
2764                                                   ; unqualified         # ❤ E0.6 red heart

# group: People & Body
# subgroup: hand-fingers-open
1F44B 1F3FB                                            ; fully-qualified     # 👋🏻 E1.0 waving hand: light skin tone

# group: Component
# subgroup: skin-tone
1F3FB                                                  ; component           # 🏻 E1.0 light skin tone

# group: Symbols
# subgroup: keycap
0023 FE0F 20E3                                         ; fully-qualified     # #️⃣ E0.6 keycap: #
# subgroup: alphanum
1F170 FE0F                                             ; fully-qualified     # 🅰️ E0.6 A button (blood type)
)";

std::vector<EmojiEntry> parse(const std::string& text) {
  std::istringstream in(text);
  return parseEmojiTest(in, "sample");
}

// A list that holds each curated emoji once, in reverse, in groups named after the code point.
std::vector<EmojiEntry> listOfCurated() {
  std::vector<EmojiEntry> all;
  for (const EmojiPick& pick : kCuratedEmoji) {
    all.push_back({pick.codePoint, "long name", "group " + codePointLabel(pick.codePoint), "s"});
  }
  std::reverse(all.begin(), all.end());
  return all;
}

// The message and hint of the Error that `action` throws; empty when it throws none.
template <typename Action>
QString errorOf(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return QString::fromStdString(std::string(error.what()) + " | " + error.hint());
  }
  return {};
}

// First and last index, row-wise or column-wise, at which a sprite is visible.
struct Extent {
  int first = -1;
  int last = -1;

  void add(int i) {
    if (first < 0 || i < first) first = i;
    last = std::max(last, i);
  }
};

}  // namespace

class EmojiListTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void keepsFullyQualifiedSingleCodePoints();
  void refusesWhatIsNoEmojiTest_data();
  void refusesWhatIsNoEmojiTest();
  void missingListNamesFileAndPackage();
  void curatedAreDistinct();
  void curatedComeInClassOrder();
  void curatedNamesAreWordsOfUnicode();
  void missingFontNamesPackage();
  void rejectsSizes();
  void spritesAreVisibleAndCentred();
  void spritesAreColouredRight();
  void namesTheGlyphTheFontLacks();
  void dataFileHoldsSpritesAndNames();
  void dataFileNeedsMatchingNames();
};

void EmojiListTest::keepsFullyQualifiedSingleCodePoints() {
  const std::vector<EmojiEntry> expected = {
      {0x1F600, "grinning face", "Smileys & Emotion", "face-smiling"},
      {0x2764, "red heart", "Smileys & Emotion", "heart"},
      {0x1F170, "A button (blood type)", "Symbols", "alphanum"},
  };
  QCOMPARE(parse(kSample), expected);
}

void EmojiListTest::refusesWhatIsNoEmojiTest_data() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<QString>("says");
  const QString good = "1F600 ; fully-qualified # x E1.0 grinning face\n";
  QTest::newRow("empty") << "" << "sample lists no";
  QTest::newRow("only comments") << "# group: Flags\n" << "sample lists no";
  QTest::newRow("no semicolon") << good + "some text\n" << "sample, line 2";
  QTest::newRow("no comment") << good + good + "1F601 ; fully-qualified\n" << "sample, line 3";
  QTest::newRow("not hexadecimal") << "1F6G0 ; fully-qualified # x E1.0 y\n" << "line 1";
  QTest::newRow("no code point") << " ; fully-qualified # x E1.0 y\n" << "line 1";
  QTest::newRow("beyond Unicode") << "110000 ; fully-qualified # x E1.0 y\n" << "line 1";
  QTest::newRow("longer than a number") << "1F6001F6001F600 ; fully-qualified # x E1.0 y\n"
                                        << "line 1";
  QTest::newRow("no version") << "1F600 ; fully-qualified # x grinning face\n" << "line 1";
  QTest::newRow("no name") << "1F600 ; fully-qualified # x E1.0\n" << "line 1";
}

void EmojiListTest::refusesWhatIsNoEmojiTest() {
  QFETCH(QString, text);
  QFETCH(QString, says);
  const QString error = errorOf([&] { parse(text.toStdString()); });
  QVERIFY2(error.contains(says), qPrintable(error));
}

void EmojiListTest::missingListNamesFileAndPackage() {
  const QString error = errorOf([] { readEmojiTest("/nonexistent/emoji-test.txt"); });
  QVERIFY2(error.contains("/nonexistent/emoji-test.txt"), qPrintable(error));
  QVERIFY2(error.contains("unicode-data"), qPrintable(error));
}

void EmojiListTest::curatedAreDistinct() {
  std::set<char32_t> points;
  std::set<std::string_view> names;
  for (const EmojiPick& pick : kCuratedEmoji) {
    QVERIFY2(points.insert(pick.codePoint).second, codePointLabel(pick.codePoint).c_str());
    QVERIFY2(names.insert(pick.name).second, std::string(pick.name).c_str());
    QVERIFY(!pick.name.empty());
  }
  QCOMPARE(points.size(), std::size_t{48});
}

void EmojiListTest::curatedComeInClassOrder() {
  const auto all = listOfCurated();
  const auto chosen = selectCuratedEmoji(all);
  QCOMPARE(chosen.size(), kCuratedEmoji.size());
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    QCOMPARE(chosen[k].codePoint, kCuratedEmoji[k].codePoint);
    QCOMPARE(chosen[k].name, std::string(kCuratedEmoji[k].name));
    QCOMPARE(chosen[k].group, "group " + codePointLabel(kCuratedEmoji[k].codePoint));
  }
  auto without = all;
  std::erase_if(without, [](const EmojiEntry& entry) { return entry.codePoint == 0x1F34E; });
  const QString error = errorOf([&] { selectCuratedEmoji(without); });
  QVERIFY2(error.contains("U+1F34E (red apple)"), qPrintable(error));
}

void EmojiListTest::curatedNamesAreWordsOfUnicode() {
  if (!std::filesystem::exists(kDebianEmojiTest)) QSKIP("package unicode-data is not installed");
  const auto all = readEmojiTest(kDebianEmojiTest);
  const auto chosen = selectCuratedEmoji(all);
  for (const EmojiEntry& entry : chosen) {
    const auto original = std::find_if(all.begin(), all.end(), [&](const EmojiEntry& other) {
      return other.codePoint == entry.codePoint;
    });
    QVERIFY(original != all.end());
    const QStringList words = QString::fromStdString(original->name).split(' ');
    for (const QString& word : QString::fromStdString(entry.name).split(' ')) {
      QVERIFY2(words.contains(word), entry.name.c_str());
    }
    QVERIFY2(!entry.group.empty() && !entry.subgroup.empty(), entry.name.c_str());
  }
}

void EmojiListTest::missingFontNamesPackage() {
  const QString error = errorOf([] { renderEmoji("/nonexistent/font.ttf", {}, 64); });
  QVERIFY2(error.contains("/nonexistent/font.ttf"), qPrintable(error));
  const char* package = canRenderEmoji() ? "fonts-noto-color-emoji" : "libfreetype-dev";
  QVERIFY2(error.contains(package), qPrintable(error));
}

void EmojiListTest::rejectsSizes() {
  if (!canRenderEmoji()) QSKIP("built without FreeType");
  for (const int size : {-1, 0, kMaxSpriteSize + 1}) {
    QVERIFY_THROWS_EXCEPTION(UsageError, renderEmoji(kDebianEmojiFont, {}, size));
  }
}

#define SKIP_WITHOUT_FONT()                                            \
  if (!canRenderEmoji()) QSKIP("built without FreeType");              \
  if (!std::filesystem::exists(kDebianEmojiFont))                      \
  QSKIP("package fonts-noto-color-emoji is not installed")

void EmojiListTest::spritesAreVisibleAndCentred() {
  SKIP_WITHOUT_FONT();
  const auto chosen = selectCuratedEmoji(listOfCurated());
  for (const int size : {32, 64}) {
    const SpriteSheet sheet = renderEmoji(kDebianEmojiFont, chosen, size);
    QCOMPARE(sheet.count, 48);
    QCOMPARE(sheet.size, size);
    QCOMPARE(sheet.pixels.size(), std::size_t(48) * size * size * 4);
    QVERIFY(sheet.fontVersion.find("noto-emoji") != std::string::npos);
    for (int k = 0; k < sheet.count; ++k) {
      Extent rows, columns;
      int opaque = 0;
      for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
          const int alpha = sheet.at(k, y, x, 3);
          for (int c = 0; c < 3; ++c) QVERIFY(sheet.at(k, y, x, c) <= alpha);
          if (alpha == 0) continue;
          rows.add(y);
          columns.add(x);
          opaque += alpha > 200;
        }
      }
      const char* name = chosen[k].name.c_str();
      QVERIFY2(opaque > size * size / 10, name);
      // Faint edges may round to nothing on one side only: two pixels of slack.
      QVERIFY2(std::abs(rows.first - (size - 1 - rows.last)) <= 2, name);
      QVERIFY2(std::abs(columns.first - (size - 1 - columns.last)) <= 2, name);
    }
  }
}

void EmojiListTest::spritesAreColouredRight() {
  SKIP_WITHOUT_FONT();
  // A heart is red in the middle, which tells RGBA from FreeType's BGRA, and clear in the
  // corner. A sprite of one pixel is the mean of a large one: area averaging loses nothing.
  const std::vector<EmojiEntry> heart = {{0x2764, "red heart", "", ""}};
  const SpriteSheet sheet = renderEmoji(kDebianEmojiFont, heart, 64);
  QVERIFY(sheet.at(0, 32, 32, 0) > 200);
  QVERIFY(sheet.at(0, 32, 32, 1) < 100);
  QVERIFY(sheet.at(0, 32, 32, 2) < 100);
  QCOMPARE(int(sheet.at(0, 32, 32, 3)), 255);
  QCOMPARE(int(sheet.at(0, 63, 0, 3)), 0);
  double mean[4] = {};
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) {
      for (int c = 0; c < 4; ++c) mean[c] += sheet.at(0, y, x, c) / (64.0 * 64.0);
    }
  }
  const SpriteSheet one = renderEmoji(kDebianEmojiFont, heart, 1);
  for (int c = 0; c < 4; ++c) {
    QVERIFY2(std::abs(one.at(0, 0, 0, c) - mean[c]) <= 1.0, qPrintable(QString::number(mean[c])));
  }
}

void EmojiListTest::namesTheGlyphTheFontLacks() {
  SKIP_WITHOUT_FONT();
  const std::vector<EmojiEntry> none = {{0xE000, "private use", "", ""}};
  const QString error = errorOf([&] { renderEmoji(kDebianEmojiFont, none, 32); });
  QVERIFY2(error.contains("private use (U+E000)"), qPrintable(error));
}

void EmojiListTest::dataFileHoldsSpritesAndNames() {
  const std::vector<EmojiEntry> which = {{0x1F34E, "red apple", "Food & Drink", "food-fruit"},
                                         {0x2B50, "star", "Travel & Places", "sky & weather"}};
  SpriteSheet sheet{2, 1, {10, 20, 30, 40, 50, 60, 70, 80}, "Version 1"};
  QTemporaryDir folder;
  const auto path = std::filesystem::path(folder.path().toStdString()) / "emoji.safetensors";
  writeEmojiData(path, sheet, which);

  QFile file(QString::fromStdString(path.string()));
  QVERIFY(file.open(QIODevice::ReadOnly));
  const QByteArray bytes = file.readAll();
  const auto length = qFromLittleEndian<quint64>(bytes.constData());
  QVERIFY(length <= quint64(bytes.size()) - 8);
  const auto header = nlohmann::json::parse(bytes.mid(8, qsizetype(length)).toStdString());
  const auto& tensor = header.at("sprites");
  QCOMPARE(tensor.at("dtype").get<std::string>(), std::string("U8"));
  QCOMPARE(tensor.at("shape"), nlohmann::json({2, 1, 1, 4}));
  QCOMPARE(tensor.at("data_offsets"), nlohmann::json({0, 8}));
  QCOMPARE(bytes.mid(8 + qsizetype(length)), QByteArray("\x0a\x14\x1e\x28\x32\x3c\x46\x50"));

  const auto& metadata = header.at("__metadata__");
  const auto list = [&](const char* key) {
    return nlohmann::json::parse(metadata.at(key).get<std::string>());
  };
  QCOMPARE(list("classes"), nlohmann::json({"red apple", "star"}));
  QCOMPARE(list("groups"), nlohmann::json({"Food & Drink", "Travel & Places"}));
  QCOMPARE(list("codepoints"), nlohmann::json({"U+1F34E", "U+2B50"}));
  QCOMPARE(metadata.at("font").get<std::string>(), std::string("Version 1"));
  const auto credits = QString::fromStdString(metadata.at("credits").get<std::string>());
  QVERIFY(credits.contains("SIL Open Font License 1.1"));
  QVERIFY(credits.contains("Unicode License"));
}

void EmojiListTest::dataFileNeedsMatchingNames() {
  QTemporaryDir folder;
  const auto path = std::filesystem::path(folder.path().toStdString()) / "emoji.safetensors";
  const SpriteSheet sheet{1, 1, {1, 2, 3, 4}, ""};
  QVERIFY_THROWS_EXCEPTION(Error, writeEmojiData(path, sheet, {}));
  const SpriteSheet torn{1, 1, {1, 2, 3}, ""};
  const std::vector<EmojiEntry> star = {{0x2B50, "star", "", ""}};
  QVERIFY_THROWS_EXCEPTION(Error, writeEmojiData(path, torn, star));
  QVERIFY(!std::filesystem::exists(path));
}

QTEST_GUILESS_MAIN(EmojiListTest)
#include "emoji_list_test.moc"
