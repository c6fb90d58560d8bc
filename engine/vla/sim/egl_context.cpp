#include "engine/vla/sim/egl_context.h"

#include <EGL/eglext.h>

#include <mutex>
#include <sstream>
#include <string>

#include "engine/core/error.h"

namespace jacobiscope {
namespace {

[[noreturn]] void fail(const std::string& what) {
  std::ostringstream code;
  code << std::hex << eglGetError();
  throw Error("The camera cannot draw: " + what + " failed (EGL error 0x" + code.str() + ").",
              "Install the Debian packages libegl1 and libgl1-mesa-dri.");
}

EGLDisplay openDisplay() {
  EGLDisplay display = eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA,
                                             reinterpret_cast<void*>(EGL_DEFAULT_DISPLAY), nullptr);
  if (display == EGL_NO_DISPLAY) fail("opening the surfaceless platform");
  if (!eglInitialize(display, nullptr, nullptr)) fail("starting EGL");
  return display;
}

// EGL gives every caller the same display, and the first eglTerminate ends it for all: it is
// ended with the last context.
std::shared_ptr<void> sharedDisplay() {
  static std::mutex mutex;
  static std::weak_ptr<void> shared;
  const std::lock_guard lock(mutex);
  std::shared_ptr<void> display = shared.lock();
  if (!display) {
    display = std::shared_ptr<void>(openDisplay(), [](EGLDisplay d) { eglTerminate(d); });
    shared = display;
  }
  return display;
}

}  // namespace

EglContext::EglContext(int width, int height) : m_display(sharedDisplay()) {
  const EGLDisplay display = m_display.get();
  const EGLint wanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT,
                           EGL_RED_SIZE,     8,               EGL_GREEN_SIZE,      8,
                           EGL_BLUE_SIZE,    8,               EGL_DEPTH_SIZE,      24,
                           EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  if (!eglChooseConfig(display, wanted, &config, 1, &count) || count < 1) {
    fail("choosing a pixel format");
  }
  if (!eglBindAPI(EGL_OPENGL_API)) fail("choosing OpenGL");
  const EGLint size[] = {EGL_WIDTH, width, EGL_HEIGHT, height, EGL_NONE};
  try {
    m_surface = eglCreatePbufferSurface(display, config, size);
    if (m_surface == EGL_NO_SURFACE) fail("making a picture buffer");
    m_context = eglCreateContext(display, config, EGL_NO_CONTEXT, nullptr);
    if (m_context == EGL_NO_CONTEXT) fail("making an OpenGL context");
    makeCurrent();
  } catch (...) {
    release();
    throw;
  }
}

EglContext::~EglContext() { release(); }

void EglContext::makeCurrent() {
  if (!eglMakeCurrent(m_display.get(), m_surface, m_surface, m_context)) {
    fail("using the OpenGL context");
  }
}

void EglContext::release() {
  const EGLDisplay display = m_display.get();
  if (eglGetCurrentContext() == m_context) {
    eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  }
  if (m_context != EGL_NO_CONTEXT) eglDestroyContext(display, m_context);
  if (m_surface != EGL_NO_SURFACE) eglDestroySurface(display, m_surface);
}

}  // namespace jacobiscope
