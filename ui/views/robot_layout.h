// Where the parts of a robot's stage lie over its scene. Pure functions; lengths in pixels.
#pragma once

#include "ui/views/geometry.h"

namespace jacobiscope {

struct RobotRegions {
  Rect scene;   // everything
  Rect free;    // of it what nothing covers
  Rect legend;  // of the iterations, above
  Rect camera;  // empty: no room, or not wanted
  Rect matrix;  // cells of the action tokens; empty: no room
};

struct RobotParts {
  int steps = 0, dimensions = 0;
  bool camera = true;
  float line = 16;  // height of a line of small text
};

RobotRegions robotRegions(const Rect& area, float scale, const RobotParts& parts);

}  // namespace jacobiscope
