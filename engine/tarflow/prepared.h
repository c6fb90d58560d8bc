// The two ways to run a block; prepareFlow() chooses.
#pragma once

#include "engine/tarflow/block_pass.h"

namespace jacobiscope {

std::unique_ptr<PreparedFlow> prepareTorchFlow(const TarFlow& model, torch::ScalarType dtype);
// CPU, float32, with the packed kernels of engine/nn/cpu_kernels.h.
std::unique_ptr<PreparedFlow> prepareCpuFlow(const TarFlow& model);

}  // namespace jacobiscope
