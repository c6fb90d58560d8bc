// What World shows: poses, and shapes to draw.
#include <algorithm>
#include <array>

#include "engine/vla/sim/simulation.h"
#include "engine/vla/sim/world.h"

namespace jacobiscope {
namespace {

Shape::Kind kindOf(int type) {
  switch (type) {
    case mjGEOM_PLANE: return Shape::Plane;
    case mjGEOM_SPHERE: return Shape::Sphere;
    case mjGEOM_CAPSULE: return Shape::Capsule;
    case mjGEOM_CYLINDER: return Shape::Cylinder;
    case mjGEOM_ELLIPSOID: return Shape::Ellipsoid;
    default: return Shape::Box;
  }
}

}  // namespace

Pose World::tool() const { return m_simulation->toolPose(); }

std::array<double, 6> World::toolFromDown() const {
  const Pose pose = tool();
  const Vector3 turn = rotationVector(pose.rotation * inverse(kToolDown));
  return {pose.position[0], pose.position[1], pose.position[2], turn[0], turn[1], turn[2]};
}

double World::opening() const { return m_simulation->opening(); }
bool World::toldToOpen() const { return m_open; }
Pose World::poseOf(Thing thing) const { return m_simulation->poseOf(thing); }
double World::speedOf(Thing cube) const { return m_simulation->speedOf(cube); }
bool World::fingersTouch(Thing cube) const { return m_simulation->fingersTouch(cube); }
Placement World::startOf(Thing thing) const { return m_start[static_cast<std::size_t>(thing)]; }
std::int64_t World::steps() const { return m_steps; }
double World::seconds() const { return m_simulation->data().time; }

std::vector<double> World::joints() const {
  const Joints joints = m_simulation->joints();
  return {joints.begin(), joints.end()};
}

std::vector<Shape> World::shapes() const {
  const mjModel& model = m_simulation->model();
  const mjData& data = m_simulation->data();
  std::vector<Shape> shapes;
  for (int i = 0; i < model.ngeom; ++i) {
    Shape shape;
    std::copy_n(model.geom_rgba + 4 * i, 4, shape.colour.begin());
    if (shape.colour[3] == 0) continue;
    shape.kind = kindOf(model.geom_type[i]);
    std::copy_n(model.geom_size + 3 * i, 3, shape.size.begin());
    std::copy_n(data.geom_xpos + 3 * i, 3, shape.pose.position.begin());
    mju_mat2Quat(shape.pose.rotation.data(), data.geom_xmat + 9 * i);
    const char* body = mj_id2name(&model, mjOBJ_BODY, model.geom_bodyid[i]);
    const auto thing = std::find(kThingNames.begin(), kThingNames.end(), body ? body : "");
    if (thing != kThingNames.end()) shape.thing = static_cast<int>(thing - kThingNames.begin());
    shapes.push_back(shape);
  }
  return shapes;
}

}  // namespace jacobiscope
