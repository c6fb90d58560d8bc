// Training of the image GPT: cross-entropy of the tokens of a fixed VQ under captions that a fixed
// text encoder reads, dropped at random for guidance (Sun et al., arXiv 2406.06525, section 2.3;
// Ho and Salimans, arXiv 2207.12598).
#pragma once

#include <filesystem>

#include "engine/t2i/gpt.h"
#include "engine/t2i/text_encoder.h"
#include "engine/t2i/tokenizer.h"
#include "engine/t2i/vq.h"
#include "engine/train/adam.h"
#include "engine/train/emoji_batches.h"
#include "engine/train/scene_pictures.h"

namespace jacobiscope {

struct T2iTraining {
  GptConfig gpt;
  AdamSettings adam{.steps = 6000, .rate = 1.2e-3, .warmUp = 200, .averageDecay = 0.998};
  int size = 48;
  int batch = 32;
  double captionDropout = 0.1;
  // Share of the tokens before a row that are replaced by random ones: a slip while decoding shall
  // not lead where training never was, and the caption shall count for more than the last tokens.
  double slips = 0.05;
  // Weight of two questions to the rows half way up. Which scene does the caption describe? What
  // they are made to know early need not be found out from the pictures alone. The first row, which
  // has nothing but the caption, counts as much as all together. And where in the picture are they?
  // Rotary embeddings tell distances only, and on a plain background all tokens are alike.
  double reading = 0.2;
  std::uint64_t seed = 1;
};

class T2iTrainer {
 public:
  T2iTrainer(const T2iTraining& training, VqModel vq, Tokenizer tokenizer, TextEncoder text,
             EmojiSprites sprites, torch::Device device);

  double step();  // nats per token
  std::int64_t steps() const { return m_adam.steps(); }
  // Nats per token of the averaged model on scenes kept apart, with their captions.
  double heldOut(int pictures) const;

  void save(const std::filesystem::path& file) const;
  // A state file of save(), or the released weights of a GPT or of a folder with one (false).
  bool resume(const std::filesystem::path& file);
  // The averaged weights and, beside them, config.json.
  void release(const std::filesystem::path& file);

 private:
  struct Models {
    Gpt gpt;
    // Of the questions half way up; not released.
    Tensor answers;  // [kSceneAnswers, d]
    Tensor places;   // [2 * grid, d]: the row in the picture, the column
    void visit(const ParameterVisitor& visitor);
    ParameterWalk walk() {
      return [this](const ParameterVisitor& visitor) { visit(visitor); };
    }
  };

  // What came of one pass over B pictures.
  struct Pass {
    Tensor loss;     // nats per token
    Tensor middle;   // [B, N, d]: the rows half way up, which questions are put to
    Tensor dropped;  // [B] bool: whose caption was not given
  };

  static Models create(const T2iTraining& training, torch::Device device);
  Pass pass(const Models& models, const std::vector<Scene>& scenes, torch::Generator& generator,
            bool training) const;
  // Of the model that is trained, in nats.
  Tensor questionLoss(const Pass& passed, const std::vector<Scene>& scenes) const;
  static Tensor readingLoss(const Models& models, const Tensor& rows, const Tensor& answers);
  static Tensor placeLoss(const Models& models, const Tensor& rows);

  T2iTraining m_training;
  VqModel m_vq;
  Tokenizer m_tokenizer;
  TextEncoder m_text;
  EmojiSprites m_sprites;
  torch::Device m_device;
  torch::Generator m_generator;
  Models m_models, m_averages;
  Adam m_adam;
};

}  // namespace jacobiscope
