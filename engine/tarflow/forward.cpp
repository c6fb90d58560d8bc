#include "engine/tarflow/forward.h"

namespace jacobiscope {

Tensor classVector(const FlowBlock& block, const Tensor& labels) {
  if (!block.classEmbed.defined()) return {};
  const Tensor null = block.classEmbed.mean(0, true);  // [1, 1, C]
  const Tensor named = block.classEmbed.index_select(0, labels.clamp_min(0));
  return torch::where((labels < 0).view({-1, 1, 1}), null, named);
}

namespace {

// Softmax attention with a causal mask; q, k, v [B, h, N, d].
Tensor causalAttention(const Tensor& q, const Tensor& k, const Tensor& v, double scale) {
#if JACOBISCOPE_TORCH_AT_LEAST(2, 1)
  return at::scaled_dot_product_attention(q, k, v, {}, 0.0, /*is_causal=*/true, scale);
#else
  const auto n = q.size(2);
  const Tensor mask =
      torch::full({n, n}, -std::numeric_limits<float>::infinity(), q.options()).triu(1);
  return torch::matmul(torch::softmax(torch::matmul(q * scale, k.transpose(2, 3)) + mask, -1),
                       v);
#endif
}

}  // namespace

Tensor flowLayer(const FlowLayer& layer, const Tensor& x, int headWidth, double temperature) {
  const auto b = x.size(0), n = x.size(1), c = x.size(2);
  const Tensor normed = torch::layer_norm(x, {c}, layer.normW, layer.normB);
  const auto heads = torch::linear(normed, layer.qkvW, layer.qkvB)
                         .view({b, n, 3 * c / headWidth, headWidth})
                         .transpose(1, 2)
                         .chunk(3, 1);
  const double scale = 1.0 / (std::sqrt(static_cast<double>(headWidth)) * temperature);
  const Tensor mixed = causalAttention(heads[0], heads[1], heads[2], scale);
  const Tensor joined = mixed.transpose(1, 2).reshape({b, n, c});
  const Tensor y = x + torch::linear(joined, layer.projW, layer.projB);
  const Tensor hidden = torch::gelu(torch::linear(
      torch::layer_norm(y, {c}, layer.mlpNormW, layer.mlpNormB), layer.fc1W, layer.fc1B));
  return y + torch::linear(hidden, layer.fc2W, layer.fc2B);
}

Affine blockOutputs(const FlowBlock& block, const TarFlowConfig& config, const Tensor& x,
                    const Tensor& labels, double temperature) {
  const Tensor position = block.flipped ? block.posEmbed.flip(0) : block.posEmbed;
  Tensor h = torch::linear(x, block.projInW, block.projInB) + position;
  const Tensor label = classVector(block, labels);
  if (label.defined()) h = h + label;
  for (const FlowLayer& layer : block.layers) {
    h = flowLayer(layer, h, config.headWidth, temperature);
  }
  const auto halves = torch::linear(h, block.projOutW, block.projOutB).chunk(2, 2);
  return {halves[0], halves[1]};
}

Tensor shiftRight(const Tensor& outputs) {
  return torch::cat({torch::zeros_like(outputs.slice(1, 0, 1)), outputs.slice(1, 0, -1)}, 1);
}

Encoded encode(const TarFlow& model, const Tensor& image, const Tensor& labels,
               bool keepInputs) {
  Encoded result;
  Tensor x = patchify(image, model.config);
  for (const FlowBlock& block : model.blocks) {
    if (keepInputs) result.inputs.push_back(x);
    if (block.flipped) x = x.flip(1);
    const Affine next = blockOutputs(block, model.config, x, labels);
    const Tensor a = shiftRight(next.a);
    x = (x - shiftRight(next.c)) * torch::exp(-a);
    if (block.flipped) x = x.flip(1);
    const Tensor logdet = -a.mean({1, 2});
    result.logdet = result.logdet.defined() ? result.logdet + logdet : logdet;
  }
  result.z = x;
  return result;
}

Tensor flowLoss(const Encoded& encoded) {
  return 0.5 * encoded.z.square().mean() - encoded.logdet.mean();
}

}  // namespace jacobiscope
