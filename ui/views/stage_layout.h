// Which part of the stage each view gets. Pure functions; lengths in pixels, `scale` the
// pixels of one unit of design.
#pragma once

#include <vector>

#include "ui/views/geometry.h"

namespace jacobiscope {

struct StageRegions {
  Rect strip;   // empty where the stage is too low for it
  Rect centre;  // sample and per-patch residual
  Rect side;    // sliders and schedule
  Rect map;     // convergence map
  Rect curves;
};

StageRegions stageRegions(glm::vec2 size, float scale, bool withStrip);

// `count` boxes side by side (or stacked where that makes them larger), each with room
// for a caption below.
std::vector<Rect> tiles(const Rect& area, int count, float gap, float caption);

// The entries of the strip from left to right, square, as large as fits.
std::vector<Rect> stripEntries(const Rect& area, int count, float gap, float caption);

}  // namespace jacobiscope
