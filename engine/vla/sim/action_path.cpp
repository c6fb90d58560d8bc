#include "engine/vla/sim/action_path.h"

#include <algorithm>

#include "engine/core/error.h"
#include "engine/vla/sim/world.h"

namespace jacobiscope {

Pose movedBy(const Pose& from, const Action& action) {
  const auto part = [&](int i, double limit) {
    return std::clamp(static_cast<double>(action[i]), -limit, limit);
  };
  Pose to;
  to.position = from.position + Vector3{part(0, kMoveLimit), part(1, kMoveLimit),
                                        part(2, kMoveLimit)};
  to.rotation = fromRotationVector({part(3, kTurnLimit), part(4, kTurnLimit),
                                    part(5, kTurnLimit)}) * from.rotation;
  return to;
}

std::array<float, kPathSize> pathPoint(const Pose& tool, double open) {
  const Vector3 turn = rotationVector(tool.rotation * inverse(kToolDown));
  std::array<float, kPathSize> point{};
  for (int i = 0; i < 3; ++i) {
    point[i] = static_cast<float>(tool.position[i]);
    point[3 + i] = static_cast<float>(turn[i]);
  }
  point[6] = static_cast<float>(open);
  return point;
}

std::vector<float> actionPath(const Pose& from, std::span<const float> actions) {
  if (actions.size() % kActionSize != 0) {
    throw UsageError("Actions of " + std::to_string(kActionSize) + " dimensions cannot have " +
                     std::to_string(actions.size()) + " values.");
  }
  std::vector<float> path;
  Pose tool = from;
  for (std::size_t at = 0; at < actions.size(); at += kActionSize) {
    Action action{};
    std::copy_n(actions.begin() + static_cast<std::ptrdiff_t>(at), kActionSize, action.begin());
    tool = movedBy(tool, action);
    const auto point = pathPoint(tool, tellsToOpen(action) ? 1 : 0);
    path.insert(path.end(), point.begin(), point.end());
  }
  return path;
}

}  // namespace jacobiscope
