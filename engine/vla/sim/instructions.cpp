#include "engine/vla/sim/instructions.h"

#include <algorithm>
#include <cctype>

#include "engine/core/random.h"
#include "engine/core/suggestion.h"

namespace jacobiscope {
namespace {

// @ is the cube, % the one it is stacked on.
constexpr std::string_view kTemplates[kTaskKinds][kWordings] = {
    {"touch the @", "reach for the @", "tap the @", "move the gripper to the @"},
    {"push the @ to the left", "slide the @ left", "nudge the @ to the left side",
     "move the @ to the left"},
    {"push the @ to the right", "slide the @ right", "nudge the @ to the right side",
     "move the @ to the right"},
    {"put the @ in the bowl", "place the @ into the bowl",
     "pick up the @ and drop it in the bowl", "move the @ into the bowl"},
    {"put the @ on the pad", "place the @ onto the pad", "pick up the @ and set it on the pad",
     "move the @ to the pad"},
    {"stack the @ on the %", "put the @ on top of the %", "place the @ on the %",
     "pick up the @ and stack it on the %"},
};

enum class Meaning {
  Filler, Colour, Cube, Gripper, Touch, Push, Put, Stack, Move, On, Side, Place
};

struct Word {
  std::string_view text;
  Meaning meaning;
  int value = 0;  // of a colour: the cube; of a side: -1 or 1; of a place: the Thing
};

constexpr int kBowl = static_cast<int>(Thing::Bowl), kPad = static_cast<int>(Thing::Pad);

constexpr Word kWords[] = {
    {"red", Meaning::Colour, 0},    {"green", Meaning::Colour, 1},
    {"blue", Meaning::Colour, 2},   {"yellow", Meaning::Colour, 3},
    {"cube", Meaning::Cube},        {"block", Meaning::Cube},
    {"one", Meaning::Cube},         {"gripper", Meaning::Gripper},
    {"hand", Meaning::Gripper},     {"arm", Meaning::Gripper},
    {"touch", Meaning::Touch},      {"reach", Meaning::Touch},
    {"tap", Meaning::Touch},        {"poke", Meaning::Touch},
    {"push", Meaning::Push},        {"slide", Meaning::Push},
    {"nudge", Meaning::Push},       {"shove", Meaning::Push},
    {"put", Meaning::Put},          {"place", Meaning::Put},
    {"drop", Meaning::Put},         {"set", Meaning::Put},
    {"lay", Meaning::Put},          {"stack", Meaning::Stack},
    {"pile", Meaning::Stack},       {"move", Meaning::Move},
    {"bring", Meaning::Move},       {"take", Meaning::Move},
    {"on", Meaning::On},            {"onto", Meaning::On},
    {"left", Meaning::Side, -1},    {"right", Meaning::Side, 1},
    {"bowl", Meaning::Place, kBowl}, {"pad", Meaning::Place, kPad},
    {"mat", Meaning::Place, kPad},  {"the", Meaning::Filler},
    {"a", Meaning::Filler},         {"to", Meaning::Filler},
    {"for", Meaning::Filler},       {"in", Meaning::Filler},
    {"into", Meaning::Filler},      {"inside", Meaning::Filler},
    {"of", Meaning::Filler},        {"top", Meaning::Filler},
    {"side", Meaning::Filler},      {"and", Meaning::Filler},
    {"then", Meaning::Filler},      {"it", Meaning::Filler},
    {"with", Meaning::Filler},      {"your", Meaning::Filler},
    {"please", Meaning::Filler},    {"pick", Meaning::Filler},
    {"up", Meaning::Filler},        {"grasp", Meaning::Filler},
};

// What was said, in the order it was said where that matters.
struct Said {
  std::vector<int> cubes;
  std::vector<int> sides, places;
  bool touch = false, push = false, put = false, stack = false, move = false, gripper = false;
  bool onFirst = false;  // "on the blue cube put the red cube"
  bool anyOn = false;
};

std::vector<std::string> wordsOf(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80) {
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

void add(std::vector<int>& list, int value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

void hear(Said& said, const Word& word) {
  switch (word.meaning) {
    case Meaning::Colour: add(said.cubes, word.value); break;
    case Meaning::Side: add(said.sides, word.value); break;
    case Meaning::Place: add(said.places, word.value); break;
    case Meaning::Touch: said.touch = true; break;
    case Meaning::Push: said.push = true; break;
    case Meaning::Put: said.put = true; break;
    case Meaning::Stack: said.stack = true; break;
    case Meaning::Move: said.move = true; break;
    case Meaning::Gripper: said.gripper = true; break;
    case Meaning::On:
      if (said.cubes.empty()) said.onFirst = true;
      said.anyOn = true;
      break;
    case Meaning::Cube:
    case Meaning::Filler: break;
  }
}

Understanding notice(std::string text) { return {std::nullopt, std::move(text)}; }

Understanding unknownWord(const std::string& word) {
  std::vector<std::string> known;
  for (const Word& candidate : kWords) known.emplace_back(candidate.text);
  const std::string guess = suggestion(word, known);
  const bool near = guess.find('?') != std::string::npos;  // not the list of all words
  return notice("The robot does not know the word \"" + word + "\"." +
                (near ? " " + guess : " It knows four cubes, a bowl and a pad, and how to touch, "
                                      "push, put and stack."));
}

Understanding meant(TaskKind kind, int first, int other = kBowl) {
  return {makeTask(kind, cube(first), static_cast<Thing>(other)), {}};
}

Understanding meantStack(const Said& said) {
  if (said.cubes.size() != 2) {
    return notice("Stacking needs two cubes, for example: stack the red cube on the blue cube.");
  }
  const bool swapped = said.onFirst;
  return meant(TaskKind::Stack, said.cubes[swapped ? 1 : 0], said.cubes[swapped ? 0 : 1]);
}

Understanding meaning(const Said& said) {
  const bool handles = said.put || said.move;
  if (said.cubes.empty()) return notice("Say which cube: the red, green, blue or yellow one.");
  const int goals = static_cast<int>(said.sides.size() + said.places.size());
  if (goals > 1) return notice("Say one place to go to: left, right, the bowl or the pad.");
  if (goals == 0 && (said.stack || (handles && said.cubes.size() == 2 && said.anyOn))) {
    return said.touch || said.push ? notice("Say one thing to do: touch, push, put or stack.")
                                   : meantStack(said);
  }
  if (said.cubes.size() > 1) return notice("Name one cube; only stacking takes two.");
  const int verbs = int{said.touch} + int{said.push} + int{handles};
  if (verbs != 1 || said.stack) {
    return notice("Say one thing to do: touch, push, put or stack.");
  }
  if (said.touch || (said.move && said.gripper && goals == 0)) {
    return goals == 0 ? meant(TaskKind::Touch, said.cubes[0])
                      : notice("Touching needs no place, only a cube.");
  }
  if (!said.sides.empty()) {
    return meant(said.sides[0] < 0 ? TaskKind::PushLeft : TaskKind::PushRight, said.cubes[0]);
  }
  if (said.push) return notice("Say which way to push: to the left or to the right.");
  if (said.places.empty()) return notice("Say where to put it: in the bowl or on the pad.");
  return meant(said.places[0] == kBowl ? TaskKind::PutInBowl : TaskKind::PutOnPad,
               said.cubes[0]);
}

}  // namespace

std::string instruction(const Task& task, int wording) {
  std::string text;
  for (const char c : kTemplates[static_cast<int>(task.kind)][wording]) {
    if (c == '@') {
      text += nameOf(task.cube);
    } else if (c == '%') {
      text += nameOf(task.onto);
    } else {
      text += c;
    }
  }
  return text;
}

int randomWording(std::uint64_t seed) {
  // A stream that neither layouts nor tasks draw from.
  return static_cast<int>(uniforms(seed, Purpose::Data, ~std::uint32_t{1}, 1)[0] * kWordings);
}

std::vector<std::string> allInstructions() {
  std::vector<std::string> texts;
  for (const Task& task : allTasks()) {
    for (int wording = 0; wording < kWordings; ++wording) {
      texts.push_back(instruction(task, wording));
    }
  }
  return texts;
}

Understanding understand(std::string_view text) {
  const std::vector<std::string> words = wordsOf(text);
  if (words.empty()) return notice("Say what to do, for example: put the red cube in the bowl.");
  Said said;
  for (const std::string& word : words) {
    const auto known = std::find_if(std::begin(kWords), std::end(kWords),
                                    [&](const Word& w) { return w.text == word; });
    if (known == std::end(kWords)) return unknownWord(word);
    hear(said, *known);
  }
  return meaning(said);
}

}  // namespace jacobiscope
