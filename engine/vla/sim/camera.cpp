#include "engine/vla/sim/camera.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "engine/core/error.h"
#include "engine/vla/sim/egl_context.h"
#include "engine/vla/sim/simulation.h"
#include "engine/vla/sim/world.h"

namespace jacobiscope {
namespace {

constexpr int kMostShapes = 200;
constexpr char kCameraName[] = "policy";

int checked(int size) {
  if (size < 8 || size > kLargestPicture) {
    throw UsageError("A picture of " + std::to_string(size) + " pixels a side is not in 8..." +
                     std::to_string(kLargestPicture) + ".");
  }
  return size;
}

}  // namespace

// MuJoCo's renderer in a context of its own. The scene it is set up with has the same shapes
// as every world's. What the constructor has made is freed also where it throws: the parts
// are members with destructors.
struct Camera::Renderer {
  struct Scene {
    mjvScene value;
    explicit Scene(const mjModel* model) {
      mjv_defaultScene(&value);
      mjv_makeScene(model, &value, kMostShapes);
    }
    ~Scene() { mjv_freeScene(&value); }
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;
  };
  struct Context {
    mjrContext value;
    explicit Context(const mjModel* model) {
      mjr_defaultContext(&value);
      try {
        mjr_makeContext(model, &value, mjFONTSCALE_100);
      } catch (...) {  // loadTabletop() lets MuJoCo's errors arrive so
        mjr_freeContext(&value);
        throw;
      }
    }
    ~Context() { mjr_freeContext(&value); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
  };

  Renderer(int w, int h)
      : width(checked(w)), height(checked(h)), model(sized(loadTabletop(), w, h)),
        egl(width, height), scene(model.get()), context(model.get()) {
    mjr_setBuffer(mjFB_OFFSCREEN, &context.value);
    if (context.value.currentBuffer != mjFB_OFFSCREEN) {
      throw Error("The camera cannot draw: OpenGL has no offscreen buffer.",
                  "Install the Debian package libgl1-mesa-dri.");
    }
  }
  ~Renderer() {
    try {
      egl.makeCurrent();  // what is freed is freed in its own context
    } catch (const Error&) {
    }
  }

  static ModelHandle sized(ModelHandle model, int w, int h) {
    model->vis.global.offwidth = w;
    model->vis.global.offheight = h;
    return model;
  }

  int width, height;
  ModelHandle model;
  EglContext egl;
  Scene scene;
  Context context;
};

Camera::Camera(int width, int height) : m_renderer(std::make_unique<Renderer>(width, height)) {}
Camera::~Camera() = default;
Camera::Camera(Camera&&) noexcept = default;
Camera& Camera::operator=(Camera&&) noexcept = default;

std::array<double, 2> Camera::placeOf(const World& world, const Vector3& point) const {
  const mjModel& model = world.simulation().model();
  const mjData& data = world.simulation().data();
  const int id = mj_name2id(&model, mjOBJ_CAMERA, kCameraName);
  const mjtNum* from = data.cam_xpos + 3 * id;
  const mjtNum* axes = data.cam_xmat + 9 * id;  // columns: right, up, backwards
  Vector3 seen{};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) seen[i] += axes[3 * j + i] * (point[j] - from[j]);
  }
  const double half = std::tan(model.cam_fovy[id] * std::numbers::pi / 360) * -seen[2];
  const double aspect = static_cast<double>(m_renderer->width) / m_renderer->height;
  return {0.5 + 0.5 * seen[0] / (half * aspect), 0.5 - 0.5 * seen[1] / half};
}

CameraPicture Camera::look(const World& world) {
  Renderer& r = *m_renderer;
  r.egl.makeCurrent();
  const Simulation& simulation = world.simulation();
  mjvOption option;
  mjv_defaultOption(&option);
  mjvPerturb perturb;
  mjv_defaultPerturb(&perturb);
  mjvCamera camera;
  mjv_defaultCamera(&camera);
  camera.type = mjCAMERA_FIXED;
  camera.fixedcamid = mj_name2id(r.model.get(), mjOBJ_CAMERA, kCameraName);
  mjv_updateScene(&simulation.model(), &simulation.data(), &option, &perturb, &camera, mjCAT_ALL,
                  &r.scene.value);
  const mjrRect whole{0, 0, r.width, r.height};
  mjr_render(whole, &r.scene.value, &r.context.value);
  CameraPicture picture{r.width, r.height, {}};
  const std::size_t row = static_cast<std::size_t>(r.width) * 3;
  picture.rgb.resize(row * r.height);
  mjr_readPixels(picture.rgb.data(), nullptr, whole, &r.context.value);
  for (int y = 0; y < r.height / 2; ++y) {  // OpenGL has the lower row first
    std::swap_ranges(picture.rgb.begin() + row * y, picture.rgb.begin() + row * (y + 1),
                     picture.rgb.begin() + row * (r.height - 1 - y));
  }
  return picture;
}

}  // namespace jacobiscope
