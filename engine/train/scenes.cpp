#include "engine/train/scenes.h"

#include <algorithm>
#include <sstream>

namespace jacobiscope {

const std::array<SceneObject, 16> kSceneObjects = {{
    {0x1F431, {"cat", "cat face", "kitty"}},
    {0x1F43C, {"panda", "panda bear"}},
    {0x1F438, {"frog", "frog face"}},
    {0x1F419, {"octopus", "little octopus"}},
    {0x1F916, {"robot", "robot head"}},
    {0x2764, {"heart", "red heart"}},
    {0x1F344, {"mushroom", "toadstool"}},
    {0x1F355, {"pizza", "slice of pizza", "pizza slice"}},
    {0x1F346, {"eggplant", "aubergine"}},
    {0x1F34E, {"apple", "red apple"}},
    {0x1F697, {"car", "red car", "automobile"}},
    {0x1F3E0, {"house", "cottage"}},
    {0x2B50, {"star", "yellow star"}},
    {0x2602, {"umbrella", "parasol"}},
    {0x1F335, {"cactus", "cactus plant"}},
    {0x1F308, {"rainbow", "little rainbow"}},
}};

const std::array<SceneColour, 8> kSceneColours = {{
    {{"white", "plain white"}, {252, 252, 252}},
    {{"blue", "sky blue", "light blue"}, {168, 204, 246}},
    {{"green", "mint green", "light green"}, {172, 226, 176}},
    {{"yellow", "pale yellow"}, {252, 240, 160}},
    {{"pink", "light pink"}, {250, 196, 214}},
    {{"purple", "lilac", "violet"}, {204, 180, 236}},
    {{"grey", "gray", "light grey"}, {200, 202, 206}},
    {{"orange", "peach"}, {252, 204, 146}},
}};

namespace {

constexpr auto kObjects = static_cast<std::uint32_t>(std::tuple_size_v<decltype(kSceneObjects)>);
constexpr auto kColours = static_cast<std::uint32_t>(std::tuple_size_v<decltype(kSceneColours)>);

// The finaliser of splitmix64: neighbouring numbers give unrelated results.
std::uint64_t scatter(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

Scene anyScene(const Draw& draw) {
  Scene scene;
  scene.first = static_cast<int>(draw(kObjects));
  scene.colour = static_cast<int>(draw(kColours));
  if (draw(5) < 2) return scene;
  scene.layout = draw(2) == 0 ? Scene::Beside : Scene::Stacked;
  const auto step = 1 + draw(kObjects - 1);
  scene.second = static_cast<int>((scene.first + step) % kObjects);
  return scene;
}

Scene drawUntil(const Draw& draw, bool wanted) {
  Scene scene = anyScene(draw);
  while (heldOut(scene) != wanted) scene = anyScene(draw);
  return scene;
}

}  // namespace

bool heldOut(const Scene& scene) {
  const auto index = ((std::uint64_t(scene.layout) * 64 + std::uint64_t(scene.first)) * 64 +
                      std::uint64_t(scene.second + 1)) * 64 + std::uint64_t(scene.colour);
  return scatter(index) % 10 == 0;
}

Scene randomScene(const Draw& draw) { return drawUntil(draw, false); }

Scene heldOutScene(const Draw& draw) { return drawUntil(draw, true); }

const std::vector<std::string_view>& sceneFunctionWords() {
  static const std::vector<std::string_view> words = {
      "a",     "an",    "the",   "on",    "of",         "to",      "at",     "and",  "with",
      "next",  "it",    "its",   "left",  "right",      "above",   "over",   "top",  "below",
      "under", "underneath",     "beneath", "bottom",   "background", "against"};
  return words;
}

std::vector<std::string> sceneWords() {
  std::vector<std::string> words;
  const auto add = [&](std::string_view phrase) {
    std::istringstream in{std::string(phrase)};
    for (std::string word; in >> word;) {
      if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
    }
  };
  for (const SceneObject& object : kSceneObjects) add(object.names[0]);
  for (const SceneColour& colour : kSceneColours) add(colour.names[0]);
  for (const std::string_view word : sceneFunctionWords()) add(word);
  for (const SceneObject& object : kSceneObjects) {
    for (const std::string_view name : object.names) add(name);
  }
  for (const SceneColour& colour : kSceneColours) {
    for (const std::string_view name : colour.names) add(name);
  }
  return words;
}

std::vector<EmojiPick> sceneEmoji() {
  std::vector<EmojiPick> picks;
  for (const SceneObject& object : kSceneObjects) {
    picks.push_back({object.codePoint, object.names[0]});
  }
  return picks;
}

}  // namespace jacobiscope
