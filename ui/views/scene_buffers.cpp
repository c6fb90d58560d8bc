// What the scene renderer keeps on the graphics card: made once, sized like the picture, deleted.
#include <algorithm>

#include "ui/views/gl_program.h"
#include "ui/views/scene_renderer.h"
#include "ui/views/scene_shaders.h"

namespace jacobiscope {

namespace {

constexpr int kSamples = 4;  // a pixel

}  // namespace

SceneRenderer::~SceneRenderer() { clear(); }

bool SceneRenderer::prepare() {
  if (m_ready || m_refused) return m_ready;
  m_shapes = makeProgram(kShapeVertex, kShapeFragment);
  m_shadowProgram = makeProgram(kShapeVertex, kShadowFragment);
  m_background = makeProgram(kBackgroundVertex, kBackgroundFragment);
  glGenVertexArrays(1, &m_layout);
  glGenBuffers(1, &m_instances);
  for (int kind = 0; kind < kMeshKinds; ++kind) {
    const Mesh mesh = meshOf(static_cast<MeshKind>(kind));
    GpuMesh& gpu = m_meshes[kind];
    gpu.indices = static_cast<int>(mesh.triangles.size());
    glBindVertexArray(m_layout);
    glGenBuffers(1, &gpu.vertices);
    glBindBuffer(GL_ARRAY_BUFFER, gpu.vertices);
    glBufferData(GL_ARRAY_BUFFER, mesh.vertices.size() * sizeof(MeshVertex),
                 mesh.vertices.data(), GL_STATIC_DRAW);
    glGenBuffers(1, &gpu.triangles);
    glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, gpu.triangles);
    glBufferData(GL_ELEMENT_ARRAY_BUFFER, mesh.triangles.size() * sizeof(std::uint16_t),
                 mesh.triangles.data(), GL_STATIC_DRAW);
  }
  glGenTextures(1, &m_shadowMap);
  glBindTexture(GL_TEXTURE_2D, m_shadowMap);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_DEPTH_COMPONENT24, kShadowSide, kShadowSide, 0,
               GL_DEPTH_COMPONENT, GL_UNSIGNED_INT, nullptr);
  for (GLenum filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER})
    glTexParameteri(GL_TEXTURE_2D, filter, GL_LINEAR);
  for (GLenum wrap : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T})
    glTexParameteri(GL_TEXTURE_2D, wrap, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_COMPARE_MODE, GL_COMPARE_REF_TO_TEXTURE);
  glGenFramebuffers(1, &m_shadowFrame);
  glBindFramebuffer(GL_FRAMEBUFFER, m_shadowFrame);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, GL_TEXTURE_2D, m_shadowMap, 0);
  glDrawBuffer(GL_NONE);
  m_ready = m_shapes && m_shadowProgram && m_background &&
            glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
  m_refused = !m_ready;
  return m_ready;
}

// A picture with several samples a pixel, and the texture it is resolved into.
bool SceneRenderer::resize(int width, int height) {
  if (m_texture && width == m_width && height == m_height) return true;
  m_width = width;
  m_height = height;
  if (!m_texture) {
    glGenTextures(1, &m_texture);
    glGenFramebuffers(1, &m_frame);
    glGenFramebuffers(1, &m_smooth);
    glGenRenderbuffers(1, &m_colour);
    glGenRenderbuffers(1, &m_depth);
  }
  glBindTexture(GL_TEXTURE_2D, m_texture);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  for (GLenum filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER})
    glTexParameteri(GL_TEXTURE_2D, filter, GL_LINEAR);
  for (GLenum wrap : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T})
    glTexParameteri(GL_TEXTURE_2D, wrap, GL_CLAMP_TO_EDGE);
  glBindFramebuffer(GL_FRAMEBUFFER, m_frame);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, m_texture, 0);
  GLint most = 0;
  glGetIntegerv(GL_MAX_SAMPLES, &most);
  const GLsizei samples = std::min(kSamples, most);
  glBindRenderbuffer(GL_RENDERBUFFER, m_colour);
  glRenderbufferStorageMultisample(GL_RENDERBUFFER, samples, GL_RGBA8, width, height);
  glBindRenderbuffer(GL_RENDERBUFFER, m_depth);
  glRenderbufferStorageMultisample(GL_RENDERBUFFER, samples, GL_DEPTH_COMPONENT24, width, height);
  glBindFramebuffer(GL_FRAMEBUFFER, m_smooth);
  glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, m_colour);
  glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, GL_RENDERBUFFER, m_depth);
  if (glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE) return true;
  m_width = m_height = 0;  // of another size, or tried again
  return false;
}

void SceneRenderer::clear() {
  for (unsigned* program : {&m_shapes, &m_shadowProgram, &m_background})
    if (*program) glDeleteProgram(*program);
  for (unsigned* frame : {&m_shadowFrame, &m_frame, &m_smooth})
    if (*frame) glDeleteFramebuffers(1, frame);
  for (unsigned* buffer : {&m_colour, &m_depth})
    if (*buffer) glDeleteRenderbuffers(1, buffer);
  for (unsigned* texture : {&m_shadowMap, &m_texture})
    if (*texture) glDeleteTextures(1, texture);
  for (GpuMesh& mesh : m_meshes)
    for (unsigned* buffer : {&mesh.vertices, &mesh.triangles})
      if (*buffer) glDeleteBuffers(1, buffer);
  if (m_instances) glDeleteBuffers(1, &m_instances);
  if (m_layout) glDeleteVertexArrays(1, &m_layout);
  m_shapes = m_shadowProgram = m_background = m_shadowFrame = m_frame = m_smooth = 0;
  m_colour = m_depth = m_shadowMap = m_texture = m_instances = m_layout = 0;
  m_meshes = {};
  m_ready = m_refused = false;
}

}  // namespace jacobiscope
