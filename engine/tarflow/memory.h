// Bytes that loading, decoding and encoding take, known before anything is allocated.
#pragma once

#include <cstdint>

#include "engine/tarflow/model.h"

namespace jacobiscope {

// Weights in float32 and the copy prepared for decoding.
std::int64_t loadBytes(const TarFlowConfig& config);

// A pass over a batch, besides the weights: caches and activations.
std::int64_t passBytes(const TarFlowConfig& config, int batch, bool guided);

// The gradient of one picture's likelihood, which keeps the graph of the whole network: the
// final denoising step takes one picture at a time.
std::int64_t denoiseBytes(const TarFlowConfig& config);

// Encoding a batch, block after block, with nothing kept.
std::int64_t encodeBytes(const TarFlowConfig& config, std::int64_t batch);

// Pictures that training encodes at once for its held-out figure.
inline constexpr int kHeldOutBatch = 64;

// A training step over a batch: weights, average, gradients, two moments, and the graph.
std::int64_t trainBytes(const TarFlowConfig& config, int batch);

// Throws Error where decoding such a batch, with the final denoising step or without, takes
// more memory than there is; names the setting to change.
void requireDecodeMemory(const TarFlowConfig& config, torch::Device device, std::int64_t batch,
                         bool guided, bool denoise);
void requireDenoiseMemory(const TarFlowConfig& config, torch::Device device);
void requireTrainMemory(const TarFlowConfig& config, torch::Device device, int batch);
void requireEncodeMemory(const TarFlowConfig& config, torch::Device device, std::int64_t batch);

}  // namespace jacobiscope
