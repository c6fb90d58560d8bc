#include "engine/vla/sim/simulation.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/core/error.h"

namespace jacobiscope {
namespace {

constexpr double kFastest = 500;  // radians or metres per second: nothing here is so fast
constexpr double kFurthest = 50;  // metres

int find(const mjModel& model, mjtObj type, std::string_view name) {
  const int id = mj_name2id(&model, type, std::string(name).c_str());
  if (id < 0) throw Error("The scene lacks \"" + std::string(name) + "\".");
  return id;
}

}  // namespace

const Joints& restJoints() {
  // Shoulder, elbow and wrist in one plane and the tool pointing down: their sum is pi.
  static const Joints joints = {0, 0.3472, 0, 1.9434, 0, 0.8510, 0};
  return joints;
}

Simulation::Simulation() : m_model(loadTabletop()) {
  m_data.reset(mj_makeData(m_model.get()));
  m_scratch.reset(mj_makeData(m_model.get()));
  if (!m_data || !m_scratch) throw Error("No memory for the simulation.");
  m_tool = find(*m_model, mjOBJ_SITE, "tool");
  const std::array<std::string_view, 2> fingers = {"left finger", "right finger"};
  for (std::size_t i = 0; i < fingers.size(); ++i) {
    m_fingerGeoms[i] = find(*m_model, mjOBJ_GEOM, fingers[i]);
    m_fingerJoints[i] = m_model->jnt_qposadr[find(*m_model, mjOBJ_JOINT, fingers[i])];
  }
  for (std::size_t i = 0; i < kThings; ++i) {
    m_bodies[i] = find(*m_model, mjOBJ_BODY, kThingNames[i]);
    if (i >= kCubes) continue;
    m_cubeGeoms[i] = find(*m_model, mjOBJ_GEOM, kThingNames[i]);
    const int joint = m_model->body_jntadr[m_bodies[i]];
    m_cubePositions[i] = m_model->jnt_qposadr[joint];
    m_cubeVelocities[i] = m_model->jnt_dofadr[joint];
  }
}

void Simulation::reset(const Joints& joints, double opening, const Layout& layout) {
  mj_resetData(m_model.get(), m_data.get());
  std::copy(joints.begin(), joints.end(), m_data->qpos);
  for (const int finger : m_fingerJoints) m_data->qpos[finger] = opening / 2;
  for (int i = 0; i < kThings; ++i) place(static_cast<Thing>(i), layout[i]);
  command(joints, opening);
  refresh();
}

void Simulation::place(Thing thing, const Placement& placement) {
  const auto index = static_cast<std::size_t>(thing);
  const Quaternion turn = fromYaw(placement.yaw);
  if (isCube(thing)) {
    mjtNum* position = m_data->qpos + m_cubePositions[index];
    position[0] = placement.x;
    position[1] = placement.y;
    position[2] = kCubeHalf;
    std::copy(turn.begin(), turn.end(), position + 3);
    mjtNum* velocity = m_data->qvel + m_cubeVelocities[index];
    std::fill_n(velocity, 6, 0);
    std::fill_n(m_data->qacc_warmstart + m_cubeVelocities[index], 6, 0);
  } else {
    const int mocap = m_model->body_mocapid[m_bodies[index]];
    m_data->mocap_pos[3 * mocap] = placement.x;
    m_data->mocap_pos[3 * mocap + 1] = placement.y;
    m_data->mocap_pos[3 * mocap + 2] = 0;
    std::copy(turn.begin(), turn.end(), m_data->mocap_quat + 4 * mocap);
  }
}

// mj_step1 and mj_step2 in their parts, with two things between: contacts that cannot be are
// dropped, and the motors of arm and gripper hold their weight and make up for the Coriolis
// and centrifugal forces on them, as robots do.
bool Simulation::advance() {
  const mjModel* model = m_model.get();
  mjData* data = m_data.get();
  refresh();
  mj_crb(model, data);
  mj_factorM(model, data);
  mj_makeConstraint(model, data);
  mj_transmission(model, data);
  mj_projectConstraint(model, data);
  mj_fwdVelocity(model, data);
  std::copy_n(data->qfrc_bias, kJoints + 2, data->qfrc_applied);
  mj_fwdActuation(model, data);
  mj_fwdAcceleration(model, data);
  mj_fwdConstraint(model, data);
  if (!bounded()) return false;
  mj_Euler(model, data);
  return bounded();
}

void Simulation::refresh() {
  // mj_kinematics makes turns of unit length where they stand. Doing so once more changes
  // their last bits, and a state read after it would not come back as it was.
  const std::vector<mjtNum> positions(m_data->qpos, m_data->qpos + m_model->nq);
  const std::vector<mjtNum> turns(m_data->mocap_quat, m_data->mocap_quat + 4 * m_model->nmocap);
  mj_kinematics(m_model.get(), m_data.get());
  std::copy(positions.begin(), positions.end(), m_data->qpos);
  std::copy(turns.begin(), turns.end(), m_data->mocap_quat);
  mj_comPos(m_model.get(), m_data.get());
  mj_camlight(m_model.get(), m_data.get());
  mj_tendon(m_model.get(), m_data.get());
  mj_collision(m_model.get(), m_data.get());
  dropImpossibleContacts();
}

bool Simulation::bounded() const {
  const auto within = [](const mjtNum* values, int count, double limit) {
    // Written so that a NaN fails.
    return std::all_of(values, values + count, [&](double v) { return std::abs(v) <= limit; });
  };
  return within(m_data->qpos, m_model->nq, kFurthest) &&
         within(m_data->qvel, m_model->nv, kFastest) && within(m_data->qacc, m_model->nv, 1e8);
}

Pose Simulation::toolPose() const { return toolIn(*m_data); }

Pose Simulation::toolIn(const mjData& data) const {
  Pose pose;
  std::copy_n(data.site_xpos + 3 * m_tool, 3, pose.position.begin());
  mju_mat2Quat(pose.rotation.data(), data.site_xmat + 9 * m_tool);
  return pose;
}

double Simulation::opening() const {
  return m_data->qpos[m_fingerJoints[0]] + m_data->qpos[m_fingerJoints[1]];
}

Joints Simulation::joints() const {
  Joints joints;
  std::copy_n(m_data->qpos, kJoints, joints.begin());
  return joints;
}

Pose Simulation::poseOf(Thing thing) const {
  const int body = m_bodies[static_cast<std::size_t>(thing)];
  Pose pose;
  std::copy_n(m_data->xpos + 3 * body, 3, pose.position.begin());
  std::copy_n(m_data->xquat + 4 * body, 4, pose.rotation.begin());
  return pose;
}

double Simulation::speedOf(Thing cube) const {
  const mjtNum* velocity = m_data->qvel + m_cubeVelocities[static_cast<std::size_t>(cube)];
  return std::hypot(velocity[0], velocity[1], velocity[2]);
}

void Simulation::command(const Joints& joints, double opening) {
  std::copy(joints.begin(), joints.end(), m_data->ctrl);
  m_data->ctrl[kJoints] = m_data->ctrl[kJoints + 1] = opening / 2;
}

Joints Simulation::commandedJoints() const {
  Joints joints;
  std::copy_n(m_data->ctrl, kJoints, joints.begin());
  return joints;
}

}  // namespace jacobiscope
