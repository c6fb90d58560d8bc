// What went wrong or should be known, over the pictures, until it is dismissed. Nothing
// waits for it.
#pragma once

#include "ui/views/drawing.h"

namespace jacobiscope {

// Draws the newest few under the upper edge of `area`; a dismissed one leaves the state.
void drawNotices(ViewState& state, const Look& look, const Rect& area);

// Shown in the middle of the stage while there is nothing to look at: what to do first.
// Pure.
struct Welcome {
  std::string title, hint;
};
Welcome welcomeOf(const ViewState& state);
void drawWelcome(const ViewState& state, const Look& look, const Rect& area);

}  // namespace jacobiscope
