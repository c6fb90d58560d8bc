// Two runs, or two moments of them, side by side on the stage: pictures under a divider, beside
// each other or as a map of their difference; the errors; and on the right what differs.
#pragma once

#include "ui/views/stage_drawing.h"

namespace jacobiscope {

// Brings the digest of the comparison, and B's mark on the timeline, to the cursor.
void updateCompareView(const ViewState& state, StageViewState& views, const RunRecord* run);

// The middle of the stage while `state.compare.on`.
void drawCompare(const StageDrawing& d, const Rect& area);
// The column on the right of it.
void drawCompareSide(const StageDrawing& d, const Rect& area);

}  // namespace jacobiscope
