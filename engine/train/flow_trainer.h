// Maximum-likelihood training of a TarFlow (arXiv 2412.06329, section 2): noise of standard
// deviation sigma on the pictures, classes dropped at random, AdamW, an exponential moving
// average of the weights that is what gets released.
#pragma once

#include <filesystem>

#include "engine/tarflow/model.h"
#include "engine/train/adam.h"
#include "engine/train/emoji_batches.h"

namespace jacobiscope {

struct FlowTraining {
  TarFlowConfig config;
  AdamSettings adam;
  int batch = 64;
  double labelDropout = 0.1;
  std::uint64_t seed = 1;
  EmojiVariation variation;
};

// Model, moving average and optimiser, one step at a time; on one thread.
class FlowTrainer {
 public:
  FlowTrainer(const FlowTraining& training, EmojiSprites sprites, torch::Device device);

  // One optimiser step; returns the loss in nats per dimension.
  double step();
  std::int64_t steps() const { return m_adam.steps(); }

  // Bits per dimension of the averaged model on fresh renderings that no training step draws
  // (fixed generator), 8-bit convention: loss / ln 2 + log2(128) + log2(sqrt(2 pi)).
  double heldOut(int pictures);

  // Everything needed to go on: weights, average, moments, counters. Written atomically.
  void save(const std::filesystem::path& file) const;
  // From what save() wrote, as if training had not been stopped; or from released weights (a
  // file of any checkpoint layout, or a model's folder), which serve as weights and average
  // of a fresh start. Throws Error naming the tensor that does not fit, and leaves the trainer
  // as it was. Returns whether there was an optimiser's state.
  bool resume(const std::filesystem::path& file);

  // The averaged model.
  TarFlow& average() { return m_average; }

 private:
  // What Adam walks over: all but `var`, which is not trained.
  static ParameterWalk walk(TarFlow& model);

  FlowTraining m_training;
  EmojiSprites m_sprites;
  torch::Device m_device;
  torch::Generator m_generator;
  TarFlow m_model, m_average;
  Adam m_adam;
};

// The file that is released: bfloat16 weights, class names and sigma in its metadata.
void releaseFlow(TarFlow& model, const std::vector<std::string>& classes,
                 const std::filesystem::path& file);

}  // namespace jacobiscope
