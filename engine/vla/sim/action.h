// What a policy says at each step, in OpenVLA's seven dimensions (arXiv 2406.09246), and how
// much of it the arm does.
#pragma once

#include <array>
#include <string_view>

namespace jacobiscope {

inline constexpr int kActionSize = 7;
// dx, dy, dz in metres and droll, dpitch, dyaw in radians (a rotation vector), both in the
// world's axes and added to the tool's pose; then the gripper: above 0.5 open, else closed.
using Action = std::array<float, kActionSize>;

inline constexpr std::array<std::string_view, kActionSize> kActionNames = {
    "x", "y", "z", "roll", "pitch", "yaw", "gripper"};

// A step does at most this much in each dimension; what exceeds it is cut off.
inline constexpr double kMoveLimit = 0.04;  // metres
inline constexpr double kTurnLimit = 0.25;  // radians

// Seconds of simulated time that a step takes: five steps a second.
inline constexpr double kStepSeconds = 0.2;

}  // namespace jacobiscope
