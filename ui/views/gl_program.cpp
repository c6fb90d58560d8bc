#include "ui/views/gl_program.h"

namespace jacobiscope {

namespace {

unsigned compiled(GLenum kind, const char* text) {
  const GLuint shader = glCreateShader(kind);
  glShaderSource(shader, 1, &text, nullptr);
  glCompileShader(shader);
  return shader;
}

}  // namespace

unsigned makeProgram(const char* vertex, const char* fragment) {
  const GLuint program = glCreateProgram();
  const GLuint parts[] = {compiled(GL_VERTEX_SHADER, vertex),
                          compiled(GL_FRAGMENT_SHADER, fragment)};
  for (GLuint part : parts) glAttachShader(program, part);
  glLinkProgram(program);
  for (GLuint part : parts) glDeleteShader(part);
  GLint linked = GL_FALSE;
  glGetProgramiv(program, GL_LINK_STATUS, &linked);
  if (linked) return program;
  glDeleteProgram(program);
  return 0;
}

}  // namespace jacobiscope
