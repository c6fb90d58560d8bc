#include "engine/vla/policy.h"

#include <cmath>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

// Outputs of the projector's layers, one after the other.
std::vector<std::int64_t> projectorWidths(const PolicyConfig& config) {
  const std::int64_t d = config.llama.width;
  if (config.towers.size() == 1) return {d, d};
  return {4 * config.visionWidth(), d, d};
}

void visitDense(const std::string& before, std::vector<Dense>& layers, std::int64_t inputs,
                const std::vector<std::int64_t>& widths, const ParameterVisitor& visitor) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string at = before + "fc" + std::to_string(i + 1);
    visitor(at + ".weight", layers[i].weight, {widths[i], inputs});
    visitor(at + ".bias", layers[i].bias, {widths[i]});
    inputs = widths[i];
  }
}

// GELU between the layers, none after the last.
Tensor runDense(const std::vector<Dense>& layers, Tensor x) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    x = torch::linear(i == 0 ? x : torch::gelu(x), layers[i].weight, layers[i].bias);
  }
  return x;
}

}  // namespace

void Policy::visit(const ParameterVisitor& visitor) {
  for (std::size_t i = 0; i < towers.size(); ++i) towers[i].visit(kTowerNames[i], visitor);
  llama.visit("language_model.", visitor);
  visitDense("projector.", projector, config.visionWidth(), projectorWidths(config), visitor);
  const std::int64_t d = config.llama.width;
  visitDense("proprio_projector.", proprioProjector, config.proprioception, {d, d}, visitor);
}

Policy barePolicy(const PolicyConfig& config) {
  checkPolicyConfig(config);
  Policy policy;
  policy.config = config;
  for (const TowerConfig& tower : config.towers) policy.towers.push_back(bareTower(tower));
  policy.projector.resize(projectorWidths(config).size());
  policy.proprioProjector.resize(config.proprioception > 0 ? 2 : 0);
  policy.llama = bareLlama(config.llama);
  return policy;
}

namespace {

// Half the features tell the column, half the row, by sines and cosines of several wavelengths
// (MoCo v3, arXiv 2104.02057); half as large as there, for the patches' contents count, too.
Tensor sinePositions(const TowerConfig& config) {
  const int quarter = config.width / 4, grid = config.grid();
  const Tensor exponents = torch::arange(quarter, torch::kFloat32) / quarter;
  const Tensor angles = torch::outer(torch::arange(grid, torch::kFloat32),
                                     torch::pow(10000.0, -exponents));  // [grid, D / 4]
  const Tensor waves = 0.5 * torch::cat({angles.sin(), angles.cos()}, 1);  // [grid, D / 2]
  const Tensor columns = waves.unsqueeze(0).expand({grid, grid, -1});
  const Tensor rows = waves.unsqueeze(1).expand({grid, grid, -1});
  const Tensor features = torch::cat({columns, rows}, 2).reshape({1, grid * grid, 4 * quarter});
  return torch::constant_pad_nd(features, {0, config.width - 4 * quarter});
}

// The layers of the residual stream that what a matrix gives is added to; 0: it is not added.
int residualLayers(const PolicyConfig& config, const std::string& name) {
  for (std::size_t i = 0; i < config.towers.size(); ++i) {
    if (!name.starts_with(kTowerNames[i])) continue;
    const bool adds = name.ends_with(".attn.proj.weight") || name.ends_with(".mlp.fc2.weight");
    return adds ? config.towers[i].blocks : 0;
  }
  const bool adds = name.ends_with(".o_proj.weight") || name.ends_with(".down_proj.weight");
  return adds ? config.llama.layers : 0;
}

}  // namespace

Policy createPolicy(const PolicyConfig& config) {
  const torch::NoGradGuard noGrad;
  Policy policy = barePolicy(config);
  policy.visit([&](const std::string& name, Tensor& tensor,
                   const std::vector<std::int64_t>& shape) {
    if (name.ends_with(".bias")) {
      tensor = torch::zeros(shape);
    } else if (shape.size() == 1) {  // norms and scale factors
      tensor = torch::ones(shape);
    } else if (name.ends_with("_token")) {
      tensor = torch::randn(shape) * 0.02;
    } else if (name.ends_with("embed_tokens.weight")) {
      tensor = torch::randn(shape) * 0.5;  // about what the projector gives
    } else if (name.ends_with("lm_head.weight")) {
      tensor = torch::randn(shape) * 0.02;  // at first every answer is about as likely
    } else if (!name.ends_with("pos_embed")) {
      double inputs = 1;
      for (std::size_t i = 1; i < shape.size(); ++i) inputs *= static_cast<double>(shape[i]);
      const int layers = residualLayers(config, name);
      tensor = torch::randn(shape) / std::sqrt(inputs * (layers > 0 ? 2.0 * layers : 1.0));
    }
  });
  for (VisionTower& tower : policy.towers) tower.positions = sinePositions(tower.config);
  return policy;
}

std::vector<Tensor> policyPixels(const PolicyConfig& config, const Tensor& pictures) {
  std::vector<Tensor> pixels;
  for (const TowerConfig& tower : config.towers) pixels.push_back(towerPixels(tower, pictures));
  return pixels;
}

namespace {

void checkPixels(const PolicyConfig& config, const std::vector<Tensor>& pixels) {
  if (pixels.size() != config.towers.size()) {
    throw UsageError("The policy has " + std::to_string(config.towers.size()) +
                     " vision towers; pictures for " + std::to_string(pixels.size()) +
                     " were given.");
  }
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const std::int64_t s = config.towers[i].picture, batch = pixels.front().size(0);
    if (pixels[i].sizes() != torch::IntArrayRef({batch, 3, s, s})) {
      throw UsageError("Pixels of shape " + shapeText(pixels[i].sizes().vec()) + " were given; " +
                       shapeText({batch, 3, s, s}) + " was expected.");
    }
  }
}

void checkInputs(const PolicyConfig& config, const Tensor& features, const Tensor& proprioception,
                 const Tensor& text) {
  if (text.dim() != 2 || text.size(1) < 1) throw UsageError("The instruction has no words.");
  const auto batch = text.size(0);
  if (features.size(0) != batch) {
    throw UsageError(std::to_string(features.size(0)) + " pictures and " + std::to_string(batch) +
                     " instructions were given; each wants the other.");
  }
  const bool wanted = config.proprioception > 0;
  const std::vector<std::int64_t> shape = {batch, config.proprioception};
  if (proprioception.defined() != wanted || (wanted && proprioception.sizes() != shape)) {
    throw UsageError("The policy takes " + std::to_string(config.proprioception) +
                     " numbers of proprioception for each instruction" +
                     (proprioception.defined()
                          ? "; " + shapeText(proprioception.sizes().vec()) + " were given."
                          : "."));
  }
}

// Normalised rows of the prefix [B, R, d] and of tokens [B, K n], K continuations of it:
// [B, R + K n, d].
Tensor hiddenRows(const Policy& policy, const Tensor& prefix, const Tensor& mask,
                  const Tensor& tokens, std::int64_t count, const LlamaWatch& watch = {}) {
  const auto length = prefix.size(1);
  Tensor inputs = prefix, real;
  if (tokens.size(1) > 0) {
    inputs = torch::cat({prefix, torch::embedding(policy.llama.tokenEmbedding, tokens)}, 1);
  }
  if (mask.defined()) {
    real = torch::ones({inputs.size(0), inputs.size(1)},
                       torch::dtype(torch::kBool).device(inputs.device()));
    real.slice(1, length - mask.size(1), length).copy_(mask.to(torch::kBool));
  }
  return llamaRows(policy.llama, inputs, real, {length, count}, watch);
}

}  // namespace

Tensor policyFeatures(const Policy& policy, const std::vector<Tensor>& pixels) {
  checkPixels(policy.config, pixels);
  std::vector<Tensor> features;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    features.push_back(towerFeatures(policy.towers[i], pixels[i]));
  }
  return torch::cat(features, 2);
}

Tensor policyPrefix(const Policy& policy, const std::vector<Tensor>& pixels,
                    const Tensor& proprioception, const Tensor& text) {
  return prefixOfFeatures(policy, policyFeatures(policy, pixels), proprioception, text);
}

Tensor prefixOfFeatures(const Policy& policy, const Tensor& features,
                        const Tensor& proprioception, const Tensor& text) {
  checkInputs(policy.config, features, proprioception, text);
  const Tensor begin = torch::full({text.size(0), 1}, policy.config.llama.beginToken,
                                   text.options());
  const Tensor words = torch::embedding(policy.llama.tokenEmbedding, torch::cat({begin, text}, 1));
  // Under autocast products come in bfloat16; the rows are joined in the type of the embedding.
  const auto type = words.scalar_type();
  std::vector<Tensor> rows = {words.slice(1, 0, 1),
                              runDense(policy.projector, features).to(type)};
  if (proprioception.defined()) {
    rows.push_back(runDense(policy.proprioProjector, proprioception).unsqueeze(1).to(type));
  }
  rows.push_back(words.slice(1, 1));
  return torch::cat(rows, 1);
}

PolicyRows policyRows(const Policy& policy, const Tensor& prefix, const Tensor& mask,
                      const Tensor& tokens, const LlamaWatch& watch) {
  const auto length = prefix.size(1);
  const Tensor hidden = hiddenRows(policy, prefix, mask, tokens, 1, watch);
  return {hidden.slice(1, policy.config.rowsBeforeText(), length),
          torch::linear(hidden.slice(1, length - 1), policy.llama.output).to(torch::kFloat32)};
}

Tensor policyLogits(const Policy& policy, const Tensor& prefix, const Tensor& mask,
                    const Tensor& tokens) {
  return policyRows(policy, prefix, mask, tokens).logits;
}

Tensor policyLogitsOfEach(const Policy& policy, const Tensor& prefix, const Tensor& mask,
                          const Tensor& tokens) {
  const auto count = tokens.size(0), length = prefix.size(1);
  const Tensor hidden = hiddenRows(policy, prefix, mask, tokens.transpose(0, 1).flatten(1), count);
  const Tensor first = hidden.slice(1, length - 1, length);  // predicts token 0 of each
  const Tensor behind = hidden.slice(1, length).unflatten(1, {count, tokens.size(2)});
  const Tensor rows = torch::cat({first.unsqueeze(1).expand({-1, count, -1, -1}), behind}, 2);
  return torch::linear(rows, policy.llama.output).to(torch::kFloat32).transpose(0, 1);
}

}  // namespace jacobiscope
