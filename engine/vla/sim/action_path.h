// Where actions would lead the tool, told from the actions alone: no physics.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "engine/core/geometry.h"
#include "engine/vla/sim/action.h"

namespace jacobiscope {

// Where a step takes a tool that is told to be at `from`: each movement cut off at its limit,
// added in the world's axes. What stops the real one (reach, things in the way) is not known here.
Pose movedBy(const Pose& from, const Action& action);

// A tool as the fact "path" of engine/core/sweep.h has it: x, y, z (metres), the rotation vector
// away from pointing straight down (radians), the gripper (0 closed ... 1 open).
inline constexpr int kPathSize = 7;
std::array<float, kPathSize> pathPoint(const Pose& tool, double open);

// The tool after each step, [steps, kPathSize]. `actions` [steps, kActionSize] of values that are
// numbers; throws UsageError where they are no whole number of steps.
std::vector<float> actionPath(const Pose& from, std::span<const float> actions);

// Whether an action tells the gripper to open, else to close.
inline bool tellsToOpen(const Action& action) { return action[6] > 0.5f; }

}  // namespace jacobiscope
