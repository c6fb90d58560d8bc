// What a policy is given at each step.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "engine/vla/sim/camera.h"

namespace jacobiscope {

class World;

// The tool's x, y, z (metres), its rotation vector away from pointing straight down
// (radians) and the gripper's opening (metres).
inline constexpr int kProprioceptionSize = 7;
using Proprioception = std::array<float, kProprioceptionSize>;
inline constexpr std::array<std::string_view, kProprioceptionSize> kProprioceptionNames = {
    "x", "y", "z", "rx", "ry", "rz", "opening"};

struct Observation {
  CameraPicture picture;
  Proprioception proprioception{};
  std::string instruction;
};

Proprioception proprioceptionOf(const World& world);
Observation observe(const World& world, Camera& camera, const std::string& instruction);

}  // namespace jacobiscope
