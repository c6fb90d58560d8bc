#include "engine/core/sequential_knobs.h"

#include <algorithm>
#include <array>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

constexpr std::array kKeys = {"mode", "decoder"};
constexpr std::array kSequential = {"sequential", "autoregressive"};
// Decoders of tokens whose noise belongs to the position, whatever the pass.
constexpr std::array kFrozenNoise = {"sequential", "gumbel"};

template <std::size_t n>
bool isOneOf(const std::array<const char*, n>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

SequentialChoice sequentialChoice(const ModelInfo& model) {
  for (const char* key : kKeys) {
    const Knob* const knob = findKnob(model.knobs, key);
    if (!knob) continue;
    for (const std::string& choice : knob->choices) {
      if (isOneOf(kSequential, choice)) return {key, choice};
    }
  }
  return {};
}

KnobValues sequentialKnobs(const ModelInfo& model, KnobValues knobs) {
  const SequentialChoice choice = sequentialChoice(model);
  if (choice.key.empty()) {
    throw UsageError("The model " + model.name + " cannot decode one position at a time.",
                     "There is nothing to compare with.");
  }
  knobs[choice.key] = choice.value;
  return knobs;
}

bool decodesSequentially(const KnobValues& knobs) {
  for (const char* key : kKeys) {
    const auto chosen = knobs.find(key);
    if (chosen == knobs.end()) continue;
    const auto* text = std::get_if<std::string>(&chosen->second);
    return text && isOneOf(kSequential, *text);
  }
  return false;
}

bool leadsToSequential(const KnobValues& knobs) {
  const auto decoder = knobs.find("decoder");
  if (decoder == knobs.end() || !knobs.contains("temperature")) return true;
  const auto* text = std::get_if<std::string>(&decoder->second);
  return (text && isOneOf(kFrozenNoise, *text)) || numberAt(knobs, "temperature") == 0;
}

}  // namespace jacobiscope
