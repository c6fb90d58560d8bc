// The fixed camera that a policy sees through. The window shows the very same pictures.
// Renders without a display: through EGL on Mesa's surfaceless platform, in software where
// there is no GPU that Mesa drives.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

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

 private:
  struct Renderer;
  std::unique_ptr<Renderer> m_renderer;
};

}  // namespace jacobiscope
