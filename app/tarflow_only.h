// Commands that need a flow, in a build that may have none.
#pragma once

#include <string>

#include "engine/core/error.h"

namespace jacobiscope {

// Throws in a build without LibTorch, before anything is read.
inline void needTorch([[maybe_unused]] const std::string& command) {
#ifndef JACOBISCOPE_WITH_TORCH
  throw Error("This build has no LibTorch, which " + command + " needs.",
              "Build with -DJACOBISCOPE_TORCH=ON.");
#endif
}

}  // namespace jacobiscope
