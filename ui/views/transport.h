// Playing back what was recorded: the cursor walks over sweeps that exist. Pure functions.
#pragma once

#include "ui/views/view_state.h"

namespace jacobiscope {

inline constexpr double kPlayedSweepsPerSecond = 10;  // at speed 1

// Moves the cursor by the time that passed while playing; stops at the first or last
// recorded sweep. Playing on at the end of a run that still computes waits for it.
void advanceTransport(ViewState& state, double seconds);

// Where the cursor belongs while it follows live: the last sweep of the newest run.
Cursor followedCursor(const Recording& recording, const Cursor& cursor);

}  // namespace jacobiscope
