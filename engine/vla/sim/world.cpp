#include "engine/vla/sim/world.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/core/error.h"
#include "engine/vla/sim/action_path.h"
#include "engine/vla/sim/layout.h"
#include "engine/vla/sim/simulation.h"

namespace jacobiscope {
namespace {

// The room of the tool: above the table with some margin around what is in reach.
constexpr Rectangle kRoom{-0.29, 0.29, 0.24, 0.66};
constexpr double kLowest = 0.012, kHighest = 0.36;
// How far the tool may tilt, and turn about z, from pointing down.
constexpr double kTilt = 0.5, kTurn = 1.6;
// The target never runs further ahead of a tool that is held up by something.
constexpr double kLeash = 0.015, kTurnLeash = 0.12;
// The share of a step in which the servos' goal moves; in the rest they come to stand.
constexpr double kRamp = 0.6;

double cut(double value, double limit) { return std::clamp(value, -limit, limit); }

Vector3 shortened(const Vector3& v, double limit) {
  const double size = length(v);
  return size > limit ? (limit / size) * v : v;
}

Pose withinRoom(Pose pose) {
  Vector3& p = pose.position;
  p = {std::clamp(p[0], kRoom.near, kRoom.far), std::clamp(p[1], kRoom.left, kRoom.right),
       std::clamp(p[2], kLowest, kHighest)};
  const Vector3 turn = rotationVector(pose.rotation * inverse(kToolDown));
  pose.rotation = fromRotationVector({cut(turn[0], kTilt), cut(turn[1], kTilt),
                                      cut(turn[2], kTurn)}) * kToolDown;
  return pose;
}

Pose onLeash(const Pose& target, const Pose& tool) {
  const Vector3 ahead = shortened(target.position - tool.position, kLeash);
  const Vector3 turn = shortened(rotationVector(target.rotation * inverse(tool.rotation)),
                                 kTurnLeash);
  return {tool.position + ahead, fromRotationVector(turn) * tool.rotation};
}

}  // namespace

World::World() : m_simulation(std::make_unique<Simulation>()) { reset(randomLayout(0)); }
World::~World() = default;
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

void World::reset(const Layout& layout) {
  for (int i = 0; i < kThings; ++i) {
    const std::string problem = placementProblem(layout, static_cast<Thing>(i), layout[i]);
    if (!problem.empty()) throw UsageError(problem);
  }
  m_simulation->reset(restJoints(), kWidestOpening, layout);
  m_target = m_simulation->toolPose();
  m_open = true;
  m_start = layout;
  m_condition = Condition::Fine;
  m_steps = 0;
}

void World::place(Thing thing, const Placement& placement) {
  Layout now{};
  for (int i = 0; i < kThings; ++i) {
    const Pose pose = poseOf(static_cast<Thing>(i));
    now[i] = {pose.position[0], pose.position[1], yawOf(pose.rotation)};
  }
  std::string problem = placementProblem(now, thing, placement);
  const Vector3 hand = tool().position;
  if (problem.empty() && hand[2] < 0.1 &&
      std::hypot(hand[0] - placement.x, hand[1] - placement.y) < 0.09) {
    problem = "The " + std::string(nameOf(thing)) + " cannot be put where the gripper is.";
  }
  if (!problem.empty()) throw UsageError(problem);
  m_simulation->place(thing, placement);
  m_simulation->refresh();
  m_start[static_cast<std::size_t>(thing)] = placement;
  if (m_condition == Condition::Fell) look();
}

Condition World::step(const Action& action) {
  for (int i = 0; i < kActionSize; ++i) {
    if (!std::isfinite(action[i])) {
      throw UsageError("The action's " + std::string(kActionNames[i]) + " is no number.");
    }
  }
  if (m_condition != Condition::Fine) return m_condition;
  const WorldState before = save();
  m_open = tellsToOpen(action);
  try {
    follow(withinRoom(movedBy(onLeash(m_target, tool()), action)));
  } catch (const Error&) {
    m_condition = Condition::Diverged;  // MuJoCo itself gave up
  }
  if (m_condition == Condition::Diverged) {
    restore(before);
    m_condition = Condition::Diverged;
    return m_condition;
  }
  ++m_steps;
  look();
  return m_condition;
}

void World::follow(const Pose& wanted) {
  const Joints from = m_simulation->commandedJoints();
  const Simulation::Solution solution = m_simulation->solve(wanted, from);
  m_target = solution.reached;
  const int count = static_cast<int>(std::lround(kStepSeconds /
                                                 m_simulation->model().opt.timestep));
  for (int i = 1; i <= count; ++i) {
    const double done = std::min(1.0, i / (kRamp * count));
    Joints goal;
    for (int k = 0; k < kJoints; ++k) goal[k] = from[k] + done * (solution.joints[k] - from[k]);
    m_simulation->command(goal, m_open ? kWidestOpening : 0);
    if (!m_simulation->advance()) {
      m_condition = Condition::Diverged;
      return;
    }
  }
  m_simulation->refresh();
}

bool World::hasFallen(Thing cube) const {
  const Vector3 at = poseOf(cube).position;
  return !kTable.contains(at[0], at[1]) || at[2] < 0;
}

void World::look() {
  m_condition = Condition::Fine;
  for (int i = 0; i < kCubes; ++i) {
    if (hasFallen(cube(i))) m_condition = Condition::Fell;
  }
}

Condition World::condition() const { return m_condition; }

std::string World::problem() const {
  if (m_condition == Condition::Diverged) {
    return "The simulation diverged in step " + std::to_string(m_steps + 1) +
           "; the world stands as before it. Start again with another seed.";
  }
  for (int i = 0; i < kCubes && m_condition == Condition::Fell; ++i) {
    if (!hasFallen(cube(i))) continue;
    return "The " + std::string(nameOf(cube(i))) +
           " fell off the table. Put it back, or start again.";
  }
  return {};
}

WorldState World::save() const {
  const mjModel& model = m_simulation->model();
  const mjData& data = m_simulation->data();
  const auto copy = [](const mjtNum* values, int count) {
    return std::vector<double>(values, values + count);
  };
  WorldState state;
  state.seconds = data.time;
  state.steps = m_steps;
  state.condition = m_condition;
  state.target = m_target;
  state.open = m_open;
  state.start = m_start;
  state.positions = copy(data.qpos, model.nq);
  state.velocities = copy(data.qvel, model.nv);
  state.warmStart = copy(data.qacc_warmstart, model.nv);
  state.controls = copy(data.ctrl, model.nu);
  state.fixedPositions = copy(data.mocap_pos, 3 * model.nmocap);
  state.fixedTurns = copy(data.mocap_quat, 4 * model.nmocap);
  return state;
}

void World::restore(const WorldState& state) {
  const mjModel& model = m_simulation->model();
  mjData& data = m_simulation->data();
  // An exception thrown out of MuJoCo leaves what it had on its stack there.
  data.pstack = 0;
  const auto check = [](const auto& values, int count) {
    const bool finite = std::all_of(values.begin(), values.end(),
                                    [](double v) { return std::isfinite(v); });
    if (values.size() != static_cast<std::size_t>(count) || !finite) {
      throw UsageError("The saved state does not belong to this simulation.");
    }
  };
  check(state.positions, model.nq);
  check(state.velocities, model.nv);
  check(state.warmStart, model.nv);
  check(state.controls, model.nu);
  check(state.fixedPositions, 3 * model.nmocap);
  check(state.fixedTurns, 4 * model.nmocap);
  check(std::array{state.seconds}, 1);
  check(state.target.position, 3);
  check(state.target.rotation, 4);
  for (const Placement& at : state.start) check(std::array{at.x, at.y, at.yaw}, 3);
  const auto copy = [](const std::vector<double>& values, mjtNum* to) {
    std::copy(values.begin(), values.end(), to);
  };
  data.time = state.seconds;
  copy(state.positions, data.qpos);
  copy(state.velocities, data.qvel);
  copy(state.warmStart, data.qacc_warmstart);
  copy(state.controls, data.ctrl);
  copy(state.fixedPositions, data.mocap_pos);
  copy(state.fixedTurns, data.mocap_quat);
  m_steps = state.steps;
  m_condition = state.condition;
  m_target = state.target;
  m_open = state.open;
  m_start = state.start;
  m_simulation->refresh();
}

}  // namespace jacobiscope
