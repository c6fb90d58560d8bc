// English to scenes.
#include <algorithm>

#include "engine/train/scenes.h"

namespace jacobiscope {

namespace {

using Words = std::vector<std::string>;

Words splitWords(std::string_view text) {
  Words words;
  bool inside = false;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool letter = upper || (c >= 'a' && c <= 'z');
    if (letter && !inside) words.emplace_back();
    if (letter) words.back() += upper ? static_cast<char>(c - 'A' + 'a') : c;
    inside = letter;
  }
  return words;
}

struct Phrase {
  Words words;
  bool isColour = false;
  int index = 0;

  bool startsAt(const Words& text, std::size_t begin) const {
    return words.size() <= text.size() - begin &&
           std::equal(words.begin(), words.end(), text.begin() + std::ptrdiff_t(begin));
  }
};

// All names, the longest first: "red apple" before "apple", "sky blue" before "blue".
const std::vector<Phrase>& phrases() {
  static const std::vector<Phrase> all = [] {
    std::vector<Phrase> made;
    const auto add = [&](const SceneNames& names, bool isColour, std::size_t index) {
      for (const std::string_view name : names) {
        if (!name.empty()) made.push_back({splitWords(name), isColour, static_cast<int>(index)});
      }
    };
    for (std::size_t i = 0; i < kSceneObjects.size(); ++i) add(kSceneObjects[i].names, false, i);
    for (std::size_t i = 0; i < kSceneColours.size(); ++i) add(kSceneColours[i].names, true, i);
    std::stable_sort(made.begin(), made.end(), [](const Phrase& a, const Phrase& b) {
      return a.words.size() > b.words.size();
    });
    return made;
  }();
  return all;
}

enum class Side { Left, Right, Top, Bottom };

std::optional<Side> sideOf(std::string_view word) {
  static constexpr std::pair<std::string_view, Side> kSides[] = {
      {"left", Side::Left},         {"right", Side::Right},   {"above", Side::Top},
      {"over", Side::Top},          {"top", Side::Top},       {"below", Side::Bottom},
      {"under", Side::Bottom},      {"beneath", Side::Bottom}, {"bottom", Side::Bottom},
      {"underneath", Side::Bottom}};
  for (const auto& [name, side] : kSides) {
    if (name == word) return side;
  }
  return std::nullopt;
}

Side opposite(Side side) {
  switch (side) {
    case Side::Left: return Side::Right;
    case Side::Right: return Side::Left;
    case Side::Top: return Side::Bottom;
    case Side::Bottom: break;
  }
  return Side::Top;
}

// What a text says, before it is asked whether that makes a scene.
struct Reading {
  std::vector<int> objects, colours;
  // Side words before the first object, between the two, and after the second.
  std::array<std::vector<Side>, 3> sides;
  // "it" or "its" between the objects, or "and" before the side: the side is the second's.
  bool refersBack = false;
};

std::optional<Reading> read(const Words& words) {
  Reading reading;
  const auto& known = sceneFunctionWords();
  for (std::size_t i = 0; i < words.size();) {
    const auto phrase = std::find_if(phrases().begin(), phrases().end(),
                                     [&](const Phrase& p) { return p.startsAt(words, i); });
    if (phrase != phrases().end()) {
      (phrase->isColour ? reading.colours : reading.objects).push_back(phrase->index);
      if (reading.objects.size() > 2) return std::nullopt;
      i += phrase->words.size();
      continue;
    }
    const std::string& word = words[i++];
    if (std::find(known.begin(), known.end(), word) == known.end()) return std::nullopt;
    if (const auto side = sideOf(word)) reading.sides[reading.objects.size()].push_back(*side);
    if (reading.objects.size() == 1) {
      const bool joins = word == "and" && reading.sides[1].empty();
      reading.refersBack = reading.refersBack || joins || word == "it" || word == "its";
    }
  }
  return reading;
}

// Where the object that is named first is, if the side words agree about it.
std::optional<Side> sideOfFirstNamed(const Reading& reading) {
  // "on the left A, on the right B", "A and below it B": the middle speaks of the second.
  const bool middleIsSeconds = reading.refersBack || !reading.sides[0].empty();
  std::optional<Side> found;
  for (std::size_t area = 0; area < reading.sides.size(); ++area) {
    const bool isSeconds = area == 2 || (area == 1 && middleIsSeconds);
    for (const Side side : reading.sides[area]) {
      const Side firsts = isSeconds ? opposite(side) : side;
      if (found && *found != firsts) return std::nullopt;
      found = firsts;
    }
  }
  return found;
}

}  // namespace

std::optional<Scene> parseCaption(std::string_view text) {
  const auto reading = read(splitWords(text));
  if (!reading || reading->colours.size() != 1 || reading->objects.empty()) return std::nullopt;
  Scene scene;
  scene.colour = reading->colours[0];
  scene.first = reading->objects[0];
  if (reading->objects.size() == 1) {
    const bool plain = reading->sides[0].empty() && reading->sides[1].empty();
    return plain ? std::optional(scene) : std::nullopt;
  }
  const auto side = sideOfFirstNamed(*reading);
  if (!side || reading->objects[0] == reading->objects[1]) return std::nullopt;
  scene.layout = *side == Side::Left || *side == Side::Right ? Scene::Beside : Scene::Stacked;
  scene.second = reading->objects[1];
  if (*side == Side::Right || *side == Side::Bottom) std::swap(scene.first, scene.second);
  return scene;
}

}  // namespace jacobiscope
