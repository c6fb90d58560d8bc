// The sliders and the presets of the family.
#include "engine/core/schedule_text.h"
#include "engine/tarflow/schedule.h"

namespace jacobiscope {

namespace {

Knob knob(std::string key, std::string label, std::string group, KnobKind kind, KnobScope scope,
          KnobValue initial, std::string help) {
  Knob k;
  k.key = std::move(key);
  k.label = std::move(label);
  k.group = std::move(group);
  k.kind = kind;
  k.scope = scope;
  k.initial = std::move(initial);
  k.help = std::move(help);
  return k;
}

Knob number(std::string key, std::string label, std::string group, KnobScope scope, double initial,
            double low, double high, std::string help, bool logarithmic = false) {
  Knob k = knob(std::move(key), std::move(label), std::move(group), KnobKind::Number, scope,
                initial, std::move(help));
  k.minimum = low;
  k.maximum = high;
  k.logarithmic = logarithmic;
  return k;
}

Knob choice(std::string key, std::string label, std::string group, KnobScope scope,
            std::string initial, std::vector<std::string> choices, std::string help) {
  Knob k = knob(std::move(key), std::move(label), std::move(group), KnobKind::Choice, scope,
                std::move(initial), std::move(help));
  k.choices = std::move(choices);
  return k;
}

Knob list(std::string key, std::string label, std::string initial, int length, double low,
          double high, std::vector<std::string> choices, std::string help) {
  Knob k = knob(std::move(key), std::move(label), "Schedule", KnobKind::List,
                KnobScope::NextStage, std::move(initial), std::move(help));
  k.listLength = length;
  k.minimum = low;
  k.maximum = high;
  k.choices = std::move(choices);
  return k;
}

std::vector<Knob> scheduleKnobs(const TarFlowConfig& config) {
  const int blocks = config.blocks;
  const double n = config.tokens();
  return {
      choice("mode", "mode", "Decoder", KnobScope::NextStage, "window",
             {"sequential", "jacobi", "gs-jacobi", "window", "mixed"},
             "How each block's triangular system is solved: one token at a time; all tokens at "
             "once; segment by segment; a sliding window that freezes its settled prefix; or "
             "mixed, block by block: segments where they are not 1, else the window."),
      list("segments", "segments", "1", blocks, 0, n, {},
           "GS-Jacobi: segments per block, from the first block sampled to the last. 0 is "
           "sequential, 1 plain Jacobi. One value serves all blocks."),
      list("cap", "cap", "10000", blocks, 1, 10000, {},
           "Most passes per segment (Jacobi and GS-Jacobi). A segment of S tokens is exact "
           "after S passes."),
      list("guess", "guess", "z", blocks, 0, 0, {"z", "zeros"},
           "Initial guess of a block: its own input z, or zeros behind the first token."),
      list("window", "window", std::to_string(std::min(16, config.tokens())), blocks, 1, n, {},
           "Tokens in the sliding window, per block. 1 is sequential."),
  };
}

std::vector<Knob> guidanceKnobs(const TarFlowConfig& config) {
  return {
      number("guidance", "guidance", "Guidance", KnobScope::Live, 0, 0, 10,
             "Classifier-free guidance w: a + w (a - a_null), likewise c. 0 is off and needs "
             "half the work."),
      knob("guidance.anneal", "anneal", "Guidance", KnobKind::Toggle, KnobScope::Live, false,
           "Weight grows with the token: w * p / (N - 1)."),
      choice("guidance.what", "guide", "Guidance", KnobScope::Live, "ac", {"ac", "a", "c"},
             "Which output guidance moves: the log-scale a, the shift c, or both."),
      number("attn_temp", "attention temp.", "Guidance", KnobScope::NextStage, 1, 0.05, 4,
             "Divides the attention scores of the unconditional branch. The only guidance a "
             "model without classes has."),
  };
}

}  // namespace

std::vector<Knob> tarflowKnobs(const TarFlowConfig& config) {
  std::vector<Knob> knobs = scheduleKnobs(config);
  knobs.push_back(number("tolerance", "tolerance", "Decoder", KnobScope::Live, 1e-4, 0, 1,
                         "A token is settled when no value in the tokens before it moved by more "
                         "than this. 0 never stops early: the result is the sequential one.",
                         true));
  knobs.push_back(number("clamp", "clamp", "Decoder", KnobScope::Live, 0, 0, 100,
                         "Limits every value after a parallel pass. 0 is off; 3 is what the "
                         "published code does, which changes the result where values exceed it."));
  knobs.push_back(knob("remedy", "overflow remedy", "Decoder", KnobKind::Toggle, KnobScope::Live,
                       true, "Where a value overflows, start it again from zero and, if it "
                             "happens again, narrow the window. Same fixed point."));
  knobs.push_back(knob("refine", "low precision first", "Decoder", KnobKind::Toggle,
                       KnobScope::NextStage, false,
                       "Iterate in bfloat16 until nearly settled, then in float32: the float32 "
                       "fixed point. Pays where bfloat16 is fast (GPUs, recent CPUs)."));
  for (Knob& k : guidanceKnobs(config)) knobs.push_back(std::move(k));
  knobs.push_back(number("temperature", "temperature", "Picture", KnobScope::NextRun, 1, 0, 2,
                         "Scale of the noise that is drawn."));
  knobs.push_back(number("denoise", "denoise", "Picture", KnobScope::NextStage, 1, 0, 2,
                         "Strength s of the final step x + s sigma^2 grad log p(x), which takes "
                         "out the noise of training. 0 leaves the last block's output."));
  knobs.push_back(number("vary", "vary", "Picture", KnobScope::NextRun, 0.3, 0, 1,
                         "With a picture as input: share of fresh noise mixed into its code."));
  return knobs;
}

namespace {

Preset published(std::string name, std::string origin, std::string segments, std::string cap,
                 std::string guess, double guidance, double attnTemp, double denoise) {
  return {std::move(name), std::move(origin),
          {{"mode", std::string("gs-jacobi")}, {"segments", segments}, {"cap", cap},
           {"guess", guess}, {"guidance", guidance}, {"guidance.anneal", true},
           {"attn_temp", attnTemp}, {"denoise", denoise}, {"clamp", 3.0}}};
}

// [Stack-GS-J-Else] of the paper for any number of blocks.
Preset stacked(const TarFlowConfig& config, int stack, int gs, int cap, int other) {
  std::string name = "[" + std::to_string(stack);
  for (const int number : {gs, cap, other}) name.append("-").append(std::to_string(number));
  name += "]";
  return {name, "in the notation of GS-Jacobi, arXiv 2505.12849",
          parseSchedule(name, config.blocks, config.tokens())};
}

}  // namespace

std::vector<Preset> tarflowPresets(const TarFlowConfig& config) {
  std::vector<Preset> presets = {
      {"sequential", "one token at a time, with cached keys and values",
       {{"mode", std::string("sequential")}}},
      {"Jacobi", "all tokens of a block at once",
       {{"mode", std::string("jacobi")}, {"cap", std::string("10000")},
        {"guess", std::string("z")}}},
  };
  for (int width : {4, 8, 16, 32}) {
    if (width >= config.tokens()) continue;
    presets.push_back({"window " + std::to_string(width),
                       "sliding window with a frozen prefix",
                       {{"mode", std::string("window")}, {"window", std::to_string(width)}}});
  }
  if (config.blocks == 8) {
    presets.push_back(published("ImageNet 128 cond", "GS-Jacobi, arXiv 2505.12849",
                                "1,8,1,1,1,1,1,1", "10,32,10,10,10,10,10,10",
                                "z,zeros,z,z,z,z,zeros,z", 1.5, 1, 0.97));
    presets.push_back(published("AFHQ 256", "GS-Jacobi, arXiv 2505.12849", "8,1,1,1,1,1,1,1",
                                "32,10,10,10,10,10,10,10", "z,z,z,z,z,zeros,zeros,z", 3.4, 1,
                                1.4));
    presets.push_back(published("ImageNet 64 uncond", "GS-Jacobi, arXiv 2505.12849",
                                "1,8,1,1,1,1,1,8", "20,32,20,20,20,20,20,32",
                                "z,zeros,z,z,zeros,z,zeros,zeros", 0.2, 0.3, 0.9));
    presets.push_back(published("ImageNet 64 cond", "GS-Jacobi, arXiv 2505.12849",
                                "8,1,1,1,1,1,1,0", "13,6,6,6,6,6,6,1",
                                "zeros,z,z,z,z,zeros,zeros,zeros", 2.0, 1, 1.0));
  } else if (config.blocks > 1) {
    presets.push_back(stacked(config, config.blocks - 1, std::min(8, config.tokens()), 32, 10));
    presets.push_back(stacked(config, config.blocks - 2, std::min(8, config.tokens()), 32, 10));
  }
  return presets;
}

}  // namespace jacobiscope
