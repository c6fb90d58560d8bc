// The part of `evaluate` for policies that move a robot.
#pragma once

#include "app/arguments.h"
#include "app/model_options.h"

namespace jacobiscope {

// How often each decoder does what it is told, and how fast, on the same scenes.
int evaluateRobot(const Arguments& arguments, const OpenModel& model);

}  // namespace jacobiscope
