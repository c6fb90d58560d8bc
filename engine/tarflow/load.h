// From a checkpoint to a TarFlow: the configuration is read off the tensor shapes and, where
// there is one, config.json; what neither tells is asked for by name.
#pragma once

#include <string>
#include <vector>

#include "engine/checkpoint/checkpoint.h"
#include "engine/core/family.h"
#include "engine/tarflow/model.h"

namespace jacobiscope {

// Whether the tensors bear TarFlow's names.
bool looksLikeTarFlow(const Checkpoint& checkpoint);

// Fields of --config and config.json have the published code's names (img_size, patch_size,
// channels, num_blocks, layers_per_block, num_classes, in_channels, noise_std, head_dim);
// options: "image.channels", "heads", "sigma". Throws Error naming the tensor that does not
// fit or the key that is needed.
TarFlowConfig deriveTarFlowConfig(const Checkpoint& checkpoint, const LoadRequest& request);

// Compares every tensor's shape with the configuration; reads and allocates nothing. Throws
// Error for a missing tensor or a wrong shape.
void checkTarFlow(const Checkpoint& checkpoint, const TarFlowConfig& config);

// Weights in float32 on `device`. Checks them first, then whether there is memory for them
// and for their prepared copy. Throws Error.
TarFlow loadTarFlow(const Checkpoint& checkpoint, const TarFlowConfig& config,
                    torch::Device device);

// Class names of config.json ("classes"), or empty.
std::vector<std::string> classNames(const Checkpoint& checkpoint, const LoadRequest& request);

// --config merged over config.json.
nlohmann::json mergedConfig(const Checkpoint& checkpoint, const LoadRequest& request);

}  // namespace jacobiscope
