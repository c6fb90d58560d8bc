// The schedules that a search tried, seconds against error, beside the timeline; and the tabs
// that choose between them and the curves.
#pragma once

#include "ui/views/knobs_view.h"

namespace jacobiscope {

// Whether there is a search to be looked at: trials, or one that has begun.
bool hasTrials(const ViewState& state);

// Tabs in the place of the heading. Draws nothing and returns false where there is no search: the
// curves have their own heading then.
bool drawBesideTabs(ViewState& state, const Look& look, const Rect& area);

// A click on a point sets its knobs. Where it lay is kept in `typed` ("trial/0").
void drawTrials(ViewState& state, const Look& look, const Rect& area, TypedText& typed);

}  // namespace jacobiscope
