// What several transformers have in common, differentiable and in any floating type.
#pragma once

#include "engine/nn/torch.h"

namespace jacobiscope {

// x / rms(x) * weight in float32, given back in the type of x (Zhang and Sennrich, arXiv
// 1910.07467).
Tensor rmsNorm(const Tensor& x, const Tensor& weight, double epsilon = 1e-5);

// Queries [B, T, h, e] over keys and values [B, K, h, e]: softmax(q k^T / sqrt(e)) v. seen, truth
// that broadcasts to [B, h, T, K], says which rows see which (each sees one at least); undefined:
// every row sees every row. Returns [B, T, h e]. The softmax is in float32.
Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& seen = {});

}  // namespace jacobiscope
