#include "engine/vla/knobs.h"

#include <algorithm>
#include <cstdio>

#include "engine/vla/action_codec.h"
#include "engine/vla/sim/record_episode.h"

namespace jacobiscope {

namespace {

const std::string kDecoder = "Decoder", kRobot = "Robot";

std::string shortNumber(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", value);
  return text;
}

// Of the dimension with the widest bins, in each unit.
std::string binText(const VlaTraits& traits) {
  double length = 0, angle = 0;
  for (const ActionDimension& dimension : traits.action) {
    if (dimension.unit == "mm") length = std::max(length, dimension.perBin);
    if (dimension.unit == "°") angle = std::max(angle, dimension.perBin);
  }
  return "One bin is at most " + shortNumber(length) + " mm or " + shortNumber(angle) + "°.";
}

std::vector<Knob> ruleKnobs(const VlaTraits& traits) {
  const int tokens = traits.chunk * kActionSize;
  return {
      {.key = "decoder",
       .label = "decoder",
       .help = "autoregressive: one token per call, the baseline. jacobi: every token of the "
               "chunk at once, again and again until none changes; the same tokens. bounded: the "
               "same, but it ends once no token moves by more than exit.bins.",
       .group = kDecoder,
       .kind = KnobKind::Choice,
       .initial = "jacobi",
       .choices = {"autoregressive", "jacobi", "bounded"}},
      {.key = "policy",
       .label = "policy",
       .help = "teacher: trained on demonstrations. student: distilled from it to settle in fewer "
               "calls, where the model has one.",
       .group = kDecoder,
       .kind = KnobKind::Choice,
       .scope = KnobScope::NextRun,
       .initial = traits.policies.front(),
       .choices = traits.policies},
      {.key = "exit",
       .label = "early exit",
       .help = "After so many calls the chunk is taken as it stands, exact or not. 0 is never. Of "
               "jacobi and bounded.",
       .group = kDecoder,
       .kind = KnobKind::Integer,
       .initial = std::int64_t{0},
       .minimum = 0,
       .maximum = static_cast<double>(tokens)},
      {.key = "exit.bins",
       .label = "bins to move",
       .help = "Of bounded: the chunk is taken once every token that still changes moves by at "
               "most so many bins. " + binText(traits) + " 0 is jacobi.",
       .group = kDecoder,
       .kind = KnobKind::Integer,
       .initial = std::int64_t{1},
       .minimum = 0,
       .maximum = ActionCodec::kEdges - 1},
      {.key = "fold",
       .label = "fold into prefix",
       .help = "Of jacobi and bounded: the pass over picture and instruction reads the drafts, "
               "too, and is the first iteration: a call less. Off, as published, it gives the "
               "first token alone. The tokens are the same.",
       .group = kDecoder,
       .kind = KnobKind::Toggle,
       .scope = KnobScope::NextStage,
       .initial = true},
      {.key = "freeze",
       .label = "freeze prefix",
       .help = "Tokens that are settled leave the window, and their keys and values are kept. "
               "Off, as published, every call is over the whole chunk. The tokens are the same.",
       .group = kDecoder,
       .kind = KnobKind::Toggle,
       .initial = true},
      {.key = "warm_start",
       .label = "warm start",
       .help = "A chunk begins from the steps of the last one that were not carried out, then "
               "from its last step. Off, and at first, from random action tokens.",
       .group = kDecoder,
       .kind = KnobKind::Toggle,
       .scope = KnobScope::NextStage,
       .initial = true},
      {.key = "bins_only",
       .label = "action tokens only",
       .help = traits.binsOnly
                   ? "The answer is chosen among the action tokens. Always so: this model was "
                     "trained to answer with nothing else."
                   : "The answer is chosen among the action tokens, not among all words. Saves a "
                     "little work.",
       .group = kDecoder,
       .kind = KnobKind::Toggle,
       .scope = KnobScope::NextRun,
       .initial = traits.binsOnly,
       .idle = traits.binsOnly},
  };
}

std::vector<Knob> robotKnobs(const VlaTraits& traits) {
  const auto most = static_cast<double>(traits.chunk);
  return {
      {.key = "chunk",
       .label = "chunk",
       .help = "Action steps that are decoded together; the model was trained for " +
               std::to_string(traits.chunk) + ".",
       .group = kRobot,
       .kind = KnobKind::Integer,
       .scope = KnobScope::NextStage,
       .initial = std::int64_t{traits.chunk},
       .minimum = 1,
       .maximum = most},
      {.key = "execute",
       .label = "steps carried out",
       .help = "Action steps that are carried out before the camera is looked at again, at most "
               "the whole chunk.",
       .group = kRobot,
       .kind = KnobKind::Integer,
       .scope = KnobScope::NextStage,
       .initial = std::int64_t{traits.chunk},
       .minimum = 1,
       .maximum = most},
      {.key = "steps",
       .label = "longest episode",
       .help = "Action steps after which an episode is over, done or not.",
       .group = kRobot,
       .kind = KnobKind::Integer,
       .scope = KnobScope::NextRun,
       .initial = std::int64_t{kLongestEpisode},
       .minimum = 1,
       .maximum = kMostEpisodeSteps},
  };
}

ChunkRule ruleOf(const std::string& decoder) {
  if (decoder == "autoregressive") return ChunkRule::Autoregressive;
  return decoder == "bounded" ? ChunkRule::Bounded : ChunkRule::Jacobi;
}

}  // namespace

std::vector<Knob> vlaKnobs(const VlaTraits& traits) {
  std::vector<Knob> knobs = ruleKnobs(traits);
  for (Knob& knob : robotKnobs(traits)) knobs.push_back(std::move(knob));
  return knobs;
}

std::vector<Preset> vlaPresets(const VlaTraits& traits) {
  const auto whole = [](std::int64_t number) { return KnobValue{number}; };
  std::vector<Preset> rules = {
      {"autoregressive", "one token per call",
       {{"decoder", "autoregressive"}, {"exit", whole(0)}}},
      {"Jacobi", "PD-VLA, arXiv 2503.02310, with a frozen prefix",
       {{"decoder", "jacobi"}, {"exit", whole(0)}}},
      {"early exit 2", "CEED-VLA, arXiv 2506.13725",
       {{"decoder", "jacobi"}, {"exit", whole(2)}}},
      {"bounded, 1 bin", "ends when no token moves by more than a bin",
       {{"decoder", "bounded"}, {"exit", whole(0)}, {"exit.bins", whole(1)}}},
  };
  std::vector<Preset> presets;
  for (const std::string& policy : traits.policies) {
    for (Preset preset : rules) {
      if (traits.policies.size() > 1) preset.knobs["policy"] = policy;
      if (policy != traits.policies.front()) preset.name = policy + ", " + preset.name;
      presets.push_back(std::move(preset));
    }
  }
  // What a consistency-distilled student is made for; older solutions would only be in its way.
  if (traits.policies.size() > 1 && std::ranges::count(traits.policies, "student") > 0) {
    presets.push_back({"student, one call", "CEED-VLA's student, from a cold start",
                       {{"policy", "student"},
                        {"decoder", "jacobi"},
                        {"exit", whole(1)},
                        {"warm_start", false}}});
  }
  return presets;
}

VlaSettings readVlaSettings(const KnobValues& knobs) {
  const auto whole = [&](const char* key) { return static_cast<int>(integerAt(knobs, key)); };
  VlaSettings settings;
  settings.solver.rule = ruleOf(textAt(knobs, "decoder"));
  settings.solver.exit = whole("exit");
  settings.solver.exitBins = whole("exit.bins");
  settings.solver.fold = toggleAt(knobs, "fold");
  settings.solver.freeze = toggleAt(knobs, "freeze");
  settings.policy = textAt(knobs, "policy");
  settings.chunk = whole("chunk");
  settings.execute = std::min(whole("execute"), settings.chunk);
  settings.warmStart = toggleAt(knobs, "warm_start");
  settings.binsOnly = toggleAt(knobs, "bins_only");
  settings.steps = whole("steps");
  return settings;
}

}  // namespace jacobiscope
