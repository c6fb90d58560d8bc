// The direction of training, image to noise: every token at once, differentiable.
#pragma once

#include "engine/tarflow/model.h"

namespace jacobiscope {

// What a block's network says of each next token: x_{i+1} = z_{i+1} exp(a_i) + c_i.
struct Affine {
  Tensor a, c;  // [B, N, D] each
};

// The vector added to every token of a block: [B, 1, C], or the mean of all classes where a
// label is negative (the null class), or undefined for unconditional models.
// labels: [B] int64 on the model's device.
Tensor classVector(const FlowBlock& block, const Tensor& labels);

// Attention within tokens [B, N, C], token i seeing tokens 0..i; adds to x.
// `temperature` divides the scores.
Tensor flowLayer(const FlowLayer& layer, const Tensor& x, int headWidth, double temperature);

// Output for each token of x [B, N, D] (already in the block's order), not shifted: entry i
// is what tokens 0..i say of token i + 1.
Affine blockOutputs(const FlowBlock& block, const TarFlowConfig& config, const Tensor& x,
                    const Tensor& labels, double temperature = 1.0);

// One step right: what tokens before i say of token i; zeros for token 0.
Tensor shiftRight(const Tensor& outputs);

struct Encoded {
  Tensor z;       // [B, N, D]
  Tensor logdet;  // [B], mean over N * D of log |dz/dx|, summed over blocks
  std::vector<Tensor> inputs;  // per block, [B, N, D] in raster order, when asked for
};

// labels: [B] int64, negative for the null class.
Encoded encode(const TarFlow& model, const Tensor& image, const Tensor& labels,
               bool keepInputs = false);

// Negative log-likelihood in nats per dimension, up to the constant of the Gaussian:
// 0.5 mean(z^2) - mean(logdet), a scalar.
Tensor flowLoss(const Encoded& encoded);

}  // namespace jacobiscope
