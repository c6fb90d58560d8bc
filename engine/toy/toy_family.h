// The newcomer's example: a triangular map with a known answer, without weights or Torch.
#pragma once

#include "engine/core/family.h"

namespace jacobiscope {

// Recognises the path "toy".
FamilyEntry toyFamily();

}  // namespace jacobiscope
