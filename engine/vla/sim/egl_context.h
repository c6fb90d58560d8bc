// An OpenGL context without a window or a display server.
#pragma once

#include <EGL/egl.h>

namespace jacobiscope {

// Current on the thread that creates it, until it is destroyed there.
class EglContext {
 public:
  // A pixel buffer of the size given as its drawing surface. Throws Error.
  EglContext(int width, int height);
  ~EglContext();
  EglContext(const EglContext&) = delete;
  EglContext& operator=(const EglContext&) = delete;

  void makeCurrent();

 private:
  void release();

  EGLDisplay m_display;  // shared by all contexts of the process
  EGLSurface m_surface = EGL_NO_SURFACE;
  EGLContext m_context = EGL_NO_CONTEXT;
};

}  // namespace jacobiscope
