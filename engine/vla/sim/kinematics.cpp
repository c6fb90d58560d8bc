#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "engine/vla/sim/simulation.h"

namespace jacobiscope {
namespace {

constexpr double kDamping = 0.02;     // l: keeps steps bounded where the arm is stretched out
constexpr double kPosture = 0.05;     // how fast the null space drifts to the rest posture
constexpr double kRadian = 0.2;       // metres that an error of one radian counts as
constexpr double kLargestStep = 0.4;  // radians a joint moves at most in one iteration
constexpr double kEnough = 1e-6;      // metres
constexpr int kIterations = 40;

using Wrench = std::array<double, 6>;

// What is missing: metres, then the rotation vector, in the world's axes.
Wrench missing(const Pose& target, const Pose& tool) {
  const Vector3 shift = target.position - tool.position;
  const Vector3 turn = rotationVector(target.rotation * inverse(tool.rotation));
  return {shift[0], shift[1], shift[2], turn[0], turn[1], turn[2]};
}

double size(const Wrench& error) {
  return std::hypot(error[0], error[1], error[2]) +
         kRadian * std::hypot(error[3], error[4], error[5]);
}

using Jacobian = std::array<std::array<double, kJoints>, 6>;

// J J^T + l^2 I, which is positive definite, as its Cholesky factor.
using Factor = std::array<mjtNum, 36>;

Factor dampedFactor(const Jacobian& jacobian) {
  Factor product{};
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j < 6; ++j) {
      for (int k = 0; k < kJoints; ++k) product[6 * i + j] += jacobian[i][k] * jacobian[j][k];
    }
    product[7 * i] += kDamping * kDamping;
  }
  mju_cholFactor(product.data(), 6, 1e-12);
  return product;
}

// x = (J J^T + l^2 I)^-1 e.
Wrench solved(const Factor& factor, const Wrench& error) {
  Wrench solution{};
  mju_cholSolve(solution.data(), factor.data(), error.data(), 6);
  return solution;
}

Joints back(const Jacobian& jacobian, const Wrench& wrench) {
  Joints joints{};
  for (int k = 0; k < kJoints; ++k) {
    for (int i = 0; i < 6; ++i) joints[k] += jacobian[i][k] * wrench[i];
  }
  return joints;
}

// The step that mends the error, and besides that, where it does not disturb it, one to rest.
Joints stepTowards(const Jacobian& jacobian, const Wrench& error, const Joints& now) {
  const Factor factor = dampedFactor(jacobian);
  Joints step = back(jacobian, solved(factor, error));
  Joints wish{};
  for (int k = 0; k < kJoints; ++k) wish[k] = kPosture * (restJoints()[k] - now[k]);
  Wrench disturbance{};
  for (int i = 0; i < 6; ++i) {
    for (int k = 0; k < kJoints; ++k) disturbance[i] += jacobian[i][k] * wish[k];
  }
  const Joints undo = back(jacobian, solved(factor, disturbance));
  for (int k = 0; k < kJoints; ++k) step[k] += wish[k] - undo[k];
  return step;
}

}  // namespace

Simulation::Solution Simulation::solve(const Pose& target, const Joints& start) const {
  const mjModel* model = m_model.get();
  mjData* scratch = m_scratch.get();
  std::copy_n(m_data->qpos, model->nq, scratch->qpos);
  std::vector<mjtNum> rows(static_cast<std::size_t>(6 * model->nv));
  Solution best;
  Joints joints = start;
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    std::copy(joints.begin(), joints.end(), scratch->qpos);
    mj_kinematics(model, scratch);
    mj_comPos(model, scratch);
    const Pose tool = toolIn(*scratch);
    const Wrench error = missing(target, tool);
    if (iteration == 0 || size(error) < best.error) best = {joints, tool, size(error)};
    if (best.error < kEnough) break;
    mj_jacSite(model, scratch, rows.data(), rows.data() + 3 * model->nv, m_tool);
    Jacobian jacobian;
    for (int i = 0; i < 6; ++i) std::copy_n(&rows[i * model->nv], kJoints, jacobian[i].begin());
    const Joints step = stepTowards(jacobian, error, joints);
    for (int k = 0; k < kJoints; ++k) {
      joints[k] = std::clamp(joints[k] + std::clamp(step[k], -kLargestStep, kLargestStep),
                             model->jnt_range[2 * k], model->jnt_range[2 * k + 1]);
    }
  }
  return best;
}

}  // namespace jacobiscope
