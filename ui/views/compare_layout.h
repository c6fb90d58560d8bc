// Where two pictures that are looked at together lie, and what zooming and panning does to both.
// Pure functions; lengths in pixels.
#pragma once

#include <vector>

#include "ui/views/compare_state.h"
#include "ui/views/geometry.h"

namespace jacobiscope {

inline constexpr float kMostZoom = 64;

// Where the whole picture lies, parts of it perhaps outside `frame`.
Rect pictureRect(const CompareState& state, const Rect& frame, float aspect);

// Enlarged by `factor` (below 1: less) with the point of the picture under `at` staying there.
void zoomAt(CompareState& state, const Rect& frame, float aspect, glm::vec2 at, float factor);

// Moved by a distance in pixels; the picture covers the frame as far as it can.
void pan(CompareState& state, const Rect& frame, float aspect, glm::vec2 by);

void resetZoom(CompareState& state);

// What two rectangles have in common; empty where that is nothing.
Rect common(const Rect& a, const Rect& b);

// x of the divider over what is seen of the picture, and back.
float dividerX(const CompareState& state, const Rect& seen);
float dividerAt(float x, const Rect& seen);

}  // namespace jacobiscope
