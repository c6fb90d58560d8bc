#include "engine/vla/vision_tower.h"

#include "engine/nn/layers.h"

namespace jacobiscope {

void VisionTower::visit(const std::string& before, const ParameterVisitor& visitor) {
  const std::int64_t d = config.width, f = config.hidden;
  if (config.classToken) visitor(before + "cls_token", classToken, {1, 1, d});
  if (config.registers > 0) visitor(before + "reg_token", registers, {1, config.registers, d});
  visitor(before + "pos_embed", positions, {1, config.patches(), d});
  visitor(before + "patch_embed.proj.weight", patchWeight, {d, 3, config.patch, config.patch});
  visitor(before + "patch_embed.proj.bias", patchBias, {d});
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    TowerBlock& block = blocks[i];
    const std::string at = before + "blocks." + std::to_string(i) + ".";
    visitor(at + "norm1.weight", block.norm1Weight, {d});
    visitor(at + "norm1.bias", block.norm1Bias, {d});
    visitor(at + "attn.qkv.weight", block.qkvWeight, {3 * d, d});
    visitor(at + "attn.qkv.bias", block.qkvBias, {3 * d});
    visitor(at + "attn.proj.weight", block.projWeight, {d, d});
    visitor(at + "attn.proj.bias", block.projBias, {d});
    if (config.layerScale) visitor(at + "ls1.scale_factor", block.scale1, {d});
    visitor(at + "norm2.weight", block.norm2Weight, {d});
    visitor(at + "norm2.bias", block.norm2Bias, {d});
    visitor(at + "mlp.fc1.weight", block.fc1Weight, {f, d});
    visitor(at + "mlp.fc1.bias", block.fc1Bias, {f});
    visitor(at + "mlp.fc2.weight", block.fc2Weight, {d, f});
    visitor(at + "mlp.fc2.bias", block.fc2Bias, {d});
    if (config.layerScale) visitor(at + "ls2.scale_factor", block.scale2, {d});
  }
}

VisionTower bareTower(const TowerConfig& config) {
  VisionTower tower;
  tower.config = config;
  tower.blocks.resize(config.blocks);
  return tower;
}

namespace {

Tensor layerNorm(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  return torch::layer_norm(x, {x.size(-1)}, weight, bias, 1e-6);
}

// Every row sees every row.
Tensor attend(const TowerBlock& block, int heads, const Tensor& x) {
  const auto parts = torch::linear(x, block.qkvWeight, block.qkvBias)
                         .unflatten(-1, {3, heads, -1})
                         .unbind(2);  // [B, T, heads, width of a head]
  const Tensor mixed = attention(parts[0], parts[1], parts[2]);
  return torch::linear(mixed, block.projWeight, block.projBias);
}

Tensor runBlock(const TowerBlock& block, int heads, const Tensor& x) {
  const auto scaled = [](const Tensor& added, const Tensor& scale) {
    return scale.defined() ? added * scale : added;
  };
  const Tensor seen = layerNorm(x, block.norm1Weight, block.norm1Bias);
  const Tensor h = x + scaled(attend(block, heads, seen), block.scale1);
  const Tensor hidden = torch::gelu(torch::linear(
      layerNorm(h, block.norm2Weight, block.norm2Bias), block.fc1Weight, block.fc1Bias));
  return h + scaled(torch::linear(hidden, block.fc2Weight, block.fc2Bias), block.scale2);
}

}  // namespace

Tensor towerFeatures(const VisionTower& tower, const Tensor& pixels) {
  const TowerConfig& config = tower.config;
  const Tensor patches =
      torch::conv2d(pixels, tower.patchWeight, tower.patchBias, config.patch);  // [B, D, S', S']
  Tensor x = patches.flatten(2).transpose(1, 2) + tower.positions;
  // The tokens before the patches have no position.
  const auto batch = x.size(0);
  std::vector<Tensor> rows;
  if (config.classToken) rows.push_back(tower.classToken.expand({batch, -1, -1}));
  if (config.registers > 0) rows.push_back(tower.registers.expand({batch, -1, -1}));
  rows.push_back(x);
  if (rows.size() > 1) x = torch::cat(rows, 1);
  for (const TowerBlock& block : tower.blocks) x = runBlock(block, config.heads, x);
  return x.slice(1, (config.classToken ? 1 : 0) + config.registers);
}

Tensor towerPixels(const TowerConfig& config, const Tensor& pictures) {
  const torch::NoGradGuard noGrad;
  const Tensor batch = pictures.dim() == 3 ? pictures.unsqueeze(0) : pictures;
  Tensor pixels = batch.permute({0, 3, 1, 2}).to(torch::kFloat32);
  const std::int64_t s = config.picture;
  if (pixels.size(2) != s || pixels.size(3) != s) {
    // Width first and rounded in between, like the imaging library of the published code.
    const auto resized = [](const Tensor& x, std::int64_t height, std::int64_t width) {
      return at::_upsample_bicubic2d_aa(x, {height, width}, false).clamp(0, 255).round();
    };
    if (pixels.size(3) != s) pixels = resized(pixels, pixels.size(2), s);
    if (pixels.size(2) != s) pixels = resized(pixels, s, s);
  }
  const auto colours = [&](const std::array<double, 3>& values) {
    return torch::tensor({values[0], values[1], values[2]}, torch::kFloat32)
        .to(pixels.device())
        .view({1, 3, 1, 1});
  };
  return (pixels / 255 - colours(config.mean)) / colours(config.deviation);
}

}  // namespace jacobiscope
