// A small convolutional judge of 32x32 emoji pictures: which of the classes is it?
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/train/emoji_batches.h"

namespace jacobiscope {

class Classifier {
 public:
  // Fresh weights.
  explicit Classifier(std::vector<std::string> classes);
  // Throws Error where the file is not one that save() wrote.
  static Classifier open(const std::filesystem::path& file);

  // [B, 3, H, W] in [-1, 1] to [B, K].
  Tensor logits(const Tensor& pictures) const;
  // Most likely class of each picture, [B] int64.
  Tensor classify(const Tensor& pictures) const;

  const std::vector<std::string>& classes() const { return m_classes; }
  std::vector<Tensor>& parameters() { return m_parameters; }
  void save(const std::filesystem::path& file) const;

 private:
  std::vector<std::string> m_classes;
  std::vector<Tensor> m_parameters;  // weight and bias of four convolutions and the head
};

// Cross-entropy on varied renderings with noise, AdamW at a rate that falls to zero. `report`
// is told step and loss, and answers whether to go on.
void trainClassifier(Classifier& classifier, const EmojiSprites& sprites, int size,
                     std::int64_t steps, int batch, std::uint64_t seed,
                     const std::function<bool(std::int64_t step, double loss)>& report);

// Share of fresh renderings that are named rightly.
double classifierAccuracy(const Classifier& classifier, const EmojiSprites& sprites, int size,
                          int pictures);

}  // namespace jacobiscope
