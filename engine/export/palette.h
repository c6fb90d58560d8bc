// Few colours for a picture of many, as a GIF needs.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/core/panel.h"

namespace jacobiscope {

using Colour = std::array<std::uint8_t, 3>;  // red, green, blue

struct IndexedPicture {
  std::vector<Colour> palette;        // 1 to 256
  std::vector<std::uint8_t> indices;  // width * height, row-major
};

// A picture of at most 256 colours keeps each of them. Else the palette divides its colours,
// and what a pixel misses is passed on to its neighbours (error diffusion: Floyd and Steinberg
// 1976), so that slow gradients show no bands. Alpha is ignored.
IndexedPicture indexed(const Image& image);

}  // namespace jacobiscope
