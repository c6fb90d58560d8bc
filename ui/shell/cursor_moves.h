// Where the cursor goes when the user steps through what was recorded. Pure functions.
#pragma once

#include "engine/record/recording.h"

namespace jacobiscope {

enum class Move { First, Back, Forward, Last, PreviousStage, NextStage };

// The cursor after the move: within the run's sweeps, no longer following what is computed.
// Back from inside a stage to the previous one lands on that stage's last sweep.
Cursor movedCursor(const Cursor& cursor, const RunRecord& run, Move move);

}  // namespace jacobiscope
