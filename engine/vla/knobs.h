// The sliders of the family, and what a decoder reads off them.
#pragma once

#include <string>
#include <vector>

#include "engine/core/family.h"
#include "engine/vla/chunk_solver.h"

namespace jacobiscope {

// Steps of an episode that can be asked for at most.
inline constexpr int kMostEpisodeSteps = 1000;

// What the knobs of a model depend on.
struct VlaTraits {
  int chunk = 1;                             // action steps that the model answers with at most
  std::vector<std::string> policies;         // "teacher", "student": those that are there
  std::vector<ActionDimension> action;
  bool binsOnly = false;                     // it was trained to answer with action tokens only
};

std::vector<Knob> vlaKnobs(const VlaTraits& traits);
std::vector<Preset> vlaPresets(const VlaTraits& traits);

struct VlaSettings {
  ChunkSettings solver;
  std::string policy;
  int chunk = 1;     // action steps that are decoded at once
  int execute = 1;   // of which so many are carried out, at most `chunk`
  bool warmStart = true;
  bool binsOnly = false;  // logits over the action tokens only
  int steps = 0;          // of an episode at most

  int chunksPerEpisode() const { return (steps + execute - 1) / execute; }
};

VlaSettings readVlaSettings(const KnobValues& knobs);

}  // namespace jacobiscope
