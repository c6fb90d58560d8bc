#include "engine/train/picture_variation.h"

namespace jacobiscope {

namespace {

// In [-most, most], one per picture.
Tensor draws(std::int64_t count, double most, torch::Generator& generator) {
  return (torch::rand({count}, generator) * 2 - 1) * most;
}

// Index of the pixel that stands at each place after a shift, [B, extent].
Tensor shifted(std::int64_t count, std::int64_t extent, int shift, torch::Generator& generator) {
  const Tensor by = torch::randint(-shift, shift + 1, {count, 1}, generator, torch::kInt64);
  return (torch::arange(extent, torch::kInt64) + by).clamp(0, extent - 1);
}

}  // namespace

Tensor variedPictures(const Tensor& pictures, const PictureVariation& variation,
                      torch::Generator& generator) {
  const auto count = pictures.size(0);
  Tensor moved = pictures;
  if (variation.shift > 0) {
    const Tensor rows = shifted(count, pictures.size(1), variation.shift, generator);
    const Tensor columns = shifted(count, pictures.size(2), variation.shift, generator);
    moved = pictures.index({torch::arange(count, torch::kInt64).view({-1, 1, 1}),
                            rows.unsqueeze(2), columns.unsqueeze(1)});
  }
  const Tensor colours = moved.to(torch::kFloat32);
  const auto perPicture = [&](double most) {
    return draws(count, most, generator).view({-1, 1, 1, 1});
  };
  const Tensor factor = 1 + perPicture(variation.contrast);
  const Tensor added = 255 * perPicture(variation.brightness);
  const Tensor mean = colours.mean({1, 2, 3}, true);
  // One pass over the pixels: (x - mean) factor + mean + added.
  return torch::addcmul(mean * (1 - factor) + added, colours, factor).clamp_(0, 255);
}

}  // namespace jacobiscope
