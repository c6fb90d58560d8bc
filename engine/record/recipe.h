// The recipe of a picture: what it takes to compute it again, as JSON that travels inside
// the PNG. Shared by the window and the command line.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/record/hashes.h"
#include "engine/record/recording.h"

namespace jacobiscope {

// Keyword of the PNG text chunk (iTXt or tEXt) that holds the JSON.
inline constexpr char kRecipeKey[] = "jacobiscope";

struct Recipe {
  std::string version;  // of the program that wrote it
  std::string family;
  std::string model;      // name
  std::string modelHash;  // of the weights
  std::string device, dtype;
  int threads = 0;
  // Seed, label, prompt, count, picture; of the arrays only a robot's "layout", which is small.
  Input input;
  // Hash of all arrays given as input ("noise", ...), which the recipe does not carry.
  std::string inputHash;
  bool warm = false;  // began from the solutions of the run before it
  // Knob values with the sweep from which each set was in force; never empty.
  std::vector<std::pair<std::int64_t, KnobValues>> timeline;
  std::int64_t sweeps = 0;
  std::int64_t calls = 0;
  double computeSeconds = 0;
  std::string outcome;     // "done", "stopped", "failed", "running"
  std::string resultHash;  // hashArrays() of the result; empty unless done
  std::string factsHash;   // hashFacts() of its sweeps; empty where they were not recorded
  // The sweep after which the picture was taken; -1: the result.
  std::int64_t pictureSweep = -1;
};

// Knob values as a JSON object, and back; throws Error where a value is no knob's.
nlohmann::json toJson(const KnobValues& knobs);
KnobValues knobsFromJson(const nlohmann::json& object);
// What was asked for, without its arrays, and back; throws Error naming a field of a wrong type.
nlohmann::json toJson(const Input& input);
Input inputFromJson(const nlohmann::json& object);

Recipe recipeOf(const RunRecord& run);
// The same without factsHash, for which every value of every sweep is looked at.
Recipe recipeWithoutFacts(const RunRecord& run);
nlohmann::json toJson(const Recipe& recipe);
nlohmann::json makeRecipe(const RunRecord& run);
// What goes into the picture: one line of JSON, always valid UTF-8.
std::string recipeText(const Recipe& recipe);

// Reads a recipe back. Throws Error naming the field that is missing or of a wrong type;
// never allocates more than the text is long.
Recipe parseRecipe(const std::string& text);

// The complete knob values with which the recipe's run began, checked against the knobs of
// the loaded model. Throws UsageError naming an unknown key or a value outside its range.
KnobValues recipeKnobs(const Recipe& recipe, const std::vector<Knob>& knobs);

}  // namespace jacobiscope
