// A recorded run as the engine wants it to decode it again.
#pragma once

#include "engine/record/recording.h"

namespace jacobiscope {

// The run and its first `sweeps` sweeps, as many as there are.
Replay replayOf(const RunRecord& run, std::int64_t sweeps);

}  // namespace jacobiscope
