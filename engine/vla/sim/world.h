// The simulated table top: an arm with seven joints and a parallel gripper, four cubes, a
// bowl and a pad. Everything follows from the layout and the actions: the same build gives
// the same bits. Not for use by two threads at once. Needs MuJoCo (JACOBISCOPE_WITH_MUJOCO);
// this header does not.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/vla/sim/action.h"
#include "engine/core/shape.h"
#include "engine/vla/sim/things.h"

namespace jacobiscope {

class Simulation;

// Whether a run can go on. Fell: a cube left the table (which one, see World::fallen).
// Diverged: the physics ran away; the world stands as it was before that step.
enum class Condition { Fine, Fell, Diverged };

// Everything that decides what comes next. Restoring it and acting alike gives the same bits.
struct WorldState {
  double seconds = 0;
  std::int64_t steps = 0;
  Condition condition = Condition::Fine;
  Pose target;       // where the tool is told to be
  bool open = true;  // what the gripper is told
  Layout start{};    // where things lay at first
  // MuJoCo's qpos, qvel, qacc_warmstart, ctrl, mocap_pos and mocap_quat, in this order.
  std::vector<double> positions, velocities, warmStart, controls, fixedPositions, fixedTurns;

  bool operator==(const WorldState&) const = default;
};

class World {
 public:
  // With the layout of seed 0. Throws Error where the scene does not load.
  World();
  ~World();
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;

  // The arm at rest, gripper open, things where the layout says. Throws UsageError for a
  // layout with a thing where placementProblem() finds one.
  void reset(const Layout& layout);

  // Moves one thing (dragged by hand, before or during a run) and makes that its start.
  // Throws UsageError where it cannot lie there: off the table, out of the arm's reach, upon
  // another thing, or where the gripper is; the world then stays as it is.
  void place(Thing thing, const Placement& placement);

  // One step of kStepSeconds: limits the action (see action.h), moves the tool's target,
  // finds joint angles for it and lets the servos follow. Where the target would leave the
  // gripper's room or is blocked it stays within reach. Throws UsageError for an action that
  // is no number. In another condition than Fine nothing moves.
  Condition step(const Action& action);

  Condition condition() const;
  // What is wrong, as a sentence with what to do; empty when Fine.
  std::string problem() const;

  WorldState save() const;
  // Throws UsageError for a state of other sizes or with a number that is none; the world
  // then stays as it is.
  void restore(const WorldState& state);

  // The point between the fingertips, z along the fingers. Looking straight down with the
  // fingers along y is kToolDown.
  Pose tool() const;
  // That as the policy sees it: x, y, z in metres and the rotation vector from kToolDown.
  std::array<double, 6> toolFromDown() const;
  double opening() const;    // between the fingers, metres: 0 to 0.08
  bool toldToOpen() const;   // by the last action
  Pose poseOf(Thing thing) const;
  double speedOf(Thing cube) const;        // metres per second
  bool fingersTouch(Thing cube) const;
  Placement startOf(Thing thing) const;    // where it lay at first
  std::int64_t steps() const;              // since reset
  double seconds() const;                  // simulated
  std::vector<double> joints() const;      // the arm's seven angles, radians

  // All visible shapes in a fixed order: fixed parts, the arm from its base on, things.
  std::vector<Shape> shapes() const;

  // For the files of this folder.
  Simulation& simulation() const { return *m_simulation; }

 private:
  void follow(const Pose& wanted);
  void look();
  bool hasFallen(Thing cube) const;

  std::unique_ptr<Simulation> m_simulation;
  Pose m_target;
  bool m_open = true;
  Layout m_start{};
  Condition m_condition = Condition::Fine;
  std::int64_t m_steps = 0;
};

inline constexpr Quaternion kToolDown{0, 0, 1, 0};
inline constexpr double kWidestOpening = 0.08;

}  // namespace jacobiscope
