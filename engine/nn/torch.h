// The one door to Torch: everything that differs between LibTorch 1.13 and 2.x is
// settled here, and this header is precompiled.
#pragma once

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <torch/torch.h>

namespace jacobiscope {

using torch::Tensor;

#define JACOBISCOPE_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) ||              \
   (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

}  // namespace jacobiscope
