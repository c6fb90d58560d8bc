// Scenes: what is said of them, how they are drawn, and who judges them.
#include <QtTest>

#include <random>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/nn/save_tensors.h"
#include "engine/train/scene_judge.h"
#include "engine/train/scene_pictures.h"
#include "engine/train/scenes.h"
#include "tests/train/square_sprites.h"

using namespace jacobiscope;

namespace {

Draw drawing(unsigned seed) {
  return [source = std::make_shared<std::mt19937>(seed)](std::uint32_t bound) {
    return static_cast<std::uint32_t>((*source)() % bound);
  };
}

// Where each name of kSceneObjects or kSceneColours stands.
int object(std::string_view name) {
  for (std::size_t i = 0; i < kSceneObjects.size(); ++i) {
    if (kSceneObjects[i].names[0] == name) return static_cast<int>(i);
  }
  return -1;
}

int colour(std::string_view name) {
  for (std::size_t i = 0; i < kSceneColours.size(); ++i) {
    if (kSceneColours[i].names[0] == name) return static_cast<int>(i);
  }
  return -1;
}

std::vector<Scene> everyScene() {
  std::vector<Scene> all;
  for (int background = 0; background < 8; ++background) {
    for (int first = 0; first < 16; ++first) {
      all.push_back({Scene::Single, first, -1, background});
      for (int second = 0; second < 16; ++second) {
        if (second == first) continue;
        all.push_back({Scene::Beside, first, second, background});
        all.push_back({Scene::Stacked, first, second, background});
      }
    }
  }
  return all;
}

// Whether each pixel of a picture [3, H, W] is exactly the background, [H, W].
Tensor isBackground(const Tensor& picture, int colour) {
  Tensor same = torch::ones({picture.size(1), picture.size(2)}, torch::kBool);
  for (int c = 0; c < 3; ++c) {
    const float value = kSceneColours[colour].rgb[c] / 255.0f * 2 - 1;
    same = same & (picture[c] == value);
  }
  return same;
}

}  // namespace

class ScenesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void objectsAreCuratedAndNamesUnique();
  void plainCaptions();
  void captionsAreUnderstood();
  void captionsVary();
  void textsOfOthersAreUnderstood_data();
  void textsOfOthersAreUnderstood();
  void textsThatSayNoSceneAreRefused_data();
  void textsThatSayNoSceneAreRefused();
  void aTenthIsHeldOut();
  void objectsKeepApartOnTheGrid();
  void picturesShowWhatTheSceneSays();
  void picturesDependOnTheGeneratorOnly();
  void spritesOfOthersAreRefused();
  void judgeFileRoundTrip();
  void judgeLearns();
};

void ScenesTest::objectsAreCuratedAndNamesUnique() {
  std::set<std::string_view> names;
  for (const EmojiPick& pick : sceneEmoji()) {
    QVERIFY2(std::any_of(kCuratedEmoji.begin(), kCuratedEmoji.end(),
                         [&](const EmojiPick& c) { return c.codePoint == pick.codePoint; }),
             std::string(pick.name).c_str());
  }
  const auto add = [&](const SceneNames& given) {
    for (const std::string_view name : given) {
      if (!name.empty()) QVERIFY2(names.insert(name).second, std::string(name).c_str());
    }
  };
  for (const SceneObject& object : kSceneObjects) add(object.names);
  for (const SceneColour& colour : kSceneColours) add(colour.names);
}

void ScenesTest::plainCaptions() {
  const Scene beside{Scene::Beside, object("cat"), object("pizza"), colour("blue")};
  QCOMPARE(plainCaption(beside), std::string("a cat left of a pizza on a blue background"));
  const Scene stacked{Scene::Stacked, object("apple"), object("umbrella"), colour("orange")};
  QCOMPARE(plainCaption(stacked),
           std::string("an apple above an umbrella on an orange background"));
  const Scene single{Scene::Single, object("octopus"), -1, colour("white")};
  QCOMPARE(plainCaption(single), std::string("an octopus on a white background"));
  for (const Scene& scene : everyScene()) {
    QVERIFY2(parseCaption(plainCaption(scene)) == scene, plainCaption(scene).c_str());
  }
}

void ScenesTest::captionsAreUnderstood() {
  const Draw draw = drawing(1);
  const std::vector<std::string> list = sceneWords();
  const std::set<std::string> known(list.begin(), list.end());
  QCOMPARE(known.size(), list.size());
  std::set<std::string> used;
  for (int i = 0; i < 5000; ++i) {
    const Scene scene = i % 2 == 0 ? randomScene(draw) : heldOutScene(draw);
    const std::string text = caption(scene, draw);
    QVERIFY2(parseCaption(text) == scene, text.c_str());
    std::string plain = text;
    std::erase(plain, ',');
    std::istringstream in(plain);
    int count = 0;
    for (std::string word; in >> word; ++count) {
      QVERIFY2(known.contains(word), text.c_str());
      if (word == "a") QVERIFY2(!std::strchr("aeiou", (in >> std::ws).peek()), text.c_str());
      if (word == "an") QVERIFY2(std::strchr("aeiou", (in >> std::ws).peek()), text.c_str());
      used.insert(word);
    }
    QVERIFY2(count <= kCaptionWords, text.c_str());
  }
  // Nothing is listed that no caption says.
  for (const std::string& word : known) {
    QVERIFY2(used.contains(word) || word == "the", word.c_str());
  }
}

void ScenesTest::captionsVary() {
  const Draw draw = drawing(2);
  const Scene scene{Scene::Beside, object("cat"), object("frog"), colour("pink")};
  std::set<std::string> texts;
  for (int i = 0; i < 500; ++i) texts.insert(caption(scene, draw));
  QVERIFY2(texts.size() > 200, qPrintable(QString::number(texts.size())));
}

void ScenesTest::textsOfOthersAreUnderstood_data() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<QString>("plain");
  const QString beside = "a cat left of a pizza on a blue background";
  const QString stacked = "a cat above a pizza on a blue background";
  const char* const besides[] = {"A CAT to the left of the pizza, on a blue background.",
                                 "a pizza to the right of a cat, blue background",
                                 "a pizza and on the left a cat, on blue",
                                 "a pizza and next to it on the left a cat on blue",
                                 "on the right a slice of pizza, on the left a kitty, sky blue",
                                 "blue background, a pizza with a cat to its left",
                                 "a pizza on the right, a cat on the left, on blue"};
  const char* const stackeds[] = {"a cat on top of a pizza on blue",
                                  "on a blue background, a pizza under a cat",
                                  "a pizza and above it a cat on light blue",
                                  "at the bottom a pizza, at the top a cat, on blue"};
  for (const char* text : besides) QTest::newRow(text) << text << beside;
  for (const char* text : stackeds) QTest::newRow(text) << text << stacked;
  QTest::newRow("synonym") << "red apple, gray" << "an apple on a grey background";
}

void ScenesTest::textsOfOthersAreUnderstood() {
  QFETCH(QString, text);
  QFETCH(QString, plain);
  const auto scene = parseCaption(text.toStdString());
  QCOMPARE(scene ? QString::fromStdString(plainCaption(*scene)) : QString(), plain);
}

void ScenesTest::textsThatSayNoSceneAreRefused_data() {
  QTest::addColumn<QString>("text");
  for (const char* text :
       {"", "a cat", "on blue", "a cat and a pizza on blue", "a dog left of a cat on blue",
        "a cat left of a cat on blue", "a cat left of a pizza above a frog on blue",
        "a cat on the left and a pizza on the left on blue", "a blue cat on a red background",
        "a cat on the left on blue", "a cat left of a pizza on a blue white background",
        "a cat above a pizza on the right on blue"}) {
    QTest::newRow(text) << text;
  }
}

void ScenesTest::textsThatSayNoSceneAreRefused() {
  QFETCH(QString, text);
  QVERIFY(!parseCaption(text.toStdString()));
}

void ScenesTest::aTenthIsHeldOut() {
  std::array<int, 3> out{}, all{};
  for (const Scene& scene : everyScene()) {
    ++all[scene.layout];
    out[scene.layout] += heldOut(scene);
  }
  for (int layout = 0; layout < 3; ++layout) {
    const double share = double(out[layout]) / all[layout];
    QVERIFY2(share > 0.05 && share < 0.15, qPrintable(QString::number(share)));
  }
  const Draw draw = drawing(3);
  int single = 0;
  for (int i = 0; i < 2000; ++i) {
    const Scene scene = randomScene(draw);
    QVERIFY(!heldOut(scene) && heldOut(heldOutScene(draw)));
    QVERIFY(scene.first != scene.second && (scene.layout == Scene::Single) == (scene.second < 0));
    single += scene.layout == Scene::Single;
  }
  QVERIFY2(std::abs(single - 800) < 110, qPrintable(QString::number(single)));
}

void ScenesTest::objectsKeepApartOnTheGrid() {
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(std::uint64_t{5});
  const EmojiSprites sprites = squares();
  std::set<int> steps;
  for (int round = 0; round < 6; ++round) {
    const SceneBatch batch = randomSceneBatch(sprites, 64, {}, generator);
    for (std::size_t i = 0; i < batch.scenes.size(); ++i) {
      const Scene& scene = batch.scenes[i];
      const std::string text = plainCaption(scene);
      const Tensor empty = isBackground(batch.pictures[std::int64_t(i)], scene.colour);
      const int covered = 48 * 48 - empty.sum().item<int>();
      if (scene.layout == Scene::Single) {
        QVERIFY2(covered >= 32 * 32 && covered <= 34 * 34, text.c_str());
        steps.insert(empty.all(1).to(torch::kInt32).argmin().item<int>() % 4);
      } else {
        // Were they to overlap, less would be covered.
        QVERIFY2(covered >= 2 * 20 * 20 && covered <= 2 * 22 * 22, text.c_str());
      }
    }
  }
  QCOMPARE(steps.size(), std::size_t(1));  // single objects move by whole tokens
}

void ScenesTest::picturesShowWhatTheSceneSays() {
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(std::uint64_t{6});
  const Scene beside{Scene::Beside, 3, 12, 2}, stacked{Scene::Stacked, 12, 3, 5};
  const Scene single{Scene::Single, 7, -1, 0};
  const Tensor pictures =
      scenePictures(squares(), {beside, stacked, single}, kSceneSize, {}, generator);
  QCOMPARE(pictures.sizes(), (std::vector<std::int64_t>{3, 3, 48, 48}));
  const auto at = [&](int picture, int y, int x) {
    return pictures[picture][0][y][x].item<double>();
  };
  const auto grey = [](int which) { return which / 40.0 * 2 - 1; };
  QVERIFY(std::abs(at(0, 24, 12) - grey(3)) < 1e-5);
  QVERIFY(std::abs(at(0, 24, 36) - grey(12)) < 1e-5);
  QVERIFY(std::abs(at(1, 12, 24) - grey(12)) < 1e-5);
  QVERIFY(std::abs(at(1, 36, 24) - grey(3)) < 1e-5);
  QVERIFY(std::abs(at(2, 24, 24) - grey(7)) < 1e-5);
}

void ScenesTest::picturesDependOnTheGeneratorOnly() {
  const EmojiSprites sprites = squares();
  const auto make = [&](std::uint64_t seed) {
    auto generator = torch::make_generator<at::CPUGeneratorImpl>(seed);
    return randomSceneBatch(sprites, 16, widerSceneVariation(), generator);
  };
  const SceneBatch first = make(7), again = make(7), other = make(8);
  QVERIFY(first.scenes == again.scenes && torch::equal(first.pictures, again.pictures));
  QVERIFY(first.scenes != other.scenes);
}

void ScenesTest::spritesOfOthersAreRefused() {
  QTemporaryDir folder;
  const auto file = std::filesystem::path(folder.path().toStdString()) / "emoji.safetensors";
  const auto write = [&](const std::vector<std::string>& names) {
    saveTensors(file, {{"sprites", torch::zeros({16, 4, 4, 4}, torch::kUInt8)}},
                {{"classes", nlohmann::json(names).dump()}});
  };
  write(squares().names);
  QCOMPARE(readSceneSprites(file).names, squares().names);
  auto names = squares().names;
  std::swap(names[0], names[1]);
  write(names);
  QVERIFY_THROWS_EXCEPTION(Error, readSceneSprites(file));
}

void ScenesTest::judgeFileRoundTrip() {
  QTemporaryDir folder;
  const auto file = std::filesystem::path(folder.path().toStdString()) / "judge.safetensors";
  SceneJudge judge;
  for (Tensor& weight : judge.parameters()) weight = weight.to(torch::kBFloat16).to(torch::kFloat);
  judge.save(file);
  const SceneJudge opened = SceneJudge::open(file);
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(std::uint64_t{9});
  const SceneBatch batch = randomSceneBatch(squares(), 8, {}, generator);
  QVERIFY(torch::equal(judge.logits(batch.pictures), opened.logits(batch.pictures)));
  QVERIFY(judge.judge(batch.pictures) == opened.judge(batch.pictures));
  saveTensors(file, {{"parameter.0", torch::zeros({1})}});
  QVERIFY_THROWS_EXCEPTION(Error, SceneJudge::open(file));
}

void ScenesTest::judgeLearns() {
  torch::manual_seed(1);
  SceneJudge judge;
  double first = 0, last = 0;
  trainSceneJudge(judge, squares(), 40, 16, 1, [&](std::int64_t step, double loss) {
    if (step == 1) first = loss;
    last = loss;
    return step < 30;
  });
  QVERIFY2(last < 0.9 * first, qPrintable(QString("%1 to %2").arg(first).arg(last)));
  // So few steps teach it something, not everything.
  QVERIFY(sceneJudgeAccuracy(judge, squares(), 64) < 0.5);
}

QTEST_GUILESS_MAIN(ScenesTest)
#include "scenes_test.moc"
