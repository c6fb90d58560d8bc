#include "engine/core/panel.h"

namespace jacobiscope {
namespace {

std::size_t bytes(const Image& image) { return sizeof image + image.rgba.size(); }

std::size_t bytes(const Strip& strip) {
  std::size_t sum = sizeof strip;
  for (const Image& image : strip.images) sum += bytes(image);
  for (const std::string& caption : strip.captions) sum += caption.size();
  return sum;
}

std::size_t bytes(const Heatmap& map) {
  return sizeof map + map.values.size() * sizeof(float) + map.unit.size();
}

std::size_t bytes(const Scene3D& scene) {
  return sizeof scene + scene.shapes.size() * sizeof(Shape);
}

}  // namespace

std::size_t byteSize(const Panel& panel) {
  return panel.id.size() + panel.title.size() +
         std::visit([](const auto& picture) { return bytes(picture); }, panel.picture);
}

}  // namespace jacobiscope
