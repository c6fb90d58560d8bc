#include "engine/vla/sim/egl_context.h"

#include <EGL/eglext.h>

#include <sstream>
#include <string>

#include "engine/core/error.h"

namespace jacobiscope {
namespace {

[[noreturn]] void fail(const std::string& what) {
  std::ostringstream text;
  text << "The camera cannot draw: " << what << " failed";
  const EGLint code = eglGetError();  // none where EGL merely found no format
  if (code != EGL_SUCCESS) text << " (EGL error 0x" << std::hex << code << ")";
  throw Error(text.str() + ".",
              "Install the Debian packages libegl1 and libgl1-mesa-dri.");
}

EGLDisplay openDisplay() {
  EGLDisplay display = eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA,
                                             reinterpret_cast<void*>(EGL_DEFAULT_DISPLAY), nullptr);
  if (display == EGL_NO_DISPLAY) fail("opening the surfaceless platform");
  if (!eglInitialize(display, nullptr, nullptr)) fail("starting EGL");
  return display;
}

// Every caller gets the same display from EGL, and the first eglTerminate would end it for
// all. It stays for the life of the process: Mesa loses some memory each time one is ended.
EGLDisplay sharedDisplay() {
  static EGLDisplay display = openDisplay();
  return display;
}

}  // namespace

EglContext::EglContext(int width, int height) : m_display(sharedDisplay()) {
  const EGLint wanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT,
                           EGL_RED_SIZE,     8,               EGL_GREEN_SIZE,      8,
                           EGL_BLUE_SIZE,    8,               EGL_DEPTH_SIZE,      24,
                           EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  if (!eglChooseConfig(m_display, wanted, &config, 1, &count) || count < 1) {
    fail("choosing a pixel format");
  }
  if (!eglBindAPI(EGL_OPENGL_API)) fail("choosing OpenGL");
  const EGLint size[] = {EGL_WIDTH, width, EGL_HEIGHT, height, EGL_NONE};
  try {
    m_surface = eglCreatePbufferSurface(m_display, config, size);
    if (m_surface == EGL_NO_SURFACE) fail("making a picture buffer");
    m_context = eglCreateContext(m_display, config, EGL_NO_CONTEXT, nullptr);
    if (m_context == EGL_NO_CONTEXT) fail("making an OpenGL context");
    makeCurrent();
  } catch (...) {
    release();
    throw;
  }
}

EglContext::~EglContext() { release(); }

void EglContext::makeCurrent() {
  if (!eglMakeCurrent(m_display, m_surface, m_surface, m_context)) {
    fail("using the OpenGL context");
  }
}

void EglContext::release() {
  if (eglGetCurrentContext() == m_context) {
    eglMakeCurrent(m_display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  }
  if (m_context != EGL_NO_CONTEXT) eglDestroyContext(m_display, m_context);
  if (m_surface != EGL_NO_SURFACE) eglDestroySurface(m_display, m_surface);
}

}  // namespace jacobiscope
