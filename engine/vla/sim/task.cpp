#include "engine/vla/sim/task.h"

#include <cmath>

#include "engine/core/random.h"
#include "engine/vla/sim/layout.h"

namespace jacobiscope {
namespace {

// Room that the gripper needs behind a cube it pushes, that the cube needs in front, and to
// either side of the lane besides half of what stands there.
constexpr double kBehind = 0.075, kInFront = 0.13;
constexpr double kLane = 0.04;

bool laneIsFree(const Layout& layout, Thing cube, int side) {
  const Placement& from = layout[static_cast<std::size_t>(cube)];
  if (!kReach.contains(from.x, from.y + side * (kPushDistance + 0.03))) return false;
  for (int i = 0; i < kThings; ++i) {
    const auto other = static_cast<Thing>(i);
    if (other == cube || other == Thing::Pad) continue;  // things slide over the pad
    const double half = other == Thing::Bowl ? kBowlOuter : 0.03;
    const double ahead = side * (layout[i].y - from.y);
    const bool beside = std::abs(layout[i].x - from.x) > kLane + half;
    if (!beside && ahead > -(kBehind + half) && ahead < kInFront + half) return false;
  }
  return true;
}

}  // namespace

Skill skillOf(TaskKind kind) {
  switch (kind) {
    case TaskKind::PutInBowl:
    case TaskKind::PutOnPad: return Skill::PickAndPlace;
    case TaskKind::Stack: return Skill::Stack;
    default: return Skill::Push;
  }
}

Task makeTask(TaskKind kind, Thing cube, Thing other) {
  if (kind == TaskKind::PutOnPad) other = Thing::Pad;
  if (kind != TaskKind::PutOnPad && kind != TaskKind::Stack) other = Thing::Bowl;
  return {kind, cube, other};
}

std::vector<Task> allTasks() {
  std::vector<Task> tasks;
  for (int kind = 0; kind < kTaskKinds; ++kind) {
    for (int upper = 0; upper < kCubes; ++upper) {
      if (static_cast<TaskKind>(kind) != TaskKind::Stack) {
        tasks.push_back(makeTask(static_cast<TaskKind>(kind), cube(upper)));
        continue;
      }
      for (int lower = 0; lower < kCubes; ++lower) {
        if (lower != upper) tasks.push_back(makeTask(TaskKind::Stack, cube(upper), cube(lower)));
      }
    }
  }
  return tasks;
}

Task randomTask(std::uint64_t seed, const std::vector<TaskKind>& kinds) {
  // Kinds in turn, so that every set of seeds in a row has as many of each.
  const std::uint64_t count = kinds.empty() ? kTaskKinds : kinds.size();
  const auto index = static_cast<std::size_t>(seed % count);
  const TaskKind kind = kinds.empty() ? static_cast<TaskKind>(index) : kinds[index];
  const std::vector<float> drawn = uniforms(seed, Purpose::Data, ~std::uint32_t{0}, 2);
  const int first = static_cast<int>(drawn[0] * kCubes);
  const int step = 1 + static_cast<int>(drawn[1] * (kCubes - 1));
  return makeTask(kind, cube(first), cube((first + step) % kCubes));
}

Layout layoutFor(const Task& task, std::uint64_t seed) {
  const bool pushed = task.kind == TaskKind::PushLeft || task.kind == TaskKind::PushRight;
  const int side = task.kind == TaskKind::PushLeft ? -1 : 1;
  for (std::uint32_t attempt = 0;; ++attempt) {
    const Layout layout = randomLayout(seed, attempt);
    if (!pushed || laneIsFree(layout, task.cube, side)) return layout;
  }
}

}  // namespace jacobiscope
