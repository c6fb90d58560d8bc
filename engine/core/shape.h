// A solid shape in space.
#pragma once

#include <array>

#include "engine/core/geometry.h"

namespace jacobiscope {

struct Shape {
  // Box: half sides. Sphere: radius in size[0]. Capsule and Cylinder: radius, then half the
  // length along z (a capsule's without its caps). Ellipsoid: half axes. Plane: half sides in
  // x and y, the normal along z.
  enum Kind { Box, Sphere, Capsule, Cylinder, Ellipsoid, Plane };
  Kind kind = Box;
  Pose pose;                     // of the middle
  Vector3 size{};                // metres
  std::array<float, 4> colour{}; // red, green, blue, alpha in [0, 1], sRGB
  // The thing it is part of, which can be moved by hand: a row of Input::arrays["layout"].
  // -1: nothing of that kind.
  int thing = -1;
};

}  // namespace jacobiscope
