#include "engine/record/trace_pictures.h"

#include <algorithm>

#include "engine/record/trace_structs.h"

namespace jacobiscope::trace {
namespace {

constexpr int kLargestSide = 1 << 16;
// Of a shape: position, rotation (w, x, y, z), size, colour (red, green, blue, alpha).
constexpr std::size_t kShapeNumbers = 3 + 4 + 3 + 4;

bool isOpaque(const Image& image) {
  for (std::size_t i = 3; i < image.rgba.size(); i += 4) {
    if (image.rgba[i] != 255) return false;
  }
  return true;
}

// Without the alpha channel where it says nothing.
json imageTo(const Image& image) {
  const std::size_t channels = isOpaque(image) ? 3 : 4;
  std::vector<std::uint8_t> bytes(image.rgba.size() / 4 * channels);
  for (std::size_t i = 0, at = 0; at < bytes.size(); i += 4, at += channels) {
    std::copy_n(&image.rgba[i], channels, &bytes[at]);
  }
  return {{"width", image.width},
          {"height", image.height},
          {"channels", channels},
          {"bytes", json::binary(std::move(bytes))}};
}

void checkSides(std::int64_t width, std::int64_t height) {
  const bool nothing = width == 0 && height == 0;
  if (!nothing && (width < 1 || height < 1 || width > kLargestSide || height > kLargestSide)) {
    refuse("size", "between 1 and 65,536 a side");
  }
}

Image imageFrom(const json& from) {
  if (!from.is_object()) refuse("image", "a map");
  Image image;
  int channels = 0;
  Reading reading(from);
  reading("width", image.width);
  reading("height", image.height);
  reading("channels", channels);
  checkSides(image.width, image.height);
  if (channels != 3 && channels != 4) refuse("channels", "3 or 4");
  const auto bytes = from.find("bytes");
  if (bytes == from.end() || !bytes->is_binary()) refuse("bytes", "a byte string");
  const auto& data = bytes->get_binary();
  const auto pixels =
      static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  const auto size = static_cast<std::size_t>(channels);
  if (data.size() != pixels * size) refuse("bytes", "as long as the picture's size says");
  image.rgba.resize(pixels * 4);
  for (std::size_t i = 0; i < pixels; ++i) {
    std::copy_n(&data[i * size], 3, &image.rgba[i * 4]);
    image.rgba[i * 4 + 3] = size == 4 ? data[i * size + 3] : 255;
  }
  return image;
}

json stripTo(const Strip& strip) {
  json images = json::array();
  for (const Image& image : strip.images) images.push_back(imageTo(image));
  return {{"images", std::move(images)},
          {"captions", Writing::of(strip.captions)},
          {"current", strip.current}};
}

Strip stripFrom(const json& from) {
  Strip strip;
  Reading reading(from);
  reading("captions", strip.captions);
  reading("current", strip.current);
  const auto images = from.find("images");
  if (images == from.end() || !images->is_array()) refuse("images", "an array");
  for (const json& image : *images) strip.images.push_back(imageFrom(image));
  if (strip.current < -1 || strip.current >= std::ssize(strip.images)) {
    refuse("current", "one of the images");
  }
  return strip;
}

Heatmap mapFrom(const json& from) {
  Heatmap map;
  Reading reading(from);
  fields(reading, map);
  checkSides(map.columns, map.rows);
  if (std::int64_t{map.rows} * map.columns != std::ssize(map.values)) {
    refuse("values", "as many as the map has cells");
  }
  return map;
}

json sceneTo(const Scene3D& scene) {
  json kinds = json::array();
  std::vector<std::int32_t> things;
  std::vector<float> numbers;
  const auto add = [&](const auto& values) {
    for (const auto value : values) numbers.push_back(static_cast<float>(value));
  };
  for (const Shape& shape : scene.shapes) {
    kinds.push_back(Writing::of(shape.kind));
    things.push_back(shape.thing);
    add(shape.pose.position);
    add(shape.pose.rotation);
    add(shape.size);
    add(shape.colour);
  }
  return {{"kinds", std::move(kinds)},
          {"things", typedArray(things)},
          {"numbers", typedArray(numbers)},
          {"focus", scene.focus},
          {"radius", scene.radius}};
}

Scene3D sceneFrom(const json& from) {
  Scene3D scene;
  std::vector<Shape::Kind> kinds;
  std::vector<std::int32_t> things;
  std::vector<float> numbers;
  std::vector<double> focus;
  Reading reading(from);
  reading("kinds", kinds);
  reading("things", things);
  reading("numbers", numbers);
  reading("focus", focus);
  reading("radius", scene.radius);
  if (things.size() != kinds.size() || numbers.size() != kinds.size() * kShapeNumbers ||
      (!focus.empty() && focus.size() != scene.focus.size())) {
    refuse("scene", "as many numbers as it has shapes");
  }
  std::ranges::copy(focus, scene.focus.begin());
  const float* next = numbers.data();
  const auto take = [&](auto& values) {
    for (auto& value : values) value = *next++;
  };
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    Shape& shape = scene.shapes.emplace_back();
    shape.kind = kinds[i];
    shape.thing = things[i];
    take(shape.pose.position);
    take(shape.pose.rotation);
    take(shape.size);
    take(shape.colour);
  }
  return scene;
}

struct PictureTo {
  json& panel;
  void operator()(const Image& image) { panel["image"] = imageTo(image); }
  void operator()(const Strip& strip) { panel["strip"] = stripTo(strip); }
  void operator()(const Heatmap& map) { panel["map"] = Writing::of(map); }
  void operator()(const Scene3D& scene) { panel["scene"] = sceneTo(scene); }
};

}  // namespace

json toTrace(const Panel& panel) {
  json to = {{"id", validText(panel.id)}, {"title", validText(panel.title)}};
  std::visit(PictureTo{to}, panel.picture);
  return to;
}

std::optional<Panel> panelFrom(const json& from) {
  if (!from.is_object()) refuse("panel", "a map");
  Panel panel;
  Reading reading(from);
  reading("id", panel.id);
  reading("title", panel.title);
  const auto held = [&](const char* key) -> const json* {
    const auto found = from.find(key);
    return found != from.end() && found->is_object() ? &*found : nullptr;
  };
  if (const json* image = held("image")) {
    panel.picture = imageFrom(*image);
  } else if (const json* strip = held("strip")) {
    panel.picture = stripFrom(*strip);
  } else if (const json* map = held("map")) {
    panel.picture = mapFrom(*map);
  } else if (const json* scene = held("scene")) {
    panel.picture = sceneFrom(*scene);
  } else {
    return std::nullopt;
  }
  return panel;
}

}  // namespace jacobiscope::trace
