#include "engine/train/decoder_list.h"

#include <algorithm>
#include <sstream>

#include "engine/core/error.h"
#include "engine/core/suggestion.h"

namespace jacobiscope {

namespace {

// Knobs that an entry names by a value alone, in the order in which values are looked for.
constexpr const char* kByValue[] = {"decoder", "policy"};

constexpr const char* kUsualEntries[] = {"autoregressive",
                                         "jacobi:warm_start=0",
                                         "jacobi:exit=2:warm_start=0",
                                         "bounded:exit.bins=1:warm_start=0",
                                         "jacobi:warm_start=1",
                                         "bounded:exit.bins=1:warm_start=1"};

std::vector<std::string> partsOf(const std::string& text, char between) {
  std::vector<std::string> parts;
  std::istringstream rest(text);
  for (std::string part; std::getline(rest, part, between);) parts.push_back(part);
  if (text.ends_with(between)) parts.emplace_back();
  return parts;
}

const Knob* knobWithChoice(const ModelInfo& model, const std::string& value) {
  for (const char* key : kByValue) {
    const Knob* const knob = findKnob(model.knobs, key);
    if (knob != nullptr && std::ranges::find(knob->choices, value) != knob->choices.end()) {
      return knob;
    }
  }
  return nullptr;
}

[[noreturn]] void refuse(const ModelInfo& model, const std::string& entry,
                         const std::string& part) {
  std::vector<std::string> known;
  for (const char* key : kByValue) {
    const Knob* const knob = findKnob(model.knobs, key);
    if (knob != nullptr) known.insert(known.end(), knob->choices.begin(), knob->choices.end());
  }
  throw UsageError("The decoder \"" + entry + "\": " + model.name + " has no \"" + part + "\".",
                   suggestion(part, known));
}

void addPart(const ModelInfo& model, const std::string& entry, const std::string& part,
             KnobValues& own) {
  const std::size_t equals = part.find('=');
  const Knob* knob = nullptr;
  KnobValue value;
  if (equals == std::string::npos) {
    knob = knobWithChoice(model, part);
    if (knob == nullptr) refuse(model, entry, part);
    value = part;
  } else {
    knob = &requireKnob(model.knobs, part.substr(0, equals));
    value = parseKnob(*knob, part.substr(equals + 1));
  }
  if (!own.emplace(knob->key, value).second) {
    throw UsageError("The decoder \"" + entry + "\" names " + knob->key + " twice.");
  }
}

std::string withoutPolicy(const ModelInfo& model, const std::string& entry) {
  std::string text;
  for (const std::string& part : partsOf(entry, ':')) {
    const Knob* const knob =
        part.find('=') == std::string::npos ? knobWithChoice(model, part) : nullptr;
    if (part.starts_with("policy=") || (knob != nullptr && knob->key == "policy")) continue;
    text += (text.empty() ? "" : ":") + part;
  }
  return text;
}

// What is to follow a policy's name: a knob that --set fixes is the same for all entries.
std::string withoutKnobs(const std::string& entry, const KnobValues& given) {
  std::string text;
  for (const std::string& part : partsOf(entry, ':')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos || !given.contains(part.substr(0, equals))) text += ":" + part;
  }
  return text;
}

bool fits(const KnobValues& given, const DecoderChoice& choice) {
  return std::ranges::all_of(kByValue, [&](const char* key) {
    return !given.contains(key) || choice.knobs.at(key) == given.at(key);
  });
}

}  // namespace

bool endsEarly(const DecoderChoice& choice) {
  const auto named = [&](const char* key) {
    return choice.knobs.contains(key) && numberAt(choice.knobs, key) > 0;
  };
  const std::string& decoder = textAt(choice.knobs, "decoder");
  if (decoder == "autoregressive") return false;
  return named("exit") || (decoder == "bounded" && named("exit.bins"));
}

DecoderChoice parseDecoder(const ModelInfo& model, const KnobValues& given,
                           const std::string& entry) {
  KnobValues own;
  const std::vector<std::string> parts = partsOf(entry, ':');
  if (parts.empty()) throw UsageError("A decoder of the list has no name.");
  for (const std::string& part : parts) addPart(model, entry, part, own);
  for (const auto& [key, value] : given) {
    const auto [at, isNew] = own.emplace(key, value);
    if (!isNew && at->second != value) {
      throw UsageError("The decoder \"" + entry + "\" and --set give " + key +
                           " different values.",
                       "Keep one of them.");
    }
  }
  DecoderChoice choice;
  choice.knobs = completeKnobs(model.knobs, own);
  choice.decoder = withoutPolicy(model, entry);
  if (choice.decoder.empty()) choice.decoder = textAt(choice.knobs, "decoder");
  if (choice.knobs.contains("policy")) choice.policy = textAt(choice.knobs, "policy");
  return choice;
}

std::vector<DecoderChoice> parseDecoders(const ModelInfo& model, const KnobValues& given,
                                         const std::string& list) {
  std::vector<DecoderChoice> choices;
  for (const std::string& entry : partsOf(list, ',')) {
    DecoderChoice choice = parseDecoder(model, given, entry);
    if (std::ranges::find(choices, choice.knobs, &DecoderChoice::knobs) != choices.end()) {
      throw UsageError("The decoder \"" + entry + "\" is named twice.");
    }
    choices.push_back(std::move(choice));
  }
  if (choices.empty()) {
    throw UsageError("The list of decoders names none.",
                     "For example autoregressive,jacobi,student:bounded:exit.bins=2.");
  }
  return choices;
}

std::vector<DecoderChoice> usualDecoders(const ModelInfo& model, const KnobValues& given) {
  const Knob* const policy = findKnob(model.knobs, "policy");
  if (policy == nullptr) throw Error(model.name + " has no policies to compare.");
  KnobValues free = given;
  for (const char* key : kByValue) free.erase(key);
  std::vector<DecoderChoice> choices;
  for (const std::string& name : policy->choices) {
    for (const char* const entry : kUsualEntries) {
      DecoderChoice choice = parseDecoder(model, free, name + withoutKnobs(entry, free));
      const bool isNew =
          std::ranges::find(choices, choice.knobs, &DecoderChoice::knobs) == choices.end();
      if (isNew && fits(given, choice)) choices.push_back(std::move(choice));
    }
  }
  return choices;
}

}  // namespace jacobiscope
