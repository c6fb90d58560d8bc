#include "ui/views/token_patchwork.h"

#include <algorithm>

namespace jacobiscope {

namespace {

constexpr float kDrafted = 0.4f;  // of its light; the same as in decoded pictures

}  // namespace

Rect codebookPatch(const Image& codebook, int token) {
  const float side = float(codebook.width) / kCodebookColumns;
  const float across = 1.0f / kCodebookColumns, down = side / float(std::max(1, codebook.height));
  const glm::vec2 corner{float(token % kCodebookColumns) * across,
                         float(token / kCodebookColumns) * down};
  return {corner, corner + glm::vec2(across, down)};
}

Image patchwork(const TokenField& field, const ModelInfo& model, const Image& codebook) {
  const int side = codebook.width / kCodebookColumns, columns = model.gridColumns;
  const int entries = side > 0 ? codebook.height / side * kCodebookColumns : 0;
  Image image;
  image.width = columns * side;
  image.height = model.gridRows * side;
  image.rgba.assign(static_cast<std::size_t>(image.width) * image.height * 4, 0);
  for (std::size_t i = 3; i < image.rgba.size(); i += 4) image.rgba[i] = 255;
  const int count = std::min(model.gridRows * columns, static_cast<int>(field.cells.size()));
  for (int p = 0; p < count; ++p) {
    const TokenCell& cell = field.cells[p];
    if (cell.token < 0 || cell.token >= entries) continue;
    const float light = cell.settled >= 0 ? 1 : kDrafted;
    for (int y = 0; y < side; ++y) {
      const std::size_t row = std::size_t(cell.token / kCodebookColumns) * side + y;
      const auto* from = &codebook.rgba[(row * codebook.width +
                                         std::size_t(cell.token % kCodebookColumns) * side) * 4];
      auto* to = &image.rgba[((std::size_t(p / columns) * side + y) * image.width +
                              std::size_t(p % columns) * side) * 4];
      for (int x = 0; x < side; ++x)
        for (int c = 0; c < 3; ++c)
          to[x * 4 + c] = static_cast<std::uint8_t>(float(from[x * 4 + c]) * light + 0.5f);
    }
  }
  return image;
}

}  // namespace jacobiscope
