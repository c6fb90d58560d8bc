// Draws a scene of solid shapes with OpenGL into a texture: a soft lamp with shadows, light from
// the sky, a floor with a grid that fades into the ground. Needs a current OpenGL 3.3 context in
// every call, the destructor included; knows nothing of windows.
#pragma once

#include <imgui.h>

#include <array>
#include <glm/vec3.hpp>
#include <vector>

#include "ui/views/look.h"
#include "ui/views/orbit_camera.h"
#include "ui/views/scene_mesh.h"

namespace jacobiscope {

// Colours in sRGB, 0 to 1.
struct SceneStyle {
  glm::vec3 top{0}, bottom{0};    // behind everything
  glm::vec3 ground{0}, line{0};   // the floor and its grid
  float ambient = 0.4f;
  float shade = 0.4f;             // of shadows on the floor, 1: black
  bool operator==(const SceneStyle&) const = default;
};
SceneStyle sceneStyleOf(const Look& look);

// Pixels of a side of the map of shadows; the shader knows it, too.
inline constexpr int kShadowSide = 1024;

class SceneRenderer {
 public:
  SceneRenderer() = default;
  ~SceneRenderer();
  SceneRenderer(const SceneRenderer&) = delete;
  SceneRenderer& operator=(const SceneRenderer&) = delete;

  // The texture with the scene, its upper edge at v = 1; drawn again only when something
  // differs. nullptr for an empty picture or where OpenGL refuses.
  ImTextureID draw(const Scene3D& scene, const SceneView& view, const SceneStyle& style);
  // Deletes everything, before the context goes away.
  void clear();

 private:
  // Instances of one mesh, one after the other in the buffer.
  struct Batch {
    MeshKind mesh;
    int first = 0, count = 0;
    bool solid = true;  // else seen through, to be drawn last
  };
  struct GpuMesh {
    unsigned vertices = 0, triangles = 0;
    int indices = 0;
  };

  bool prepare();
  bool resize(int width, int height);
  void send(const Scene3D& scene);
  void drawShadows(const glm::mat4& lamp);
  void drawPicture(const Scene3D& scene, const SceneView& view, const SceneStyle& style,
                   const glm::mat4& lamp);
  void drawBatch(unsigned program, const Batch& batch);

  bool m_ready = false, m_refused = false;
  unsigned m_shapes = 0, m_shadowProgram = 0, m_background = 0;
  unsigned m_layout = 0, m_instances = 0;  // vertex array, buffer
  std::array<GpuMesh, kMeshKinds> m_meshes{};
  std::vector<Batch> m_batches;
  unsigned m_shadowMap = 0, m_shadowFrame = 0;
  unsigned m_texture = 0, m_frame = 0;          // what is shown
  unsigned m_smooth = 0, m_colour = 0, m_depth = 0;  // with several samples a pixel
  int m_width = 0, m_height = 0;

  // What the texture shows.
  std::vector<Shape> m_shown;
  SceneView m_view;
  SceneStyle m_style;
};

}  // namespace jacobiscope
