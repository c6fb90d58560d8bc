// A picture, enlarged pixel by pixel, with the values of the one under the mouse.
#pragma once

#include <optional>
#include <string>

#include "ui/views/drawing.h"
#include "ui/views/texture_cache.h"

namespace jacobiscope {

// Draws the picture as large as fits into `box` and returns where. `place` names the texture.
Rect drawImage(const Look& look, TextureCache& textures, const std::string& place,
               const Image& image, const Rect& box);

// The pixel under the mouse, outlined and told, of a picture that drawImage() drew into `rect`.
void probePixel(const Look& look, const std::string& place, const Image& image, const Rect& rect);

// The pixel under a point; nothing outside. Pure.
std::optional<Cell> pixelAt(const Rect& rect, const Image& image, glm::vec2 point);

// "x 12, y 40" and its red, green and blue. Pure.
std::string pixelText(const Image& image, Cell pixel);

}  // namespace jacobiscope
