// Scenes as English.
#include <algorithm>

#include "engine/train/scenes.h"

namespace jacobiscope {

namespace {

// How the relation of two objects is said; A is the first of the scene, B the second. The
// first kPlainForms of each are the plainest and are used most.
constexpr std::uint32_t kPlainForms = 4;
constexpr std::array<std::string_view, 14> kBesideForms = {
    "A left of B",
    "A to the left of B",
    "B right of A",
    "B to the right of A",
    "A on the left of B",
    "B on the right of A",
    "A on the left and B on the right",
    "B on the right and A on the left",
    "on the left A, on the right B",
    "A and next to it on the right B",
    "B and next to it on the left A",
    "A with B to its right",
    "B with A to its left",
    "A and to its right B"};
constexpr std::array<std::string_view, 14> kStackedForms = {
    "A above B",
    "A over B",
    "B below A",
    "B under A",
    "A on top of B",
    "B underneath A",
    "B beneath A",
    "A at the top and B at the bottom",
    "B at the bottom and A at the top",
    "at the top A, at the bottom B",
    "A and below it B",
    "B and above it A",
    "A with B below it",
    "B with A above it"};

// How the background (C) is added to the objects (S), more likely ones more than once.
constexpr std::array<std::string_view, 10> kBackgroundForms = {
    "S on a C background", "S on a C background", "S on a C background", "S, C background",
    "S, C background",     "S on C",              "on a C background, S", "C background, S",
    "S against a C background", "S with a C background"};

std::string withArticle(std::string_view name) {
  const bool vowel = std::string_view("aeiou").find(name.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string(name);
}

// The plain name half of the time, else any.
std::string_view pickName(const SceneNames& names, const Draw& draw) {
  if (draw(2) == 0) return names[0];
  const auto given = std::count_if(names.begin(), names.end(),
                                   [](std::string_view name) { return !name.empty(); });
  return names[draw(static_cast<std::uint32_t>(given))];
}

// The form with its capital letters replaced. "a C" takes the article that fits.
std::string fill(std::string_view form, const std::string& a, const std::string& b,
                 std::string_view colour) {
  std::string text;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form.substr(i, 3) == "a C") {
      text += withArticle(colour);
      i += 2;
    } else if (form[i] == 'C') {
      text += colour;
    } else if (form[i] == 'A' || form[i] == 'S') {
      text += a;
    } else if (form[i] == 'B') {
      text += b;
    } else {
      text += form[i];
    }
  }
  return text;
}

std::string attempt(const Scene& scene, const Draw& draw) {
  const bool bare = draw(8) == 0;  // "cat left of pizza", as people type
  const auto phrase = [&](int object) {
    const std::string_view name = pickName(kSceneObjects[object].names, draw);
    return bare ? std::string(name) : withArticle(name);
  };
  std::string objects = phrase(scene.first);
  if (scene.layout != Scene::Single) {
    const auto& forms = scene.layout == Scene::Beside ? kBesideForms : kStackedForms;
    const auto count = static_cast<std::uint32_t>(forms.size());
    const auto which = draw(2) == 0 ? draw(kPlainForms) : draw(count);
    objects = fill(forms[which], objects, phrase(scene.second), {});
  }
  const auto form = kBackgroundForms[draw(static_cast<std::uint32_t>(kBackgroundForms.size()))];
  return fill(form, objects, {}, pickName(kSceneColours[scene.colour].names, draw));
}

}  // namespace

std::string caption(const Scene& scene, const Draw& draw) {
  for (;;) {
    std::string text = attempt(scene, draw);
    if (std::count(text.begin(), text.end(), ' ') < kCaptionWords) return text;
  }
}

std::string plainCaption(const Scene& scene) {
  std::string objects = withArticle(kSceneObjects[scene.first].names[0]);
  if (scene.layout != Scene::Single) {
    const auto& forms = scene.layout == Scene::Beside ? kBesideForms : kStackedForms;
    objects = fill(forms[0], objects, withArticle(kSceneObjects[scene.second].names[0]), {});
  }
  return fill(kBackgroundForms[0], objects, {}, kSceneColours[scene.colour].names[0]);
}

}  // namespace jacobiscope
