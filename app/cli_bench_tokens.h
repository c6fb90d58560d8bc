// The part of `bench` for models of tokens.
#pragma once

#include "app/arguments.h"
#include "app/model_options.h"

namespace jacobiscope {

// Sequential against every other decoder at several windows, on several seeds.
int benchTokens(const Arguments& arguments, const OpenModel& model);

}  // namespace jacobiscope
