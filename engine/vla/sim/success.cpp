// Whether a task is done, by the world's state.
#include <cmath>

#include "engine/vla/sim/task.h"
#include "engine/vla/sim/world.h"

namespace jacobiscope {
namespace {

constexpr double kAtRest = 0.05;  // metres per second
constexpr double kFlat = 0.006;   // metres that a lying cube's height may differ

bool liesOnTable(const Vector3& at) { return std::abs(at[2] - kCubeHalf) < kFlat; }

bool isAbovePad(const World& world, const Vector3& at) {
  const Pose pad = world.poseOf(Thing::Pad);
  const Vector3 from = rotate(inverse(pad.rotation), at - pad.position);
  return std::abs(from[0]) <= kPadHalf && std::abs(from[1]) <= kPadHalf;
}

bool isPushed(const World& world, const Task& task) {
  const Vector3 at = world.poseOf(task.cube).position;
  const double moved = at[1] - world.startOf(task.cube).y;
  const int side = task.kind == TaskKind::PushLeft ? -1 : 1;
  return side * moved >= kPushDistance && liesOnTable(at);
}

bool isTouched(const World& world, const Task& task) {
  const Placement start = world.startOf(task.cube);
  const Vector3 at = world.poseOf(task.cube).position;
  return world.fingersTouch(task.cube) && std::hypot(at[0] - start.x, at[1] - start.y) < 0.03;
}

}  // namespace

bool isInPlace(const World& world, const Task& task) {
  const Vector3 at = world.poseOf(task.cube).position;
  const Vector3 onto = world.poseOf(task.onto).position;
  switch (task.kind) {
    case TaskKind::Touch: return isTouched(world, task);
    case TaskKind::PushLeft:
    case TaskKind::PushRight: return isPushed(world, task);
    case TaskKind::PutInBowl: return aside(at, onto) < 0.045 && at[2] < 0.045;
    case TaskKind::PutOnPad: return isAbovePad(world, at) && liesOnTable(at);
    case TaskKind::Stack:
      return aside(at, onto) < 0.022 && std::abs(at[2] - onto[2] - 2 * kCubeHalf) < kFlat &&
             liesOnTable(onto);
  }
  return false;
}

bool succeeded(const World& world, const Task& task) {
  if (world.condition() != Condition::Fine || !isInPlace(world, task)) return false;
  if (skillOf(task.kind) == Skill::Push) return true;
  return !world.fingersTouch(task.cube) && world.speedOf(task.cube) < kAtRest;
}

}  // namespace jacobiscope
