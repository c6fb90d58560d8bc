// Captions of scenes by the batch, as a text encoder reads them.
#pragma once

#include <vector>

#include "engine/t2i/text_padding.h"
#include "engine/train/scenes.h"

namespace jacobiscope {

// One caption a scene, each worded by `draw`.
inline PaddedText captionBatch(const std::vector<Scene>& scenes, const Tokenizer& tokenizer,
                               int length, const Draw& draw) {
  std::vector<std::vector<std::int64_t>> sentences;
  for (const Scene& scene : scenes) sentences.push_back(tokenizer.encode(caption(scene, draw)));
  return padText(sentences, tokenizer, length);
}

}  // namespace jacobiscope
