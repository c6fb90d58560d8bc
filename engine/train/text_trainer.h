// Training of the text encoder of `emoji-scenes` by itself: it is asked which scene a caption
// describes. Trained through the image GPT alone it does not learn which of two objects is the
// first one for thousands of steps; asked directly, it does in minutes.
#pragma once

#include <filesystem>

#include "engine/t2i/text_encoder.h"
#include "engine/t2i/tokenizer.h"
#include "engine/train/adam.h"
#include "engine/train/scenes.h"

namespace jacobiscope {

struct TextTraining {
  TextEncoderConfig config;
  AdamSettings adam{.steps = 2500, .rate = 2e-3, .warmUp = 100, .averageDecay = 0.99};
  int batch = 64;
  int length = 20;    // tokens of a caption, with padding
  int votes = 128;    // features that every token contributes to the answers
  std::uint64_t seed = 1;
};

class TextTrainer {
 public:
  TextTrainer(const TextTraining& training, Tokenizer tokenizer, torch::Device device);

  double step();  // cross-entropy of the four answers, in nats
  std::int64_t steps() const { return m_adam.steps(); }
  // Share of captions of scenes kept apart that the averaged encoder reads rightly.
  double heldOut(int captions) const;

  void save(const std::filesystem::path& file) const;
  // A state file of save(), or released weights (then false).
  bool resume(const std::filesystem::path& file);
  // The averaged encoder and, beside it, its config.json.
  void release(const std::filesystem::path& file);

 private:
  // The encoder, and who asks it: never released. The image GPT's picture rows attend to all rows
  // of the text alike, so that what they read is a sum over rows; so is what is asked here.
  struct Models {
    TextEncoder encoder;
    Tensor vote;     // [votes, C]
    Tensor answers;  // [kSceneAnswers, votes]
    void visit(const ParameterVisitor& visitor);
    ParameterWalk walk() {
      return [this](const ParameterVisitor& visitor) { visit(visitor); };
    }
  };

  static Models create(const TextTraining& training, torch::Device device);
  Tensor logits(const Models& models, const std::vector<Scene>& scenes,
                torch::Generator& generator) const;

  TextTraining m_training;
  Tokenizer m_tokenizer;
  torch::Device m_device;
  torch::Generator m_generator;
  Models m_models, m_averages;
  Adam m_adam;
};

}  // namespace jacobiscope
