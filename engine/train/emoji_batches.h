// Endless varied pictures of the emoji of a sprite file, made as training asks for them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/nn/torch.h"

namespace jacobiscope {

// How much the pictures vary; every value is drawn uniformly and anew for each picture.
struct EmojiVariation {
  double scaleLow = 0.9, scaleHigh = 1.0;   // of the picture's side
  double shift = 0.03;                      // of the picture's side, either way
  double degrees = 4;                       // rotation, either way
  double backgroundLow = 0.85;             // channels of the flat background, in [low, 1]
};

struct EmojiSprites {
  Tensor pixels;  // [K, 4, S, S] float32 in [0, 1], colour premultiplied with alpha
  std::vector<std::string> names;
};

// Reads a file of `train data`: tensor "sprites" u8 [K, S, S, 4], class names.
EmojiSprites readEmojiSprites(const std::filesystem::path& file);

// Pictures [B, 3, size, size] in [-1, 1] of the given classes [B] int64, varied. Draws come
// from `generator`.
Tensor emojiPictures(const EmojiSprites& sprites, const Tensor& classes, int size,
                     const EmojiVariation& variation, torch::Generator& generator);

}  // namespace jacobiscope
