// What a run gained over its measured baseline. Pure.
#pragma once

#include <map>
#include <optional>

#include "ui/views/view_state.h"

namespace jacobiscope {

// Seconds of the baseline's decoding over those of the run; nothing for the baseline's own run, for
// warm, stopped or unfinished runs, and where no time was measured.
std::optional<double> speedUp(const RunRecord& run, const std::map<int, Baseline>& baselines);

}  // namespace jacobiscope
