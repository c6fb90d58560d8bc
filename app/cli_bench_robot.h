// The part of `bench` for policies that move a robot.
#pragma once

#include "app/arguments.h"
#include "app/model_options.h"

namespace jacobiscope {

// The autoregressive teacher against every other decoder, on the same observations.
int benchRobot(const Arguments& arguments, const OpenModel& model);

}  // namespace jacobiscope
