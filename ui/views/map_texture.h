// The convergence map as one texture; only columns that are new are sent.
#pragma once

#include <imgui.h>

#include "engine/record/map_pixels.h"

namespace jacobiscope {

// MapPixels on the graphics card. Needs a current OpenGL context, also to be destroyed.
class MapTexture {
 public:
  MapTexture() = default;
  ~MapTexture();
  MapTexture(const MapTexture&) = delete;
  MapTexture& operator=(const MapTexture&) = delete;

  void update(const RunDigest& digest, int rows, const MapColours& colours);
  void update(const TokenTimeline& tokens, const MapColours& colours);
  void update(const ActionTimeline& actions, const MapColours& colours);
  void update(const ErrorTimeline& errors, int rows, const MapColours& colours, bool tokens);
  void clear();
  ImTextureID id() const;
  // Horizontal texture coordinate of a sweep's left edge.
  float u(double sweep) const;

 private:
  void send(const MapPixels::Dirty& dirty);

  unsigned m_texture = 0;
  MapPixels m_pixels;
};

}  // namespace jacobiscope
