// Scenes by the batch, for the trainers.
#pragma once

#include <vector>

#include "engine/train/scene_pictures.h"

namespace jacobiscope {

// Scenes that training may see, or only such as are kept from it.
inline std::vector<Scene> drawScenes(int count, bool heldOut, torch::Generator& generator) {
  const Draw draw = drawFrom(generator);
  std::vector<Scene> scenes;
  for (int i = 0; i < count; ++i) {
    scenes.push_back(heldOut ? heldOutScene(draw) : randomScene(draw));
  }
  return scenes;
}

}  // namespace jacobiscope
