// Small helpers around OpenGL 3.3. A current context is needed in every call.
#pragma once

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>

#include <glm/gtc/type_ptr.hpp>
#include <glm/mat4x4.hpp>
#include <glm/vec3.hpp>

namespace jacobiscope {

// Compiled and linked; 0 where OpenGL refuses.
unsigned makeProgram(const char* vertex, const char* fragment);

inline void setUniform(unsigned program, const char* name, const glm::mat4& value) {
  glUniformMatrix4fv(glGetUniformLocation(program, name), 1, GL_FALSE, glm::value_ptr(value));
}
inline void setUniform(unsigned program, const char* name, const glm::vec3& value) {
  glUniform3fv(glGetUniformLocation(program, name), 1, glm::value_ptr(value));
}
inline void setUniform(unsigned program, const char* name, float value) {
  glUniform1f(glGetUniformLocation(program, name), value);
}
inline void setUniform(unsigned program, const char* name, int value) {
  glUniform1i(glGetUniformLocation(program, name), value);
}

// Where OpenGL draws to, put back when this goes away.
class KeptTarget {
 public:
  KeptTarget() {
    glGetIntegerv(GL_FRAMEBUFFER_BINDING, &m_frame);
    glGetIntegerv(GL_VIEWPORT, m_viewport);
  }
  ~KeptTarget() {
    glBindFramebuffer(GL_FRAMEBUFFER, static_cast<GLuint>(m_frame));
    glViewport(m_viewport[0], m_viewport[1], m_viewport[2], m_viewport[3]);
  }
  KeptTarget(const KeptTarget&) = delete;
  KeptTarget& operator=(const KeptTarget&) = delete;

 private:
  GLint m_frame = 0;
  GLint m_viewport[4] = {};
};

}  // namespace jacobiscope
