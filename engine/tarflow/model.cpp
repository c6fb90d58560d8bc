#include "engine/tarflow/model.h"

#include <cmath>

namespace jacobiscope {

std::string TarFlowConfig::title() const {
  return "TarFlow " + std::to_string(patch) + "-" + std::to_string(width) + "-" +
         std::to_string(blocks) + "-" + std::to_string(layers) + ", " +
         std::to_string(imageSize) + "×" + std::to_string(imageSize);
}

void TarFlow::visit(const std::function<void(const std::string&, Tensor&)>& visitor) {
  visitor("var", var);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    FlowBlock& block = blocks[b];
    const std::string prefix = "blocks." + std::to_string(b) + ".";
    visitor(prefix + "pos_embed", block.posEmbed);
    if (config.classes > 0) visitor(prefix + "class_embed", block.classEmbed);
    visitor(prefix + "proj_in.weight", block.projInW);
    visitor(prefix + "proj_in.bias", block.projInB);
    for (std::size_t l = 0; l < block.layers.size(); ++l) {
      FlowLayer& layer = block.layers[l];
      const std::string at = prefix + "attn_blocks." + std::to_string(l) + ".";
      visitor(at + "attention.norm.weight", layer.normW);
      visitor(at + "attention.norm.bias", layer.normB);
      visitor(at + "attention.qkv.weight", layer.qkvW);
      visitor(at + "attention.qkv.bias", layer.qkvB);
      visitor(at + "attention.proj.weight", layer.projW);
      visitor(at + "attention.proj.bias", layer.projB);
      visitor(at + "mlp.norm.weight", layer.mlpNormW);
      visitor(at + "mlp.norm.bias", layer.mlpNormB);
      visitor(at + "mlp.main.0.weight", layer.fc1W);
      visitor(at + "mlp.main.0.bias", layer.fc1B);
      visitor(at + "mlp.main.2.weight", layer.fc2W);
      visitor(at + "mlp.main.2.bias", layer.fc2B);
    }
    visitor(prefix + "proj_out.weight", block.projOutW);
    visitor(prefix + "proj_out.bias", block.projOutB);
  }
}

void visitShapes(const TarFlowConfig& config,
                 const std::function<void(const std::string&, const std::vector<std::int64_t>&)>&
                     visitor) {
  const std::int64_t n = config.tokens(), d = config.features(), c = config.width;
  visitor("var", {n, d});
  for (int b = 0; b < config.blocks; ++b) {
    const std::string prefix = "blocks." + std::to_string(b) + ".";
    visitor(prefix + "pos_embed", {n, c});
    if (config.classes > 0) visitor(prefix + "class_embed", {config.classes, 1, c});
    visitor(prefix + "proj_in.weight", {c, d});
    visitor(prefix + "proj_in.bias", {c});
    for (int l = 0; l < config.layers; ++l) {
      const std::string at = prefix + "attn_blocks." + std::to_string(l) + ".";
      visitor(at + "attention.norm.weight", {c});
      visitor(at + "attention.norm.bias", {c});
      visitor(at + "attention.qkv.weight", {3 * c, c});
      visitor(at + "attention.qkv.bias", {3 * c});
      visitor(at + "attention.proj.weight", {c, c});
      visitor(at + "attention.proj.bias", {c});
      visitor(at + "mlp.norm.weight", {c});
      visitor(at + "mlp.norm.bias", {c});
      visitor(at + "mlp.main.0.weight", {4 * c, c});
      visitor(at + "mlp.main.0.bias", {4 * c});
      visitor(at + "mlp.main.2.weight", {c, 4 * c});
      visitor(at + "mlp.main.2.bias", {c});
    }
    visitor(prefix + "proj_out.weight", {2 * d, c});
    visitor(prefix + "proj_out.bias", {2 * d});
  }
}

TarFlow bareTarFlow(const TarFlowConfig& config) {
  TarFlow model;
  model.config = config;
  for (int b = 0; b < config.blocks; ++b) {
    FlowBlock block;
    block.flipped = b % 2 == 1;
    block.layers.resize(config.layers);
    model.blocks.push_back(std::move(block));
  }
  return model;
}

std::int64_t TarFlow::parameters() {
  std::int64_t count = 0;
  visit([&](const std::string& name, Tensor& tensor) {
    if (name != "var") count += tensor.numel();
  });
  return count;
}

void TarFlow::to(torch::Device device) {
  visit([&](const std::string&, Tensor& tensor) { tensor = tensor.to(device); });
}

namespace {

// torch.nn.Linear's default initialisation.
void initLinear(Tensor& weight, Tensor& bias, int outputs, int inputs) {
  const double bound = 1.0 / std::sqrt(static_cast<double>(inputs));
  weight = torch::empty({outputs, inputs}).uniform_(-bound, bound);
  bias = torch::empty({outputs}).uniform_(-bound, bound);
}

FlowLayer createLayer(int width) {
  FlowLayer layer;
  layer.normW = torch::ones({width});
  layer.normB = torch::zeros({width});
  layer.mlpNormW = torch::ones({width});
  layer.mlpNormB = torch::zeros({width});
  initLinear(layer.qkvW, layer.qkvB, 3 * width, width);
  initLinear(layer.projW, layer.projB, width, width);
  initLinear(layer.fc1W, layer.fc1B, 4 * width, width);
  initLinear(layer.fc2W, layer.fc2B, width, 4 * width);
  return layer;
}

}  // namespace

TarFlow createTarFlow(const TarFlowConfig& config) {
  TarFlow model = bareTarFlow(config);
  model.var = torch::ones({config.tokens(), config.features()});
  for (FlowBlock& block : model.blocks) {
    block.posEmbed = torch::randn({config.tokens(), config.width}) * 1e-2;
    if (config.classes > 0) {
      block.classEmbed = torch::randn({config.classes, 1, config.width}) * 1e-2;
    }
    initLinear(block.projInW, block.projInB, config.width, config.features());
    for (FlowLayer& layer : block.layers) layer = createLayer(config.width);
    block.projOutW = torch::zeros({2 * config.features(), config.width});
    block.projOutB = torch::zeros({2 * config.features()});
  }
  return model;
}

Tensor patchify(const Tensor& image, const TarFlowConfig& config) {
  const int g = config.grid(), p = config.patch, c = config.imageChannels;
  return image.reshape({-1, c, g, p, g, p})
      .permute({0, 2, 4, 1, 3, 5})
      .reshape({-1, config.tokens(), config.features()});
}

Tensor unpatchify(const Tensor& tokens, const TarFlowConfig& config) {
  const int g = config.grid(), p = config.patch, c = config.imageChannels;
  return tokens.reshape({-1, g, g, c, p, p})
      .permute({0, 3, 1, 4, 2, 5})
      .reshape({-1, c, config.imageSize, config.imageSize});
}

}  // namespace jacobiscope
