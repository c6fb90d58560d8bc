#include "engine/t2i/vq.h"

#include <cmath>

namespace jacobiscope {

namespace {

void visitConv(const ParameterVisitor& visitor, const std::string& name, VqPair& pair,
               std::int64_t outputs, std::int64_t inputs, std::int64_t side) {
  visitor(name + ".weight", pair.weight, {outputs, inputs, side, side});
  visitor(name + ".bias", pair.bias, {outputs});
}

void visitNorm(const ParameterVisitor& visitor, const std::string& name, VqPair& pair,
               std::int64_t channels) {
  visitor(name + ".weight", pair.weight, {channels});
  visitor(name + ".bias", pair.bias, {channels});
}

void visitResidual(const ParameterVisitor& visitor, const std::string& name, VqResidual& block) {
  visitNorm(visitor, name + ".norm1", block.norm1, block.inputs);
  visitConv(visitor, name + ".conv1", block.conv1, block.outputs, block.inputs, 3);
  visitNorm(visitor, name + ".norm2", block.norm2, block.outputs);
  visitConv(visitor, name + ".conv2", block.conv2, block.outputs, block.outputs, 3);
  if (block.inputs != block.outputs) {
    visitConv(visitor, name + ".nin_shortcut", block.shortcut, block.outputs, block.inputs, 1);
  }
}

void visitAttention(const ParameterVisitor& visitor, const std::string& name,
                    VqAttention& block) {
  visitNorm(visitor, name + ".norm", block.norm, block.channels);
  visitConv(visitor, name + ".q", block.q, block.channels, block.channels, 1);
  visitConv(visitor, name + ".k", block.k, block.channels, block.channels, 1);
  visitConv(visitor, name + ".v", block.v, block.channels, block.channels, 1);
  visitConv(visitor, name + ".proj_out", block.out, block.channels, block.channels, 1);
}

void visitLevels(const ParameterVisitor& visitor, const std::string& prefix, VqNetwork& network,
                 const char* resample) {
  for (std::size_t l = 0; l < network.levels.size(); ++l) {
    VqLevel& level = network.levels[l];
    const std::string at = prefix + "conv_blocks." + std::to_string(l) + ".";
    for (std::size_t r = 0; r < level.residuals.size(); ++r) {
      visitResidual(visitor, at + "res." + std::to_string(r), level.residuals[r]);
    }
    for (std::size_t a = 0; a < level.attentions.size(); ++a) {
      visitAttention(visitor, at + "attn." + std::to_string(a), level.attentions[a]);
    }
    if (level.resamples) {
      visitConv(visitor, at + resample + ".conv", level.resample, level.channels, level.channels,
                3);
    }
  }
}

void visitMiddle(const ParameterVisitor& visitor, const std::string& prefix, VqNetwork& network) {
  visitResidual(visitor, prefix + "mid.0", network.midFirst);
  visitAttention(visitor, prefix + "mid.1", network.midAttention);
  visitResidual(visitor, prefix + "mid.2", network.midLast);
}

void visitEnds(const ParameterVisitor& visitor, const std::string& prefix, VqNetwork& network) {
  visitNorm(visitor, prefix + "norm_out", network.normOut, network.lastChannels);
  visitConv(visitor, prefix + "conv_out", network.convOut, network.outChannels,
            network.lastChannels, 3);
}

// One resolution: `blocks` residual blocks from `inputs` to `outputs` channels.
VqLevel bareLevel(int inputs, int outputs, int blocks, bool attends, bool resamples) {
  VqLevel level;
  level.channels = outputs;
  level.resamples = resamples;
  for (int r = 0; r < blocks; ++r) {
    VqResidual residual;
    residual.inputs = r == 0 ? inputs : outputs;
    residual.outputs = outputs;
    level.residuals.push_back(residual);
    if (attends) level.attentions.push_back({.channels = outputs});
  }
  return level;
}

void setMiddle(VqNetwork& network, int channels) {
  network.midChannels = channels;
  network.midFirst.inputs = network.midFirst.outputs = channels;
  network.midLast.inputs = network.midLast.outputs = channels;
  network.midAttention.channels = channels;
}

void setGroups(VqNetwork& network, int groups) {
  std::vector<VqNorm*> norms = {&network.normOut, &network.midAttention.norm};
  const auto add = [&](VqResidual& block) {
    norms.push_back(&block.norm1);
    norms.push_back(&block.norm2);
  };
  add(network.midFirst);
  add(network.midLast);
  for (VqLevel& level : network.levels) {
    for (VqResidual& block : level.residuals) add(block);
    for (VqAttention& block : level.attentions) norms.push_back(&block.norm);
  }
  for (VqNorm* norm : norms) norm->groups = groups;
}

Tensor swish(const Tensor& x) { return x * torch::sigmoid(x); }

Tensor norm(const VqNorm& pair, const Tensor& x) {
  return torch::group_norm(x, pair.groups, pair.weight, pair.bias, 1e-6);
}

Tensor conv(const VqPair& pair, const Tensor& x) {
  return torch::conv2d(x, pair.weight, pair.bias, 1, pair.weight.size(2) / 2);
}

Tensor residual(const VqResidual& block, const Tensor& x) {
  Tensor h = conv(block.conv1, swish(norm(block.norm1, x)));
  h = conv(block.conv2, swish(norm(block.norm2, h)));
  return (block.inputs == block.outputs ? x : conv(block.shortcut, x)) + h;
}

Tensor attention(const VqAttention& block, const Tensor& x) {
  const Tensor h = norm(block.norm, x);
  const Tensor q = conv(block.q, h).flatten(2), k = conv(block.k, h).flatten(2);  // [B, C, hw]
  const Tensor v = conv(block.v, h).flatten(2);
  const double scale = 1 / std::sqrt(static_cast<double>(block.channels));
  const Tensor weights = torch::softmax(torch::bmm(q.transpose(1, 2), k) * scale, 2);
  return x + conv(block.out, torch::bmm(v, weights.transpose(1, 2)).view_as(x));
}

Tensor middle(const VqNetwork& network, const Tensor& x) {
  return residual(network.midLast, attention(network.midAttention, residual(network.midFirst, x)));
}

Tensor level(const VqLevel& level, Tensor h) {
  for (std::size_t r = 0; r < level.residuals.size(); ++r) {
    h = residual(level.residuals[r], h);
    if (!level.attentions.empty()) h = attention(level.attentions[r], h);
  }
  return h;
}

Tensor ends(const VqNetwork& network, const Tensor& h) {
  return conv(network.convOut, swish(norm(network.normOut, h)));
}

Tensor unit(const Tensor& vectors, int axis) {
  return vectors / vectors.norm(2, {axis}, true).clamp_min(1e-12);
}

}  // namespace

std::string VqConfig::title() const {
  return "VQ-" + std::to_string(factor()) + " " + std::to_string(codebook) + "×" +
         std::to_string(codeWidth);
}

void VqModel::visit(const ParameterVisitor& visitor) {
  visitConv(visitor, "encoder.conv_in", encoder.convIn, encoder.firstChannels,
            encoder.inChannels, 3);
  visitLevels(visitor, "encoder.", encoder, "downsample");
  visitMiddle(visitor, "encoder.", encoder);
  visitEnds(visitor, "encoder.", encoder);
  visitConv(visitor, "decoder.conv_in", decoder.convIn, decoder.firstChannels,
            decoder.inChannels, 3);
  visitMiddle(visitor, "decoder.", decoder);
  visitLevels(visitor, "decoder.", decoder, "upsample");
  visitEnds(visitor, "decoder.", decoder);
  visitor("quantize.embedding.weight", codebook, {config.codebook, config.codeWidth});
  visitConv(visitor, "quant_conv", quantConv, config.codeWidth, config.latent, 1);
  visitConv(visitor, "post_quant_conv", postQuantConv, config.latent, config.codeWidth, 1);
}

VqModel bareVq(const VqConfig& config) {
  VqModel model;
  model.config = config;
  const int last = config.levels() - 1;
  const auto channels = [&](int l) { return config.channels * config.multipliers[l]; };
  VqNetwork& encoder = model.encoder;
  encoder.inChannels = config.imageChannels;
  encoder.firstChannels = config.channels;
  for (int l = 0; l <= last; ++l) {
    encoder.levels.push_back(bareLevel(l == 0 ? config.channels : channels(l - 1), channels(l),
                                       config.residuals, l == last, l < last));
  }
  encoder.lastChannels = channels(last);
  encoder.outChannels = config.latent;
  setMiddle(encoder, channels(last));
  VqNetwork& decoder = model.decoder;
  decoder.inChannels = config.latent;
  decoder.firstChannels = channels(last);
  setMiddle(decoder, channels(last));
  for (int l = last; l >= 0; --l) {
    decoder.levels.push_back(bareLevel(l == last ? channels(last) : channels(l + 1), channels(l),
                                       config.residuals + 1, l == last, l > 0));
  }
  decoder.lastChannels = config.channels * config.multipliers[0];
  decoder.outChannels = config.imageChannels;
  setGroups(encoder, config.groups);
  setGroups(decoder, config.groups);
  return model;
}

VqModel createVq(const VqConfig& config) {
  VqModel model = bareVq(config);
  model.visit([](const std::string& name, Tensor& tensor, const std::vector<std::int64_t>& shape) {
    const bool norm = name.find("norm") != std::string::npos;
    if (name == "quantize.embedding.weight") {
      tensor = unit(torch::randn(shape), 1);
    } else if (shape.size() == 1) {
      tensor = norm && name.ends_with("weight") ? torch::ones(shape) : torch::zeros(shape);
    } else {
      // As torch.nn.Conv2d: uniform within 1 / sqrt(inputs of one output).
      const double bound = 1 / std::sqrt(static_cast<double>(shape[1] * shape[2] * shape[3]));
      tensor = torch::empty(shape).uniform_(-bound, bound);
    }
  });
  return model;
}

Tensor vqFeatures(const VqModel& model, const Tensor& pictures) {
  Tensor h = conv(model.encoder.convIn, pictures);
  for (const VqLevel& one : model.encoder.levels) {
    h = level(one, h);
    if (!one.resamples) continue;
    // Halved with a border on the right and below only.
    h = torch::conv2d(torch::constant_pad_nd(h, {0, 1, 0, 1}), one.resample.weight,
                      one.resample.bias, 2);
  }
  return conv(model.quantConv, ends(model.encoder, middle(model.encoder, h)));
}

Tensor nearestCodes(const VqModel& model, const Tensor& features) {
  const torch::NoGradGuard noGrad;
  // Between unit vectors the nearest is the one with the largest product.
  const Tensor directions = unit(features.permute({0, 2, 3, 1}), 3);
  return torch::matmul(directions, unit(model.codebook, 1).t()).argmax(3);
}

Tensor vqEncode(const VqModel& model, const Tensor& pictures) {
  const torch::NoGradGuard noGrad;
  return nearestCodes(model, vqFeatures(model, pictures)).flatten(1);
}

Tensor codeVectors(const VqModel& model, const Tensor& tokens) {
  return torch::embedding(unit(model.codebook, 1), tokens).permute({0, 3, 1, 2}).contiguous();
}

Tensor vqPictures(const VqModel& model, const Tensor& codes) {
  Tensor h = middle(model.decoder, conv(model.decoder.convIn, conv(model.postQuantConv, codes)));
  for (const VqLevel& one : model.decoder.levels) {
    h = level(one, h);
    if (!one.resamples) continue;
    h = conv(one.resample, torch::upsample_nearest2d(h, {2 * h.size(2), 2 * h.size(3)}));
  }
  return ends(model.decoder, h);
}

Tensor vqDecode(const VqModel& model, const Tensor& tokens, int rows, int columns) {
  const torch::NoGradGuard noGrad;
  return vqPictures(model, codeVectors(model, tokens.view({-1, rows, columns})));
}

}  // namespace jacobiscope
