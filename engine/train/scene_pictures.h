// Pictures of scenes, made as training asks for them.
#pragma once

#include <filesystem>
#include <vector>

#include "engine/train/emoji_batches.h"
#include "engine/train/scenes.h"

namespace jacobiscope {

// Pixels per side of the pictures that `emoji-scenes` learns; all measures are for this size
// and scale with others.
inline constexpr int kSceneSize = 48;

// How much pictures of the same scene differ; the rest is drawn anew for each picture.
struct SceneVariation {
  // Objects move in steps of so many pixels, a divisor of 4. The tokens of the VQ stand for 4x4
  // pixels: with steps of four an object meets their grid in one way only, so that what must be
  // learnt of it stays small enough for a CPU.
  int step = 4;
  double scaleLow = 1, scaleHigh = 1;  // of an object's usual size
  double blur = 0;                     // largest share of a 3x3 mean that is mixed in
  double noise = 0;                    // largest standard deviation of added noise
};

// Random numbers from Torch's generator, whose state checkpoints keep. The generator must
// outlive the result.
Draw drawFrom(torch::Generator& generator);

// Reads a file of `train data scenes`; throws Error where it holds other objects.
EmojiSprites readSceneSprites(const std::filesystem::path& file);

// Pictures [B, 3, size, size] in [-1, 1]. A single object is 32 pixels wide and at most 4 off
// the middle; two are 20 wide, each within its half, at most 6 off the middle along the halves'
// border. At the usual size they do not overlap, and the background is exactly the colour of
// kSceneColours.
Tensor scenePictures(const EmojiSprites& sprites, const std::vector<Scene>& scenes, int size,
                     const SceneVariation& variation, torch::Generator& generator);

struct SceneBatch {
  std::vector<Scene> scenes;
  Tensor pictures;  // [B, 3, kSceneSize, kSceneSize] in [-1, 1]
};

// Random scenes that training may see, with their pictures.
SceneBatch randomSceneBatch(const EmojiSprites& sprites, int count,
                            const SceneVariation& variation, torch::Generator& generator);

}  // namespace jacobiscope
