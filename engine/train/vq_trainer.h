// Training of the VQ autoencoder on scenes: reconstruction, codebook and commitment losses (van
// den Oord et al., arXiv 1711.00937), codebook entries of unit length (arXiv 2110.04627), entries
// that nothing uses restarted from features of the batch.
#pragma once

#include <filesystem>

#include "engine/t2i/vq.h"
#include "engine/train/adam.h"
#include "engine/train/emoji_batches.h"
#include "engine/train/scenes.h"

namespace jacobiscope {

struct VqTraining {
  VqConfig config;
  AdamSettings adam{.steps = 1500, .rate = 1.5e-3, .warmUp = 50, .averageDecay = 0.995};
  int size = 48;             // pixels per side
  int batch = 32;
  double commitment = 0.25;
  // Weight of -log(share of use) in the choice of an entry, beside the squared distance: common
  // entries are preferred, so that a plain background costs few different tokens (entropy-
  // constrained quantisation, Chou, Lookabaugh and Gray, 1989). Above 0 nothing is restarted.
  double rarity = 0;
  // Weight of the squared distance between the features of a place and those of the same pixels in
  // a picture where the background or another object has changed: what an object's tokens are
  // shall hang on nothing else, so that they can be told for scenes that were never seen.
  double steadiness = 0;
  std::int64_t restartEvery = 50;  // steps, until the rate begins to fall
  std::uint64_t seed = 1;
};

// What held-out pictures say of a VQ.
struct VqFigures {
  double error = 0;  // mean squared error, pictures in [-1, 1]
  double usage = 0;  // share of the codebook that occurs
  // 2^entropy of the tokens: as many equally frequent ones would be as varied.
  double perplexity = 0;
};
VqFigures vqFigures(const VqModel& model, const EmojiSprites& sprites, int size, int pictures);

class VqTrainer {
 public:
  VqTrainer(const VqTraining& training, EmojiSprites sprites, torch::Device device);

  double step();  // the loss
  std::int64_t steps() const { return m_adam.steps(); }
  VqFigures heldOut(int pictures) const;

  void save(const std::filesystem::path& file) const;
  // As FlowTrainer: a state file of save(), or released weights (then false).
  bool resume(const std::filesystem::path& file);
  // The averaged model without the entries that nothing uses any more.
  VqModel compact() const;

 private:
  Tensor choose(const Tensor& features) const;
  Tensor unsteadiness(std::vector<Scene> scenes, torch::Generator places, const Tensor& pictures,
                      const Tensor& features) const;
  Tensor reconstructionLoss(const Tensor& pictures, const Tensor& features,
                            const Tensor& tokens) const;
  void countUse(const Tensor& features, const Tensor& tokens);
  void restartUnused(const Tensor& features);

  VqTraining m_training;
  EmojiSprites m_sprites;
  torch::Device m_device;
  torch::Generator m_generator;
  VqModel m_model, m_average;
  Adam m_adam;
  Tensor m_used;   // [V] how often each entry was chosen since the last restart
  Tensor m_share;  // [V] a moving average of each entry's share of use
};

// float32 model as bfloat16 file.
void releaseVq(VqModel& model, const std::filesystem::path& file);

}  // namespace jacobiscope
