// The little world of `emoji-scenes`: one or two emoji on a plain background, and the
// English that describes them. Standard library only; scene_pictures.h draws them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/train/emoji_list.h"

namespace jacobiscope {

// What a prompt may call a thing: the plain name, then synonyms; empty where there are fewer.
using SceneNames = std::array<std::string_view, 3>;

struct SceneObject {
  char32_t codePoint = 0;
  SceneNames names;
};

struct SceneColour {
  SceneNames names;
  std::array<std::uint8_t, 3> rgb;
};

// Sixteen of the curated emoji, chosen by eye from a contact sheet at 22 pixels: told apart
// by colour and outline at that size. A trained checkpoint depends on the order.
extern const std::array<SceneObject, 16> kSceneObjects;
// Backgrounds pale enough that no object vanishes in them.
extern const std::array<SceneColour, 8> kSceneColours;

struct Scene {
  enum Layout { Single, Beside, Stacked };
  Layout layout = Single;
  int first = 0;    // of kSceneObjects: the left or upper one
  int second = -1;  // the right or lower one, another than the first; -1 for Single
  int colour = 0;   // of kSceneColours

  bool operator==(const Scene&) const = default;
};

// A whole number in [0, bound), from whatever the caller draws with.
using Draw = std::function<std::uint32_t(std::uint32_t bound)>;

// Whether the scene is kept for evaluation: about a tenth of all of them, scattered over
// layouts, objects and colours by a hash that never changes.
bool heldOut(const Scene& scene);

// Two in five show one object; layout, objects and colour are uniform. The first draws what
// training may see, the second only what is held out.
Scene randomScene(const Draw& draw);
Scene heldOutScene(const Draw& draw);

// "a cat left of a pizza on a blue background": one of many ways to say it, in at most
// kCaptionWords words.
inline constexpr int kCaptionWords = 16;
std::string caption(const Scene& scene, const Draw& draw);
// The one canonical way.
std::string plainCaption(const Scene& scene);

// The scene that a text describes, for every text that caption() can give and some more
// (capitals, punctuation, "a cat and on the left a pizza"). Nothing for a text with another
// word, without a background, or with relations that contradict each other.
std::optional<Scene> parseCaption(std::string_view text);

// What a prompt can be made of, each word once: the plain names of the objects, the plain
// names of the colours, then every other word of captions ("left", "of", "above", ...).
std::vector<std::string> sceneWords();
// Of those, the words that name neither object nor colour.
const std::vector<std::string_view>& sceneFunctionWords();

// The objects under their plain names, in the order of kSceneObjects, for `train data scenes`.
std::vector<EmojiPick> sceneEmoji();

}  // namespace jacobiscope
