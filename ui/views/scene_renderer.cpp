#include "ui/views/scene_renderer.h"

#include <algorithm>
#include <cstddef>
#include <glm/exponential.hpp>
#include <glm/geometric.hpp>
#include <glm/gtc/matrix_transform.hpp>

#include "ui/views/gl_program.h"

namespace jacobiscope {

namespace {

const glm::vec3 kLamp = glm::normalize(glm::vec3(0.55f, -0.5f, 1.15f));  // towards it

glm::vec3 vec(Rgba colour) {
  return glm::vec3(colour & 255, colour >> 8 & 255, colour >> 16 & 255) / 255.0f;
}

glm::vec3 linear(const glm::vec3& colour) { return glm::pow(colour, glm::vec3(2.2f)); }

bool same(const Shape& a, const Shape& b) {
  return a.kind == b.kind && a.pose == b.pose && a.size == b.size && a.colour == b.colour;
}

bool isFloor(MeshKind mesh) { return mesh == MeshKind::Plane; }

// The lamp's parallel light over everything near the focus.
glm::mat4 lampOf(const Scene3D& scene) {
  const glm::vec3 focus{float(scene.focus[0]), float(scene.focus[1]), float(scene.focus[2])};
  const float reach = std::max(0.1f, float(scene.radius)) * 1.7f;
  return glm::ortho(-reach, reach, -reach, reach, 0.0f, 4 * reach) *
         glm::lookAt(focus + 2 * reach * kLamp, focus, glm::vec3(0, 1, 0));
}

void attribute(int at, int numbers, std::size_t stride, std::size_t offset, int divisor) {
  glEnableVertexAttribArray(at);
  glVertexAttribPointer(at, numbers, GL_FLOAT, GL_FALSE, static_cast<GLsizei>(stride),
                        reinterpret_cast<const void*>(offset));
  glVertexAttribDivisor(at, divisor);
}

}  // namespace

SceneStyle sceneStyleOf(const Look& look) {
  const Palette& c = look.colours;
  SceneStyle style;
  style.top = vec(look.dark ? mixed(c.panel, c.raised, 0.25f) : mixed(c.panel, c.hover, 0.8f));
  style.bottom = vec(look.dark ? c.base : c.ground);
  style.ground = vec(look.dark ? mixed(c.ground, c.panel, 0.6f) : mixed(c.panel, c.hover, 0.5f));
  style.line = vec(look.dark ? mixed(c.line, c.muted, 0.12f) : mixed(c.line, c.muted, 0.25f));
  style.ambient = look.dark ? 0.34f : 0.46f;
  style.shade = look.dark ? 0.38f : 0.2f;
  return style;
}

void SceneRenderer::send(const Scene3D& scene) {
  std::vector<ShapeInstance> instances;
  m_batches.clear();
  for (const bool solid : {true, false})
    for (int kind = 0; kind < kMeshKinds; ++kind) {
      Batch batch{static_cast<MeshKind>(kind), static_cast<int>(instances.size()), 0, solid};
      for (const Shape& shape : scene.shapes)
        if (meshFor(shape.kind) == batch.mesh && (shape.colour[3] >= 1) == solid)
          instances.push_back(instanceOf(shape));
      batch.count = static_cast<int>(instances.size()) - batch.first;
      if (batch.count > 0) m_batches.push_back(batch);
    }
  glBindBuffer(GL_ARRAY_BUFFER, m_instances);
  glBufferData(GL_ARRAY_BUFFER, instances.size() * sizeof(ShapeInstance), instances.data(),
               GL_STREAM_DRAW);
}

void SceneRenderer::drawBatch(unsigned program, const Batch& batch) {
  const GpuMesh& mesh = m_meshes[static_cast<int>(batch.mesh)];
  glBindBuffer(GL_ARRAY_BUFFER, mesh.vertices);
  attribute(0, 3, sizeof(MeshVertex), offsetof(MeshVertex, core), 0);
  attribute(1, 3, sizeof(MeshVertex), offsetof(MeshVertex, normal), 0);
  glBindBuffer(GL_ARRAY_BUFFER, m_instances);
  constexpr std::size_t kStride = sizeof(ShapeInstance);
  const std::size_t from = batch.first * kStride;
  attribute(2, 4, kStride, from + offsetof(ShapeInstance, turn), 1);
  attribute(3, 3, kStride, from + offsetof(ShapeInstance, position), 1);
  attribute(4, 3, kStride, from + offsetof(ShapeInstance, core), 1);
  attribute(5, 3, kStride, from + offsetof(ShapeInstance, round), 1);
  attribute(6, 4, kStride, from + offsetof(ShapeInstance, colour), 1);
  glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, mesh.triangles);
  setUniform(program, "isFloor", isFloor(batch.mesh) ? 1 : 0);
  glDrawElementsInstanced(GL_TRIANGLES, mesh.indices, GL_UNSIGNED_SHORT, nullptr, batch.count);
}

void SceneRenderer::drawShadows(const glm::mat4& lamp) {
  glBindFramebuffer(GL_FRAMEBUFFER, m_shadowFrame);
  glViewport(0, 0, kShadowSide, kShadowSide);
  glClear(GL_DEPTH_BUFFER_BIT);
  glUseProgram(m_shadowProgram);
  setUniform(m_shadowProgram, "camera", lamp);
  for (const Batch& batch : m_batches)
    if (batch.solid && !isFloor(batch.mesh)) drawBatch(m_shadowProgram, batch);
}

void SceneRenderer::drawPicture(const Scene3D& scene, const SceneView& view,
                                const SceneStyle& style, const glm::mat4& lamp) {
  glBindFramebuffer(GL_FRAMEBUFFER, m_smooth);
  glViewport(0, 0, m_width, m_height);
  glClear(GL_DEPTH_BUFFER_BIT);
  for (unsigned program : {m_background, m_shapes}) {
    glUseProgram(program);
    setUniform(program, "top", linear(style.top));
    setUniform(program, "bottom", linear(style.bottom));
    setUniform(program, "height", float(m_height));
  }
  glDisable(GL_DEPTH_TEST);
  glUseProgram(m_background);
  glDrawArrays(GL_TRIANGLES, 0, 3);
  glEnable(GL_DEPTH_TEST);
  glUseProgram(m_shapes);
  setUniform(m_shapes, "camera", view.projection * view.view);
  setUniform(m_shapes, "lamp", lamp);
  setUniform(m_shapes, "eye", view.eye);
  setUniform(m_shapes, "key", kLamp);
  setUniform(m_shapes, "ground", linear(style.ground));
  setUniform(m_shapes, "line", linear(style.line));
  setUniform(m_shapes, "focus", glm::vec3(scene.focus[0], scene.focus[1], scene.focus[2]));
  setUniform(m_shapes, "radius", std::max(1e-3f, float(scene.radius)));
  setUniform(m_shapes, "ambient", style.ambient);
  setUniform(m_shapes, "shade", style.shade);
  setUniform(m_shapes, "shadows", 0);
  glBindTexture(GL_TEXTURE_2D, m_shadowMap);
  for (const Batch& batch : m_batches) {
    batch.solid ? glDisable(GL_BLEND) : glEnable(GL_BLEND);
    drawBatch(m_shapes, batch);
  }
}

ImTextureID SceneRenderer::draw(const Scene3D& scene, const SceneView& view,
                                const SceneStyle& style) {
  const int width = static_cast<int>(view.area.width());
  const int height = static_cast<int>(view.area.height());
  if (width < 1 || height < 1) return nullptr;
  const auto id = [this] {
    return reinterpret_cast<ImTextureID>(static_cast<std::intptr_t>(m_texture));
  };
  const bool unchanged = m_texture && width == m_width && height == m_height && view == m_view &&
                         style == m_style && std::ranges::equal(scene.shapes, m_shown, same);
  if (unchanged) return id();
  const KeptTarget kept;
  glActiveTexture(GL_TEXTURE0);
  if (!prepare() || !resize(width, height)) return nullptr;
  m_shown = scene.shapes;
  m_view = view;
  m_style = style;
  glBindVertexArray(m_layout);
  send(scene);
  glDisable(GL_SCISSOR_TEST);
  glEnable(GL_CULL_FACE);
  glDisable(GL_BLEND);
  glEnable(GL_DEPTH_TEST);
  glDepthMask(GL_TRUE);
  // The picture itself stays opaque.
  glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
  const glm::mat4 lamp = lampOf(scene);
  drawShadows(lamp);
  drawPicture(scene, view, style, lamp);
  glDisable(GL_CULL_FACE);
  glDisable(GL_DEPTH_TEST);
  glDisable(GL_BLEND);
  glUseProgram(0);
  glBindVertexArray(0);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, m_smooth);
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, m_frame);
  glBlitFramebuffer(0, 0, width, height, 0, 0, width, height, GL_COLOR_BUFFER_BIT, GL_NEAREST);
  return id();
}

}  // namespace jacobiscope
