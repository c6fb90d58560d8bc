// What a person at the window feels: how much a picture costs after a slider moved, and how
// soon a run stops.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core/family.h"

namespace jacobiscope {

// The same run cold and from the solutions of a run with slightly less guidance.
struct WarmStart {
  double from = 0, to = 0;  // guidance
  std::int64_t coldPasses = 0, warmPasses = 0;
  double difference = 0;  // largest difference of the two results
};

// Nothing where the model has no knob `guidance`. `knobs` are complete; a guidance of 0 is
// taken as 1, which needs the unconditional branch as well.
std::optional<WarmStart> measureWarmStart(Family& model, KnobValues knobs, const Input& input);

// From posting Stop in the middle of a run to its Finished, over 15 runs.
struct StopLatency {
  double median = 0, worst = 0;  // seconds
  double sweep = 0;              // median seconds of the sweeps seen meanwhile
};

// Loads the model once more, on a session's thread. Nothing where runs end too soon to be
// stopped.
std::optional<StopLatency> measureStopLatency(const LoadRequest& request, const KnobValues& knobs,
                                              const Input& input);

}  // namespace jacobiscope
