// Perceptually even colour maps that remain readable without colour vision.
#pragma once

#include <cstdint>

namespace jacobiscope {

// Red in the lowest byte, opaque: the layout of ImGui colours and of RGBA8 textures on
// little-endian machines.
using Rgba = std::uint32_t;

constexpr Rgba rgba(int red, int green, int blue, int alpha = 255) {
  return static_cast<Rgba>(red) | static_cast<Rgba>(green) << 8 | static_cast<Rgba>(blue) << 16 |
         static_cast<Rgba>(alpha) << 24;
}

constexpr Rgba withAlpha(Rgba colour, float alpha) {
  return (colour & 0x00ffffffu) | static_cast<Rgba>(alpha * 255 + 0.5f) << 24;
}

// Between two colours, component by component; `t` in [0, 1].
Rgba mixed(Rgba from, Rgba to, float t);

// The colour at `unit` in [0, 1] (clamped) of viridis or cividis, both as published with
// matplotlib under CC0 (van der Walt and Smith 2015; Nuñez, Anderton, Renslow 2018).
Rgba mapColour(double unit, bool cividis);

// Black or white, whichever is read better on that colour.
Rgba inkOn(Rgba colour);

}  // namespace jacobiscope
