#include <algorithm>
#include <cmath>

#include "engine/vla/sim/simulation.h"

namespace jacobiscope {
namespace {

constexpr double kSlack = 0.003;    // a contact point lies between two surfaces that overlap
constexpr double kDeepest = 0.02;  // deeper than this is another thing's other side

// Whether the point lies within the box, or no further outside than the slack.
bool nearBox(const mjModel& model, const mjData& data, int geom, const mjtNum* point) {
  const mjtNum* centre = data.geom_xpos + 3 * geom;
  const mjtNum* axes = data.geom_xmat + 9 * geom;  // row-major: columns are the box's axes
  for (int axis = 0; axis < 3; ++axis) {
    double along = 0;
    for (int i = 0; i < 3; ++i) along += (point[i] - centre[i]) * axes[3 * i + axis];
    if (std::abs(along) > model.geom_size[3 * geom + axis] + kSlack) return false;
  }
  return true;
}

}  // namespace

bool isPossible(const mjModel& model, const mjData& data, const mjContact& contact) {
  if (!(contact.dist > -kDeepest)) return false;
  const double norm = std::hypot(contact.frame[0], contact.frame[1], contact.frame[2]);
  if (!(std::abs(norm - 1) < 1e-3)) return false;
  for (const int geom : {contact.geom1, contact.geom2}) {
    if (model.geom_type[geom] == mjGEOM_BOX && !nearBox(model, data, geom, contact.pos)) {
      return false;
    }
    // MuJoCo's planes are endless; this table is not.
    const bool plane = model.geom_type[geom] == mjGEOM_PLANE && data.geom_xpos[3 * geom + 2] == 0;
    if (plane && !kTable.contains(contact.pos[0], contact.pos[1])) return false;
  }
  return true;
}

// Taken out between detection and constraints: contacts with the endless plane beyond the
// table's edge, and those that MuJoCo 2.2's test of two boxes can report far from both of them,
// which would throw resting cubes about.
void Simulation::dropImpossibleContacts() {
  mjData& data = *m_data;
  int kept = 0;
  for (int i = 0; i < data.ncon; ++i) {
    if (!isPossible(*m_model, data, data.contact[i])) continue;
    if (kept != i) data.contact[kept] = data.contact[i];
    ++kept;
  }
  data.ncon = kept;
}

bool Simulation::fingersTouch(Thing cube) const {
  const int wanted = m_cubeGeoms[static_cast<std::size_t>(cube)];
  return std::any_of(m_data->contact, m_data->contact + m_data->ncon, [&](const mjContact& c) {
    const int other = c.geom1 == wanted ? c.geom2 : c.geom2 == wanted ? c.geom1 : -1;
    return other == m_fingerGeoms[0] || other == m_fingerGeoms[1];
  });
}

}  // namespace jacobiscope
