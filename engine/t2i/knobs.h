// The sliders of the family, and what a decoder reads off them.
#pragma once

#include <vector>

#include "engine/core/family.h"
#include "engine/t2i/gpt.h"
#include "engine/t2i/verify.h"

namespace jacobiscope {

std::vector<Knob> t2iKnobs(const GptConfig& config);
std::vector<Preset> t2iPresets(const GptConfig& config);

// Where the draft of a position comes from that no pass has seen yet.
enum class FreshDraft {
  Random,  // uniform over the vocabulary
  Repeat,  // the left neighbour's token
  Left,    // drawn from the left neighbour's distribution
  Above    // drawn from the upper neighbour's distribution
};

struct T2iSettings {
  AcceptRule rule = AcceptRule::Coupled;
  bool frozenNoise = false;  // Gumbel noise per position: the sample is the sequential one's
  int window = 1;            // tokens put in per pass, the last settled one among them
  FreshDraft fresh = FreshDraft::Left;
  bool trueQ = true;         // fresh drafts carry the distribution they were drawn from
  double guidance = 1;       // s in u + s (c - u); 1: the conditional branch alone
  Filter filter;

  bool guided() const { return guidance != 1; }
  // The tokens follow from the seed alone: drafts change the number of passes, never the sample.
  bool fixedPoint() const { return frozenNoise || filter.temperature == 0; }
};

T2iSettings readSettings(const KnobValues& knobs);

}  // namespace jacobiscope
