#include "engine/t2i/gpt.h"

#include <cmath>

#include "engine/nn/layers.h"

namespace jacobiscope {

std::string GptConfig::title() const {
  return "LlamaGen " + std::to_string(layers) + "-" + std::to_string(width);
}

void Gpt::visit(const ParameterVisitor& visitor) {
  const std::int64_t d = config.width, f = config.hidden, v = config.vocabulary;
  if (config.prompted()) {
    visitor("cls_embedding.uncond_embedding", nullCaption, {config.prefix, config.captionWidth});
    visitor("cls_embedding.cap_proj.fc1.weight", captionFc1, {d, config.captionWidth});
    visitor("cls_embedding.cap_proj.fc2.weight", captionFc2, {d, d});
  } else {
    visitor("cls_embedding.embedding_table.weight", classEmbedding, {config.classes + 1, d});
  }
  visitor("tok_embeddings.weight", tokenEmbedding, {v, d});
  for (std::size_t l = 0; l < layers.size(); ++l) {
    GptLayer& layer = layers[l];
    const std::string at = "layers." + std::to_string(l) + ".";
    visitor(at + "attention.wqkv.weight", layer.wqkv, {3 * d, d});
    visitor(at + "attention.wo.weight", layer.wo, {d, d});
    visitor(at + "feed_forward.w1.weight", layer.w1, {f, d});
    visitor(at + "feed_forward.w3.weight", layer.w3, {f, d});
    visitor(at + "feed_forward.w2.weight", layer.w2, {d, f});
    visitor(at + "attention_norm.weight", layer.attentionNorm, {d});
    visitor(at + "ffn_norm.weight", layer.ffnNorm, {d});
  }
  visitor("norm.weight", norm, {d});
  visitor("output.weight", output, {v, d});
}

Gpt bareGpt(const GptConfig& config) {
  Gpt gpt;
  gpt.config = config;
  gpt.layers.resize(config.layers);
  return gpt;
}

Gpt createGpt(const GptConfig& config) {
  Gpt gpt = bareGpt(config);
  gpt.visit([&](const std::string& name, Tensor& tensor, const std::vector<std::int64_t>& shape) {
    if (shape.size() == 1) {
      tensor = torch::ones(shape);
    } else if (name == "cls_embedding.uncond_embedding") {
      tensor = torch::randn(shape) / std::sqrt(static_cast<double>(config.captionWidth));
    } else {
      tensor = torch::randn(shape) * 0.02;
    }
  });
  return gpt;
}

Tensor rotaryTable(const GptConfig& config) {
  const int pairs = config.headWidth() / 2, half = pairs / 2;
  const Tensor exponents = torch::arange(half, torch::kFloat32) * (2.0 / pairs);
  const Tensor frequencies = torch::pow(config.ropeBase, -exponents);
  const Tensor angles = torch::outer(torch::arange(config.grid, torch::kFloat32), frequencies);
  const int g = config.grid;
  const Tensor grid = torch::cat({angles.unsqueeze(1).expand({g, g, half}),
                                  angles.unsqueeze(0).expand({g, g, half})}, 2)
                          .reshape({g * g, 2 * half});
  const Tensor turned = torch::stack({grid.cos(), grid.sin()}, 2);
  return torch::cat({torch::zeros({config.prefix, 2 * half, 2}), turned});
}

Tensor rotate(const Tensor& x, const Tensor& table) {
  const Tensor pairs = x.to(torch::kFloat32).unflatten(-1, {-1, 2});
  const Tensor first = pairs.select(-1, 0), second = pairs.select(-1, 1);
  const Tensor cosine = table.select(-1, 0).unsqueeze(-2), sine = table.select(-1, 1).unsqueeze(-2);
  return torch::stack({first * cosine - second * sine, second * cosine + first * sine}, -1)
      .flatten(-2)
      .to(x.scalar_type());
}

Tensor captionPrefix(const Gpt& gpt, const Tensor& features) {
  const Tensor hidden = torch::gelu(torch::linear(features, gpt.captionFc1), "tanh");
  return torch::linear(hidden, gpt.captionFc2);
}

Tensor classPrefix(const Gpt& gpt, const Tensor& classes) {
  return torch::embedding(gpt.classEmbedding, classes).unsqueeze(1);
}

Tensor prefixMask(const Tensor& mask, std::int64_t batch, std::int64_t rows,
                  torch::Device device) {
  const auto options = torch::dtype(torch::kBool).device(device);
  Tensor seen = torch::ones({rows, rows}, options).tril().unsqueeze(0).repeat({batch, 1, 1});
  if (!mask.defined()) return seen;
  const auto prefix = std::min<std::int64_t>(mask.size(1), rows);
  seen.slice(2, 0, prefix).logical_and_(mask.to(torch::kBool).slice(1, 0, prefix).unsqueeze(1));
  return seen.logical_or_(torch::eye(rows, options));
}

namespace {

Tensor runLayer(const GptLayer& layer, const GptConfig& config, const Tensor& x,
                const Tensor& table, const Tensor& seen) {
  const auto parts = torch::linear(rmsNorm(x, layer.attentionNorm), layer.wqkv)
                         .unflatten(-1, {3 * config.heads, config.headWidth()})
                         .chunk(3, 2);
  const Tensor mixed =
      attention(rotate(parts[0], table), rotate(parts[1], table), parts[2], seen);
  const Tensor h = x + torch::linear(mixed, layer.wo);
  const Tensor normed = rmsNorm(h, layer.ffnNorm);
  const Tensor gate = torch::silu(torch::linear(normed, layer.w1));
  return h + torch::linear(gate * torch::linear(normed, layer.w3), layer.w2);
}

}  // namespace

GptRows gptRows(const Gpt& gpt, const Tensor& prefix, const Tensor& mask, const Tensor& tokens) {
  Tensor h = prefix;
  if (tokens.size(1) > 0) h = torch::cat({h, torch::embedding(gpt.tokenEmbedding, tokens)}, 1);
  const auto rows = h.size(1);
  const Tensor seen = prefixMask(mask, h.size(0), rows, h.device()).unsqueeze(1);
  const Tensor table = rotaryTable(gpt.config).to(h.device()).slice(0, 0, rows);
  const auto predicting = [&] { return h.slice(1, prefix.size(1) - 1); };
  GptRows result;
  for (std::size_t l = 0; l < gpt.layers.size(); ++l) {
    if (l == gpt.layers.size() / 2) {
      result.middle = rmsNorm(predicting(), torch::ones({h.size(2)}, h.options()));
    }
    h = runLayer(gpt.layers[l], gpt.config, h, table, seen);
  }
  result.logits = torch::linear(rmsNorm(predicting(), gpt.norm), gpt.output).to(torch::kFloat32);
  return result;
}

Tensor gptLogits(const Gpt& gpt, const Tensor& prefix, const Tensor& mask, const Tensor& tokens) {
  return gptRows(gpt, prefix, mask, tokens).logits;
}

}  // namespace jacobiscope
