// A small convolutional judge of scenes: how many objects, which, where, on what background?
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "engine/train/scene_pictures.h"

namespace jacobiscope {

class SceneJudge {
 public:
  // Fresh weights.
  SceneJudge();
  // Throws Error where the file is not one that save() wrote for these objects and colours.
  static SceneJudge open(const std::filesystem::path& file);

  // [B, 3, kSceneSize, kSceneSize] in [-1, 1] to [B, kSceneAnswers] (scene_answers.h).
  Tensor logits(const Tensor& pictures) const;
  // What is seen in each picture (likeliestScenes()).
  std::vector<Scene> judge(const Tensor& pictures) const;

  std::vector<Tensor>& parameters() { return m_parameters; }
  void save(const std::filesystem::path& file) const;

 private:
  std::vector<Tensor> m_parameters;  // weight and bias of four convolutions and two layers
};

// Cross-entropy of the four answers on pictures that vary more than those of training, with
// blur and noise, so that the artefacts of a VQ do not throw the judge; AdamW at a rate that
// falls to zero. `report` is told step and loss, and answers whether to go on.
void trainSceneJudge(SceneJudge& judge, const EmojiSprites& sprites, std::int64_t steps,
                     int batch, std::uint64_t seed,
                     const std::function<bool(std::int64_t step, double loss)>& report);

// Share of fresh pictures of held-out scenes, drawn as `variation` says, of which everything
// is named rightly.
double sceneJudgeAccuracy(const SceneJudge& judge, const EmojiSprites& sprites, int pictures,
                          const SceneVariation& variation = {});

// What the judge is trained on.
SceneVariation widerSceneVariation();

}  // namespace jacobiscope
