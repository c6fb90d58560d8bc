// Finds the fastest schedule on this machine whose pictures stay within an error bound of
// sequential decoding: algorithms.md C7, "measure, then choose by dynamic programming".
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/tarflow/decoder.h"

namespace jacobiscope {

struct SearchRequest {
  KnobValues knobs;             // complete: guidance, clamp, ... as they are to be decoded with
  std::vector<Tensor> noise;    // [B, N, D] each; the first is measured, all are checked
  Tensor labels;                // [B]
  double errorBound = 1e-3;     // max |dx| of the picture from the sequential one
  std::vector<Preset> presets;  // schedules that the found one must not be slower than
  std::string conditions;       // "CPU, float32, 2 threads", for people
  std::function<double()> now;  // a clock in seconds
};

// Six significant digits, so that 0.3 * 0.001 reads 0.0003.
double roundNumber(double value);

// The search is of the blocks alone: it decodes without the final denoising, which takes the same
// time whatever the schedule.
std::unique_ptr<AnalysisTask> scheduleSearch(LoadedFlow& flow, SearchRequest request);

}  // namespace jacobiscope
