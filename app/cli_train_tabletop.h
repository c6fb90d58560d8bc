// train data tabletop: demonstrations of the scripted expert. Needs MuJoCo, not LibTorch.
#pragma once

#include <string>

#include "app/arguments.h"

namespace jacobiscope {

// Whether the operands are `data tabletop`.
bool wantsTabletop(const Arguments& arguments);

// Writes --out. Throws Error in a build without a simulator.
int writeTabletop(const Arguments& arguments);

// What `train --recipes` prints of it.
std::string tabletopHelp();

}  // namespace jacobiscope
