// The block schedule: presets, the table of blocks, and Calibrate.
#pragma once

#include "ui/views/schedule_table.h"

namespace jacobiscope {

// `digest` is of the run under the cursor, `stage` the one under it (-1: none).
void drawSchedule(ViewState& state, const Look& look, const RunDigest& digest, int stage,
                  TypedText& typed);

}  // namespace jacobiscope
