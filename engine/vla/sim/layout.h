// Where things lie at the start of an episode.
#pragma once

#include <cstdint>
#include <string>

#include "engine/vla/sim/things.h"

namespace jacobiscope {

// Every thing somewhere in reach, apart from all others by enough for the gripper to get
// between. `attempt` gives other layouts of the same seed.
Layout randomLayout(std::uint64_t seed, std::uint32_t attempt = 0);

// Why `thing` cannot lie there among the others of the layout, as a sentence; empty: it can.
// Cubes may lie on the pad; nothing may lie upon anything else.
std::string placementProblem(const Layout& others, Thing thing, const Placement& placement);

}  // namespace jacobiscope
