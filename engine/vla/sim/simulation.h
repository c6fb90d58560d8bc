// The physics behind World: the compiled scene and its state in MuJoCo's own types. Only the
// files of this folder see it.
#pragma once

#include <array>

#include "engine/core/geometry.h"
#include "engine/vla/sim/mujoco_handles.h"
#include "engine/vla/sim/things.h"

namespace jacobiscope {

inline constexpr int kJoints = 7;
using Joints = std::array<double, kJoints>;  // radians, from the base to the hand

class Simulation {
 public:
  Simulation();

  const mjModel& model() const { return *m_model; }
  // Readers get it without const because MuJoCo's drawing functions ask for it so.
  mjData& data() const { return *m_data; }

  // Everything at rest: the arm in `joints` with the gripper `opening` metres wide, things
  // where `layout` says.
  void reset(const Joints& joints, double opening, const Layout& layout);
  void place(Thing thing, const Placement& placement);

  // One time step of the physics. False where a number left all bounds; the state is then
  // of no use.
  bool advance();
  // Derived quantities (poses, contacts) of the present positions, for reading. Changes
  // nothing that the next step depends on.
  void refresh();

  Pose toolPose() const;
  double opening() const;  // between the fingers' inner faces, metres
  Joints joints() const;
  Pose poseOf(Thing thing) const;
  double speedOf(Thing cube) const;             // metres per second
  bool fingersTouch(Thing cube) const;          // as of the last refresh()

  // What the servos aim at.
  void command(const Joints& joints, double opening);
  Joints commandedJoints() const;

  // Joint angles for which the tool has the pose `target`, by damped least squares from the
  // angles `start` (Wampler 1986: dq = J^T (J J^T + l^2 I)^-1 e), pulled towards the rest
  // posture in the null space of the seventh joint. Where the pose is out of reach, the
  // nearest that was found.
  struct Solution {
    Joints joints{};
    Pose reached;
    double error = 0;  // metres, radians counted as 0.2 metres each
  };
  Solution solve(const Pose& target, const Joints& start) const;

 private:
  Pose toolIn(const mjData& data) const;
  void dropImpossibleContacts();
  bool bounded() const;

  ModelHandle m_model;
  DataHandle m_data;
  DataHandle m_scratch;  // for inverse kinematics
  int m_tool = -1;       // site
  std::array<int, 2> m_fingerGeoms{};
  std::array<int, 2> m_fingerJoints{};  // addresses in qpos
  std::array<int, kThings> m_bodies{};
  std::array<int, kCubes> m_cubeGeoms{};
  std::array<int, kCubes> m_cubePositions{};   // addresses in qpos
  std::array<int, kCubes> m_cubeVelocities{};  // addresses in qvel
};

// Whether a contact that collision detection reports can be one: its normal must be of unit
// length and its depth small, its point must lie within or near each box among the two, and
// on the table where it is with the table.
bool isPossible(const mjModel& model, const mjData& data, const mjContact& contact);

// The arm's posture at the start of every episode: the tool above the table, pointing down.
const Joints& restJoints();

}  // namespace jacobiscope
