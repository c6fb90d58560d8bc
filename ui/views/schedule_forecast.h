// What the present schedule would cost, told from times that a search measured, beside what a run
// of it took. Pure.
#pragma once

#include <optional>
#include <string>

#include "engine/core/family.h"
#include "engine/record/recording.h"

namespace jacobiscope {

struct ScheduleForecast {
  std::optional<ScheduleEstimate> estimate;
  std::string gap;  // why there is none, where times were measured: "no estimate for block 5"
  int batch = 0;    // pictures that it is for; 0: nothing was measured

  bool operator==(const ScheduleForecast& other) const {
    return gap == other.gap && batch == other.batch &&
           estimate.has_value() == other.estimate.has_value();
  }
};

// Whether a search can vary its schedule: a flow's.
bool canSearch(const ModelInfo& model);

// `knobs` are complete.
ScheduleForecast forecastOf(const ModelInfo& model, const ScheduleCosts& costs,
                            const KnobValues& knobs);

// The last run of this model that decoded so many pictures, cold, by these very knobs from the
// first sweep to the last; nullptr: there is none.
const RunRecord* runOfSchedule(const Recording& recording, const ModelInfo& model, int batch,
                               const KnobValues& knobs);

// "0.41 s", "12 ms"
std::string secondsText(double seconds);

// "predicted 0.41 s · 126 calls", or why it cannot be told; empty where nothing was measured.
std::string forecastText(const ScheduleForecast& forecast);
// "measured 0.43 s (run #7)"; empty without a run.
std::string measuredText(const RunRecord* run);

}  // namespace jacobiscope
