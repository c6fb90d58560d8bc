// The TarFlow family's line in the registration list. No Torch here.
#pragma once

#include "engine/core/family.h"

namespace jacobiscope {

FamilyEntry tarflowFamily();

}  // namespace jacobiscope
