#include "engine/vla/sim/expert.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/vla/sim/world.h"

namespace jacobiscope {
namespace {

// Heights of the tool above the table, in metres. Fingers reach 12 mm below it.
constexpr double kTravel = 0.085;       // clear of everything, also with a cube held
constexpr double kTravelStack = 0.105;  // with a cube held, clear of another
constexpr double kGrasp = 0.020;
constexpr double kTouch = 0.045;        // the fingers press on a cube's top
constexpr double kAboveBowl = 0.050;    // from where a cube is dropped
constexpr double kAway = 0.04;          // upwards, after letting go

constexpr double kAligned = 0.012;   // good enough sideways to go down or let go
constexpr double kNear = 0.018;      // good enough to correct the rest on the way down
constexpr double kLowered = 0.007;   // good enough in height
constexpr double kTurned = 0.12;     // good enough in yaw, radians
// Closing fingers straighten a cube that lies askew (it does by little, see layout.cpp). To turn
// the hand first would be to follow what a camera of 96 pixels hardly shows: a policy that learns
// that guesses, and turns to and fro.
constexpr double kGraspYaw = 0;
constexpr double kBehindCube = 0.054;  // of the tool from the cube it is about to push

// One expert's look at the world.
class Look {
 public:
  Look(const World& world, const Task& task)
      : m_world(world), m_task(task), m_tool(world.tool().position),
        m_cube(world.poseOf(task.cube).position), m_turn(rest(world)) {}

  Action act() const {
    switch (m_task.kind) {
      case TaskKind::Touch: return touch();
      case TaskKind::PushLeft: return push(-1);
      case TaskKind::PushRight: return push(1);
      default: return put();
    }
  }

 private:
  // Roll, pitch and yaw away from pointing down.
  static Vector3 rest(const World& world) {
    const auto pose = world.toolFromDown();
    return {pose[3], pose[4], pose[5]};
  }

  // Towards a place and a yaw, straight, as fast as the limits let.
  Action towards(const Vector3& place, double yaw, bool open) const {
    const Vector3 way = place - m_tool;
    const double widest = std::max({std::abs(way[0]), std::abs(way[1]), std::abs(way[2])});
    const double factor = widest > kMoveLimit ? kMoveLimit / widest : 1;
    const Vector3 turn =
        rotationVector(fromYaw(yaw) * inverse(fromRotationVector(m_turn)));
    Action action{};
    for (int i = 0; i < 3; ++i) {
      action[i] = static_cast<float>(factor * way[i]);
      action[3 + i] = static_cast<float>(std::clamp(turn[i], -kTurnLimit, kTurnLimit));
    }
    action[6] = open ? 1 : 0;
    return action;
  }

  // To above `place`, clear of other things, and down on it. Near it sideways and turned as
  // wanted the way down is free; from low and not so near the first way is up, lest a finger
  // comes down on a cube instead of beside it.
  Action descend(const Vector3& place, double yaw, bool open, double travel = kTravel) const {
    const double away = aside(m_tool, place);
    const bool low = m_tool[2] < travel - 0.02;
    if (away < kNear && (low || std::abs(yaw - m_turn[2]) < 2 * kTurned)) {
      return towards(place, yaw, open);
    }
    if (away >= kNear && low) return towards({m_tool[0], m_tool[1], travel}, yaw, open);
    return towards({place[0], place[1], travel}, yaw, open);
  }

  Action stay(bool open) const { return towards(m_tool, m_turn[2], open); }

  Action touch() const {
    if (succeeded(m_world, m_task)) return stay(false);
    return descend({m_cube[0], m_cube[1], m_cube[2] + kTouch - kCubeHalf}, 0, false);
  }

  Action push(int side) const {
    if (succeeded(m_world, m_task)) return stay(false);
    const double behind = side * (m_cube[1] - m_tool[1]);
    const bool inLane = behind > 0.02 && behind < kBehindCube + 0.02 &&
                        std::abs(m_cube[0] - m_tool[0]) < kAligned;
    if (inLane && m_tool[2] < kGrasp + 0.016) {
      return towards({m_cube[0], m_tool[1] + side * kMoveLimit, kGrasp}, 0, false);
    }
    return descend({m_cube[0], m_cube[1] - side * kBehindCube, kGrasp}, 0, false);
  }

  bool holds() const {
    const double opening = m_world.opening();
    return !m_world.toldToOpen() && opening > 0.030 && opening < 0.060 &&
           aside(m_tool, m_cube) < 0.022 && std::abs(m_tool[2] - m_cube[2]) < 0.025;
  }

  Action grasp() const {
    const Vector3 place{m_cube[0], m_cube[1], std::max(kGrasp, m_cube[2])};
    const bool there = aside(m_tool, place) < kAligned && m_tool[2] < place[2] + kLowered &&
                       std::abs(m_turn[2]) < kTurned;
    if (there) return towards(place, kGraspYaw, false);
    return descend(place, kGraspYaw, true);
  }

  // Where the tool lets go of the cube, as it now holds it.
  Vector3 release() const {
    const Vector3 onto = m_world.poseOf(m_task.onto).position;
    double height = kGrasp + 0.001;
    if (m_task.kind == TaskKind::PutInBowl) height = kAboveBowl;
    if (m_task.kind == TaskKind::Stack) height = onto[2] + 2 * kCubeHalf + 0.001;
    const Vector3 offset = m_tool - m_cube;
    return {onto[0] + offset[0], onto[1] + offset[1], height + offset[2]};
  }

  Action carry() const {
    const bool stack = m_task.kind == TaskKind::Stack;
    const Vector3 place = release();
    const bool there = aside(m_tool, place) < kAligned &&
                       m_tool[2] < place[2] + (stack ? 0.004 : kLowered);
    if (there) return stay(true);
    return descend(place, m_turn[2], false, stack ? kTravelStack : kTravel);
  }

  Action put() const {
    if (isInPlace(m_world, m_task)) {
      const bool letGo = !m_world.fingersTouch(m_task.cube);
      if (!letGo || m_world.toldToOpen()) {
        const double up = letGo ? kAway : 0;
        return towards({m_tool[0], m_tool[1], std::min(m_tool[2] + up, 0.2)}, m_turn[2], true);
      }
    }
    return holds() ? carry() : grasp();
  }

  const World& m_world;
  Task m_task;
  Vector3 m_tool, m_cube, m_turn;
};

}  // namespace

Action expert(const World& world, const Task& task) { return Look(world, task).act(); }

}  // namespace jacobiscope
