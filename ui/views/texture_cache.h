// Pictures as OpenGL textures. Needs a current OpenGL 3.3 context in every call, the
// destructor included; knows nothing of windows.
#pragma once

#include <imgui.h>

#include <map>
#include <string>

#include "engine/core/panel.h"

namespace jacobiscope {

class TextureCache {
 public:
  TextureCache() = default;
  ~TextureCache();
  TextureCache(const TextureCache&) = delete;
  TextureCache& operator=(const TextureCache&) = delete;

  // The texture of a place in the window ("sample", "strip/3") showing this picture; it is
  // sent again only when the picture differs from the one that is there. Enlarged without
  // smoothing. nullptr for a picture without pixels.
  ImTextureID show(const std::string& place, const Image& image);
  // Deletes every texture, before the context goes away.
  void clear();

 private:
  struct Slot {
    unsigned texture = 0;
    Image image;
  };
  std::map<std::string, Slot> m_slots;
};

}  // namespace jacobiscope
