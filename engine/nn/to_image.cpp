#include "engine/nn/to_image.h"

namespace jacobiscope {

Image toImage(const Tensor& picture) {
  const Tensor colour = picture.size(0) == 3 ? picture : picture.slice(0, 0, 1).expand({3, -1, -1});
  const Tensor bytes = ((colour.nan_to_num(0, 1, -1) * 0.5 + 0.5) * 255)
                           .round()
                           .clamp(0, 255)
                           .to(torch::kUInt8)
                           .permute({1, 2, 0})
                           .to(torch::kCPU)
                           .contiguous();
  Image image;
  image.height = static_cast<int>(bytes.size(0));
  image.width = static_cast<int>(bytes.size(1));
  image.rgba.resize(static_cast<std::size_t>(image.width) * image.height * 4);
  const std::uint8_t* from = bytes.data_ptr<std::uint8_t>();
  for (std::size_t i = 0; i < image.rgba.size() / 4; ++i) {
    for (int c = 0; c < 3; ++c) image.rgba[4 * i + c] = from[3 * i + c];
    image.rgba[4 * i + 3] = 255;
  }
  return image;
}

}  // namespace jacobiscope
