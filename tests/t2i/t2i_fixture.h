// Small models for the tests: random image GPTs and VQs, and the published code's checkpoints.
#pragma once

#include <memory>
#include <string>

#include "engine/checkpoint/safetensors.h"
#include "engine/core/family.h"
#include "engine/nn/load_tensor.h"
#include "engine/nn/save_tensors.h"
#include "engine/t2i/token_family.h"

namespace jacobiscope {

inline std::filesystem::path llamaGenData(const std::string& file = {}) {
  return std::filesystem::path(JACOBISCOPE_TEST_DATA) / "llamagen" / file;
}

// One thread: where other programs use the cores, two wait for each other at every product.
inline std::unique_ptr<TokenFamily> openLlamaGen() {
  return std::make_unique<TokenFamily>(LoadRequest{llamaGenData(), {}, {{"device", "cpu"}, {"threads", "1"}}});
}

// Random weights that are large enough for logits to differ by a few units; norms near 1.
inline Gpt randomGpt(const GptConfig& config, std::uint64_t seed) {
  torch::manual_seed(seed);
  Gpt gpt = createGpt(config);
  const torch::NoGradGuard noGrad;
  gpt.visit([&](const std::string& name, Tensor& tensor, const auto&) {
    if (tensor.dim() == 1) {
      tensor.add_(torch::randn_like(tensor) * 0.1);
    } else if (name != "cls_embedding.uncond_embedding") {
      tensor.copy_(torch::randn_like(tensor) / std::sqrt(static_cast<double>(tensor.size(1))));
    }
  });
  gpt.tokenEmbedding.mul_(std::sqrt(static_cast<double>(config.width)));
  gpt.output.mul_(1.5);
  return gpt;
}

inline GptConfig smallText() {
  GptConfig config;
  config.width = 64;
  config.layers = 2;
  config.heads = 2;
  config.hidden = 88;  // no whole number of panels, as the vocabulary
  config.vocabulary = 50;
  config.grid = 4;
  config.prefix = 6;
  config.captionWidth = 10;
  return config;
}

inline GptConfig smallClasses() {
  GptConfig config = smallText();
  config.heads = 4;
  config.prefix = 1;
  config.captionWidth = 0;
  config.classes = 3;
  return config;
}

// Of a few channels; `levels` - 1 times halved.
inline VqConfig smallVq(int codebook, int levels) {
  VqConfig config;
  config.codebook = codebook;
  config.channels = 4;
  config.groups = 2;
  config.latent = 4;
  config.multipliers.assign(static_cast<std::size_t>(levels), 1);
  config.residuals = 1;
  return config;
}

inline NamedTensors tensorsOf(const ParameterWalk& walk) {
  NamedTensors tensors;
  walk([&](const std::string& name, Tensor& tensor, const auto&) {
    tensors.emplace_back(name, tensor);
  });
  return tensors;
}

// Both as the family holds them, without a file.
inline std::unique_ptr<LoadedT2i> loadedT2i(const GptConfig& config, std::uint64_t seed) {
  auto model = std::make_unique<LoadedT2i>();
  model->gpt = randomGpt(config, seed);
  model->vq = createVq(smallVq(config.vocabulary, 1));
  model->prepared = prepareGpt(model->gpt, torch::kCPU, torch::kFloat32);
  return model;
}

inline double largestDifference(const Tensor& a, const Tensor& b) {
  return (a - b).abs().max().item<double>();
}

}  // namespace jacobiscope
