// The views of a run that decodes tokens, put together: the grid beside the picture, and on the
// right the numbers of the run, one token in detail and the legend.
#pragma once

#include "ui/views/stage_drawing.h"

namespace jacobiscope {

// Brings the field of tokens to the cursor.
void updateTokens(StageViewState& views, const RunRecord* run, std::int64_t sweep);

// The grid with its tooltip; a click pins a token, another one on it lets it go.
void drawTokens(const StageDrawing& d, const Rect& tile);

// The token under the mouse on the picture that was drawn into `rect`, with the same tooltip and
// clicks; the pinned one is outlined there, too.
void probeToken(const StageDrawing& d, const Rect& rect);

// Nothing for a run of another kind.
void drawTokenSide(const StageDrawing& d);

// How many calls the colours of the grid span: those of the run, and while it goes on the
// columns of the timeline, so that colours do not swim. Pure.
double callSpan(const RunRecord& run, const TokenTimeline& timeline, int frontier);

}  // namespace jacobiscope
