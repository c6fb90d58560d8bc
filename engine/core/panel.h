// Pictures of the present: a closed set, drawn by ui/views, one file each.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/core/shape.h"

namespace jacobiscope {

struct Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;  // width * height * 4, row-major, opaque unless said
};

// Several pictures in a row with a caption each: the noise-to-image strip over the
// blocks, or the pictures of a batch.
struct Strip {
  std::vector<Image> images;
  std::vector<std::string> captions;
  int current = -1;  // the one being computed, -1: none
};

// A value per cell, row-major. NaN means nothing known there yet.
struct Heatmap {
  int rows = 0, columns = 0;
  std::vector<float> values;
  std::string unit;         // "log10 max |dx|" is drawn from raw values: see logarithmic
  bool logarithmic = true;  // colour by log10 of the value
};

// Solid shapes in space, to be shaded and looked at from any side.
struct Scene3D {
  std::vector<Shape> shapes;
  Vector3 focus{};    // where to look first, metres
  double radius = 1;  // of what should be in view, metres
};

struct Panel {
  std::string id;     // stable name by which a view finds it: "sample", "strip", "batch", "scene", "camera"
  std::string title;  // what is written under it
  std::variant<Image, Strip, Heatmap, Scene3D> picture;
};

std::size_t byteSize(const Panel& panel);

}  // namespace jacobiscope
