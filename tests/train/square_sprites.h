// Sprites for tests of scenes, without a font.
#pragma once

#include "engine/train/emoji_batches.h"
#include "engine/train/scenes.h"

namespace jacobiscope {

// Sixteen grey squares that fill their sprites, each darker than the next, as
// `train data scenes` would name them.
inline EmojiSprites squares() {
  EmojiSprites sprites;
  sprites.pixels = torch::ones({16, 4, 64, 64});
  for (int i = 0; i < 16; ++i) sprites.pixels[i].slice(0, 0, 3).fill_(i / 40.0);
  for (const EmojiPick& pick : sceneEmoji()) sprites.names.emplace_back(pick.name);
  return sprites;
}

}  // namespace jacobiscope
