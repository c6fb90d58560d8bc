// The robot family's line in the registration list. No Torch here.
#pragma once

#include "engine/core/family.h"

namespace jacobiscope {

FamilyEntry vlaFamily();

}  // namespace jacobiscope
