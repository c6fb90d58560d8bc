#include "engine/nn/layers.h"

#include <cmath>
#include <limits>

namespace jacobiscope {

Tensor rmsNorm(const Tensor& x, const Tensor& weight, double epsilon) {
  const Tensor wide = x.to(torch::kFloat32);
  const Tensor normed = wide * torch::rsqrt(wide.square().mean(-1, true) + epsilon);
  return normed.to(x.scalar_type()) * weight;
}

Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& seen) {
  const Tensor qt = q.transpose(1, 2), kt = k.transpose(1, 2), vt = v.transpose(1, 2);
  const double scale = 1 / std::sqrt(static_cast<double>(q.size(3)));
#if JACOBISCOPE_TORCH_AT_LEAST(2, 1)
  const Tensor mixed =
      seen.defined() ? at::scaled_dot_product_attention(qt, kt, vt, seen, 0.0, false, scale)
                     : at::scaled_dot_product_attention(qt, kt, vt, {}, 0.0, false, scale);
#else
  Tensor scores = torch::matmul(qt * scale, kt.transpose(2, 3)).to(torch::kFloat32);
  if (seen.defined()) {
    scores = scores.masked_fill(~seen, -std::numeric_limits<float>::infinity());
  }
  const Tensor mixed = torch::matmul(torch::softmax(scores, -1).to(vt.scalar_type()), vt);
#endif
  return mixed.transpose(1, 2).flatten(2);
}

}  // namespace jacobiscope
