// What lies on the table and where it may lie. All lengths in metres; the arm stands at the
// origin and looks along +x. The camera looks back at it, so that +y is to the right in
// the picture. resources/scenes/tabletop.xml holds the same sizes.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace jacobiscope {

enum class Thing { RedCube, GreenCube, BlueCube, YellowCube, Bowl, Pad };
inline constexpr int kCubes = 4;  // the first four things
inline constexpr int kThings = 6;

inline constexpr std::array<std::string_view, kThings> kThingNames = {
    "red cube", "green cube", "blue cube", "yellow cube", "bowl", "pad"};

inline constexpr std::string_view nameOf(Thing thing) {
  return kThingNames[static_cast<std::size_t>(thing)];
}
inline constexpr bool isCube(Thing thing) { return static_cast<int>(thing) < kCubes; }
inline constexpr Thing cube(int index) { return static_cast<Thing>(index); }

// Half the side of a cube.
inline constexpr double kCubeHalf = 0.02;
// The bowl's outer radius, and half a side of the square pad, which lies flat.
inline constexpr double kBowlOuter = 0.066;
inline constexpr double kPadHalf = 0.045;

// A rectangle seen from above.
struct Rectangle {
  double left = 0, right = 0;  // y
  double near = 0, far = 0;    // x: from the arm's side

  bool contains(double x, double y) const {
    return x >= near && x <= far && y >= left && y <= right;
  }
};

// The table's surface, at z = 0; beyond it things fall.
inline constexpr Rectangle kTable{-0.34, 0.34, 0.14, 0.72};
// Where the gripper reaches with its tool pointing down, and things may be put.
inline constexpr Rectangle kReach{-0.25, 0.25, 0.28, 0.62};

// Where a thing lies: its middle and its turn about z, in radians.
struct Placement {
  double x = 0, y = 0, yaw = 0;

  bool operator==(const Placement&) const = default;
};
using Layout = std::array<Placement, kThings>;

}  // namespace jacobiscope
