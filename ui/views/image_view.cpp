#include "ui/views/image_view.h"

namespace jacobiscope {

Rect drawImage(const Look& look, TextureCache& textures, const std::string& place,
               const Image& image, const Rect& box) {
  const ImTextureID texture = textures.show(place, image);
  if (!texture) return {box.min, box.min};
  const Rect rect = fitted(box, float(image.width) / float(image.height));
  if (rect.empty()) return rect;
  ImGui::GetWindowDrawList()->AddImage(texture, im(rect.min), im(rect.max));
  return rect;
}

void probePixel(const Look& look, const std::string& place, const Image& image,
                const Rect& rect) {
  if (!hoverArea(("##" + place).c_str(), rect)) return;
  const auto pixel = pixelAt(rect, image, gl(ImGui::GetIO().MousePos));
  if (!pixel) return;
  const CellGrid grid{rect, image.height, image.width};
  const Rect cell = grid.cell(pixel->row, pixel->column);
  if (cell.width() >= look.px(4)) outlineRect(cell, look.colours.text, look.px(1));
  tooltip(look, pixelText(image, *pixel));
}

std::optional<Cell> pixelAt(const Rect& rect, const Image& image, glm::vec2 point) {
  return CellGrid{rect, image.height, image.width}.cellAt(point);
}

std::string pixelText(const Image& image, Cell pixel) {
  const std::size_t at = (std::size_t(pixel.row) * image.width + pixel.column) * 4;
  if (at + 4 > image.rgba.size()) return {};
  const std::uint8_t* rgba = &image.rgba[at];
  std::string text =
      "x " + std::to_string(pixel.column) + ", y " + std::to_string(pixel.row) + "\n";
  if (rgba[3] == 0) return text + "nothing here";
  return text + "red " + std::to_string(rgba[0]) + ", green " + std::to_string(rgba[1]) +
         ", blue " + std::to_string(rgba[2]) + " of 255";
}

}  // namespace jacobiscope
