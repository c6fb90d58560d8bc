#include "engine/toy/toy_picture.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace jacobiscope {
namespace {

constexpr float kWhite = 3;  // noise lies within three standard deviations

}  // namespace

Grid toyGrid(int positions) {
  const int columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(positions))));
  return {(positions + columns - 1) / std::max(columns, 1), columns};
}

Image toyImage(const std::vector<float>& x) {
  const Grid grid = toyGrid(static_cast<int>(x.size()));
  Image image{grid.columns, grid.rows, {}};
  image.rgba.resize(static_cast<std::size_t>(grid.rows) * grid.columns * 4);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const float shade = std::clamp((x[i] + kWhite) / (2 * kWhite), 0.0f, 1.0f);
    std::fill_n(image.rgba.begin() + i * 4, 3, static_cast<std::uint8_t>(shade * 255 + 0.5f));
    image.rgba[i * 4 + 3] = 255;
  }
  return image;
}

Heatmap toyHeatmap(const std::vector<float>& change) {
  const Grid grid = toyGrid(static_cast<int>(change.size()));
  Heatmap map{grid.rows, grid.columns, change, "|dx|"};
  map.values.resize(static_cast<std::size_t>(grid.rows) * grid.columns,
                    std::numeric_limits<float>::quiet_NaN());
  return map;
}

Strip toyStrip(const std::vector<std::vector<float>>& boundaries, const std::vector<float>& x,
               int stages) {
  Strip strip;
  for (std::size_t i = 0; i < boundaries.size(); ++i) {
    strip.images.push_back(toyImage(boundaries[i]));
    strip.captions.push_back(i == 0 ? "noise" : "stage " + std::to_string(i));
  }
  if (std::ssize(boundaries) <= stages) {
    strip.current = static_cast<int>(strip.images.size());
    strip.images.push_back(toyImage(x));
    strip.captions.push_back("stage " + std::to_string(boundaries.size()));
  }
  return strip;
}

}  // namespace jacobiscope
