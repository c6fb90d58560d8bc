// The fixed camera that a policy sees through. The window shows the very same pictures.
// Renders without a display: through EGL on Mesa's surfaceless platform, in software where
// there is no GPU that Mesa drives.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/core/geometry.h"

namespace jacobiscope {

class World;

inline constexpr int kPictureSize = 96;       // pixels a side, of what policies are trained on
inline constexpr int kLargestPicture = 1024;

struct CameraPicture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;  // [height, width, 3], sRGB, the upper row first
};

// To be created, used and destroyed by one thread, which holds no other EGL context then.
class Camera {
 public:
  // Throws UsageError for a size outside 8...kLargestPicture, and Error where EGL or OpenGL
  // does not start (says which package to install).
  explicit Camera(int width = kPictureSize, int height = kPictureSize);
  ~Camera();
  Camera(Camera&&) noexcept;
  Camera& operator=(Camera&&) noexcept;

  // The world as it is now. Changes nothing in it.
  CameraPicture look(const World& world);
  // Where in the picture a point of the world (in front of the camera) is seen: column and row
  // as shares of its width and height, from the left upper corner. May lie outside.
  std::array<double, 2> placeOf(const World& world, const Vector3& point) const;

 private:
  struct Renderer;
  std::unique_ptr<Renderer> m_renderer;
};

}  // namespace jacobiscope
