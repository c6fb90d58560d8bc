// The text-to-image family's line in the registration list. No Torch here.
#pragma once

#include "engine/core/family.h"

namespace jacobiscope {

FamilyEntry t2iFamily();

}  // namespace jacobiscope
