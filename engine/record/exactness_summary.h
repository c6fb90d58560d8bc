// What the oracle found of a run, in a few numbers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/record/recording.h"

namespace jacobiscope {

struct ExactnessSummary {
  struct Stage {
    int stage = 0;
    std::string name, unit;
    double largest = 0;  // true error of any of its sweeps
    double last = 0;     // of its last judged sweep
  };
  std::vector<Stage> stages;  // those with judged sweeps
  std::int64_t judged = 0;    // sweeps
  // Of these: after which every position of the stage is the sequential one.
  std::int64_t exact = 0;
  // Median over the sweeps that have both, in the same unit, of residual / largest true error: 1
  // where the residual tells how far it is, less where it promises too much. Of tokens there is
  // none: their residual is a probability.
  std::optional<double> residualRatio;
};

ExactnessSummary summaryOf(const RunRecord& run);

}  // namespace jacobiscope
