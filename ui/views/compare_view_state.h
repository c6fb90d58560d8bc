// What the comparison keeps between frames. Its textures need a current OpenGL context when they
// are deleted: call clear() before it goes away.
#pragma once

#include <map>
#include <string>

#include "ui/views/compare_digest.h"
#include "ui/views/geometry.h"
#include "ui/views/scene_renderer.h"

namespace jacobiscope {

struct CompareViewState {
  CompareDigest digest;
  SceneRenderer sceneB;
  std::string probed;  // what the tooltip told of the pixel under the pointer; empty: nothing
  // Where things lay in the last frame, in device pixels: "A", "B" (the whole pictures),
  // "divider", "mode 0"...
  std::map<std::string, Rect> places;

  void clear() { sceneB.clear(); }
};

}  // namespace jacobiscope
