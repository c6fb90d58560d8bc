#include "engine/vla/robot_pictures.h"

#include <utility>

#include "engine/vla/sim/things.h"

namespace jacobiscope {

namespace {

constexpr std::size_t kMostPast = std::size_t{128} << 20;

std::size_t bytesOf(const std::vector<Shape>& shapes) { return shapes.size() * sizeof(Shape); }

}  // namespace

Image imageOf(const CameraPicture& picture) {
  Image image{picture.width, picture.height, {}};
  image.rgba.reserve(picture.rgb.size() / 3 * 4);
  for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
    image.rgba.push_back(picture.rgb[i]);
    if (i % 3 == 2) image.rgba.push_back(255);
  }
  return image;
}

Array imageArray(const CameraPicture& picture) {
  const auto pixels = static_cast<std::size_t>(picture.width) * picture.height;
  std::vector<float> values(3 * pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      values[c * pixels + i] = static_cast<float>(picture.rgb[3 * i + c]) / 127.5f - 1;
    }
  }
  return {{1, 3, picture.height, picture.width}, std::move(values)};
}

std::vector<Panel> robotPanels(std::vector<Shape> shapes, const Image& camera) {
  // The table with the arm behind it, which is whole wherever its hand is.
  const Vector3 focus{0.33, 0, 0.27};
  std::vector<Panel> panels;
  panels.push_back({"scene", "scene", Scene3D{std::move(shapes), focus, 0.56}});
  if (camera.width > 0) panels.push_back({"camera", "what the policy sees", camera});
  return panels;
}

bool RobotPast::affords(std::size_t bytes) {
  if (m_bytes + bytes > kMostPast) return false;
  m_bytes += bytes;
  return true;
}

void RobotPast::look(int stage, const Image& camera, const std::vector<Shape>& shapes) {
  if (!affords(camera.rgba.size() + bytesOf(shapes))) return;
  m_stages[stage] = {camera, 0, {shapes}};
}

void RobotPast::act(int stage, int iteration, const std::vector<Shape>& shapes) {
  const auto found = m_stages.find(stage);
  if (found == m_stages.end()) return;
  Stage& then = found->second;
  if (then.acts == 0) then.acts = iteration;
  // A gap, once there is one, stays.
  const bool next = iteration - then.acts + 1 == std::ssize(then.scenes);
  if (next && affords(bytesOf(shapes))) then.scenes.push_back(shapes);
}

void RobotPast::forget(int stage) {
  for (auto it = m_stages.lower_bound(stage); it != m_stages.end(); it = m_stages.erase(it)) {
    m_bytes -= it->second.camera.rgba.size();
    for (const auto& shapes : it->second.scenes) m_bytes -= bytesOf(shapes);
  }
}

std::vector<Panel> RobotPast::panels(int stage, int iteration) const {
  const auto found = m_stages.find(stage);
  if (found == m_stages.end() || iteration < 1) return {};
  const Stage& then = found->second;
  const int scene = then.acts == 0 || iteration < then.acts ? 0 : iteration - then.acts + 1;
  if (scene >= std::ssize(then.scenes)) return {};
  return robotPanels(then.scenes[scene], then.camera);
}

}  // namespace jacobiscope
