#include "engine/t2i/text_encoder.h"

#include <cmath>
#include <limits>

namespace jacobiscope {

namespace {

std::string blockName(std::size_t block) { return "encoder.block." + std::to_string(block) + "."; }

}  // namespace

void TextEncoder::visit(const std::function<void(const std::string&, Tensor&)>& visitor) {
  visitor("shared.weight", shared);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    TextLayer& layer = layers[i];
    const std::string attention = blockName(i) + "layer.0.SelfAttention.";
    visitor(attention + "q.weight", layer.q);
    visitor(attention + "k.weight", layer.k);
    visitor(attention + "v.weight", layer.v);
    visitor(attention + "o.weight", layer.o);
    if (i == 0) visitor(attention + "relative_attention_bias.weight", relativeBias);
    visitor(blockName(i) + "layer.0.layer_norm.weight", layer.normW);
    const std::string dense = blockName(i) + "layer.1.DenseReluDense.";
    visitor(dense + (config.gated ? "wi_0.weight" : "wi.weight"), layer.wi0);
    if (config.gated) visitor(dense + "wi_1.weight", layer.wi1);
    visitor(dense + "wo.weight", layer.wo);
    visitor(blockName(i) + "layer.1.layer_norm.weight", layer.mlpNormW);
  }
  visitor("encoder.final_layer_norm.weight", finalNormW);
}

void visitShapes(const TextEncoderConfig& config,
                 const std::function<void(const std::string&, const std::vector<std::int64_t>&)>&
                     visitor) {
  const std::int64_t c = config.width, inner = config.inner(), f = config.hidden;
  visitor("shared.weight", {config.vocabulary, c});
  for (int i = 0; i < config.layers; ++i) {
    const std::string attention = blockName(i) + "layer.0.SelfAttention.";
    visitor(attention + "q.weight", {inner, c});
    visitor(attention + "k.weight", {inner, c});
    visitor(attention + "v.weight", {inner, c});
    visitor(attention + "o.weight", {c, inner});
    if (i == 0) {
      visitor(attention + "relative_attention_bias.weight", {config.buckets, config.heads});
    }
    visitor(blockName(i) + "layer.0.layer_norm.weight", {c});
    const std::string dense = blockName(i) + "layer.1.DenseReluDense.";
    visitor(dense + (config.gated ? "wi_0.weight" : "wi.weight"), {f, c});
    if (config.gated) visitor(dense + "wi_1.weight", {f, c});
    visitor(dense + "wo.weight", {c, f});
    visitor(blockName(i) + "layer.1.layer_norm.weight", {c});
  }
  visitor("encoder.final_layer_norm.weight", {c});
}

std::int64_t TextEncoder::parameters() {
  std::int64_t count = 0;
  visit([&](const std::string&, Tensor& tensor) { count += tensor.numel(); });
  return count;
}

void TextEncoder::to(torch::Device device) {
  visit([&](const std::string&, Tensor& tensor) { tensor = tensor.to(device); });
}

TextEncoder bareTextEncoder(const TextEncoderConfig& config) {
  TextEncoder encoder;
  encoder.config = config;
  encoder.layers.resize(config.layers);
  return encoder;
}

TextEncoder createTextEncoder(const TextEncoderConfig& config) {
  TextEncoder encoder = bareTextEncoder(config);
  const double c = config.width, inner = config.inner(), f = config.hidden;
  const double residual = 1 / std::sqrt(2.0 * config.layers);
  const auto normal = [](std::int64_t rows, std::int64_t columns, double deviation) {
    return torch::randn({rows, columns}) * deviation;
  };
  encoder.shared = normal(config.vocabulary, config.width, 1);
  encoder.relativeBias = normal(config.buckets, config.heads, 1 / std::sqrt(c));
  for (TextLayer& layer : encoder.layers) {
    // Scores are not divided by the root of the head's width: q's weights are smaller instead.
    layer.q = normal(config.inner(), config.width, 1 / std::sqrt(c * config.headWidth));
    layer.k = normal(config.inner(), config.width, 1 / std::sqrt(c));
    layer.v = normal(config.inner(), config.width, 1 / std::sqrt(c));
    layer.o = normal(config.width, config.inner(), residual / std::sqrt(inner));
    layer.normW = torch::ones({config.width});
    layer.wi0 = normal(config.hidden, config.width, 1 / std::sqrt(c));
    if (config.gated) layer.wi1 = normal(config.hidden, config.width, 1 / std::sqrt(c));
    layer.wo = normal(config.width, config.hidden, residual / std::sqrt(f));
    layer.mlpNormW = torch::ones({config.width});
  }
  encoder.finalNormW = torch::ones({config.width});
  return encoder;
}

Tensor relativeBuckets(const TextEncoderConfig& config, std::int64_t length) {
  const Tensor positions = torch::arange(length);
  const Tensor offset = positions.unsqueeze(0) - positions.unsqueeze(1);  // key - query
  const std::int64_t half = config.buckets / 2, exact = half / 2;
  const Tensor distance = offset.abs();
  // The first half of the half counts single positions, the rest grows like the logarithm. In
  // float, by the operations transformers uses: borders between buckets hang on the rounding.
  Tensor far = torch::log(distance.to(torch::kFloat32) / exact) /
               std::log(static_cast<double>(config.maxDistance) / exact) * (half - exact);
  far = (exact + far.clamp_min(0).to(torch::kInt64)).clamp_max(half - 1);
  return torch::where(distance < exact, distance, far) + (offset > 0).to(torch::kInt64) * half;
}

namespace {

// T5's layer norm: no mean is subtracted and nothing added.
Tensor rootMeanSquareNorm(const Tensor& x, const Tensor& weight) {
  constexpr double kEpsilon = 1e-6;
  const Tensor wide = x.to(torch::kFloat32);
  const Tensor scale = torch::rsqrt(wide.square().mean(-1, /*keepdim=*/true) + kEpsilon);
  return (wide * scale).to(x.scalar_type()) * weight;
}

// bias: [B, heads, L, L], added to the scores.
Tensor attend(const TextLayer& layer, const TextEncoderConfig& config, const Tensor& x,
              const Tensor& bias) {
  const std::int64_t batch = x.size(0), length = x.size(1);
  const auto heads = [&](const Tensor& weight) {  // [B, heads, L, headWidth]
    return torch::linear(x, weight)
        .view({batch, length, config.heads, config.headWidth})
        .transpose(1, 2);
  };
  const Tensor scores = torch::matmul(heads(layer.q), heads(layer.k).transpose(-2, -1)) + bias;
  const Tensor mixed = torch::matmul(torch::softmax(scores, -1), heads(layer.v));
  return torch::linear(mixed.transpose(1, 2).reshape({batch, length, config.inner()}), layer.o);
}

Tensor feedForward(const TextLayer& layer, bool gated, const Tensor& x) {
  Tensor hidden = torch::linear(x, layer.wi0);
  hidden = gated ? torch::gelu(hidden, "tanh") * torch::linear(x, layer.wi1) : hidden.relu();
  return torch::linear(hidden, layer.wo);
}

}  // namespace

Tensor encodeText(const TextEncoder& encoder, const Tensor& ids, const Tensor& mask) {
  const TextEncoderConfig& config = encoder.config;
  const Tensor buckets = relativeBuckets(config, ids.size(1)).to(encoder.relativeBias.device());
  Tensor bias = torch::embedding(encoder.relativeBias, buckets).permute({2, 0, 1}).unsqueeze(0);
  // The lowest number instead of minus infinity: a row that is all padding stays finite.
  const auto type = bias.scalar_type();
  const double lowest = type == torch::kBFloat16 ? -3.38e38 : std::numeric_limits<float>::lowest();
  const Tensor hidden = (mask.to(bias.device()) == 0).unsqueeze(1).unsqueeze(1);  // [B, 1, 1, L]
  bias = bias.masked_fill(hidden, lowest);

  Tensor x = torch::embedding(encoder.shared, ids);
  for (const TextLayer& layer : encoder.layers) {
    x = x + attend(layer, config, rootMeanSquareNorm(x, layer.normW), bias);
    x = x + feedForward(layer, config.gated, rootMeanSquareNorm(x, layer.mlpNormW));
  }
  return rootMeanSquareNorm(x, encoder.finalNormW);
}

}  // namespace jacobiscope
