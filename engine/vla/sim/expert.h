// A scripted expert: what to do now, from the world's state alone. It keeps nothing between
// calls, so it can label any state that a policy has reached.
#pragma once

#include "engine/vla/sim/action.h"
#include "engine/vla/sim/task.h"

namespace jacobiscope {

class World;

// The next action towards the task, within the limits of action.h. Where it is done: up and
// away with an open gripper after putting something down, else no movement.
Action expert(const World& world, const Task& task);

}  // namespace jacobiscope
