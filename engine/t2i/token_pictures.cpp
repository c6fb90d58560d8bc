#include "engine/t2i/token_pictures.h"

#include <algorithm>
#include <string>

#include "engine/nn/to_image.h"

namespace jacobiscope {

namespace {

// How much of its light a cell keeps.
constexpr float kDrafted = 0.4f, kUnknown = 0.1f;
// Codebook entries that are decoded at once, and the most pixels of all their patches together
// with the copies around them.
constexpr std::int64_t kCodesAtOnce = 64;
constexpr std::int64_t kMostPixels = 1 << 18;
constexpr std::int64_t kPatchesPerRow = 32;

// picture [3, H, W] with the light of every cell [grid, grid].
Tensor lit(const Tensor& picture, const TokensThen& then, int grid) {
  Tensor light = torch::ones({1, 1, grid, grid});
  auto* cells = light.data_ptr<float>();
  for (int i = then.settled; i < grid * grid; ++i) {
    cells[i] = then.tokens[i] >= 0 ? kDrafted : kUnknown;
  }
  light = torch::upsample_nearest2d(light, {picture.size(1), picture.size(2)})[0];
  return (picture.clamp(-1, 1) + 1) * light.to(picture.device()) - 1;
}

}  // namespace

Tensor tokenTensor(const std::vector<TokensThen>& pictures, torch::Device device) {
  const auto n = std::ssize(pictures.front().tokens);
  Tensor all = torch::empty({std::ssize(pictures), n}, torch::kInt64);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    auto* row = all[i].data_ptr<std::int64_t>();
    for (int t = 0; t < n; ++t) row[t] = std::max(0, pictures[i].tokens[t]);
  }
  return all.to(device);
}

std::vector<Panel> tokenPictures(const Tensor& images, const std::vector<TokensThen>& pictures,
                                 int grid) {
  Strip batch;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    batch.images.push_back(toImage(lit(images[i], pictures[i], grid)));
    batch.captions.push_back("#" + std::to_string(i + 1));
  }
  const auto n = static_cast<std::size_t>(grid) * grid;
  const std::string title = pictures[0].settled == static_cast<int>(n)
                                ? "sample"
                                : "decoded so far (" + std::to_string(pictures[0].settled) +
                                      " / " + std::to_string(n) + " tokens)";
  std::vector<Panel> panels = {{"sample", title, batch.images[0]}};
  if (pictures.size() > 1) panels.push_back({"batch", "batch", std::move(batch)});
  return panels;
}

Image codebookPicture(const VqModel& vq) {
  const torch::NoGradGuard noGrad;
  const std::int64_t v = vq.config.codebook, f = vq.config.factor();
  if (v * 4 * f * f > kMostPixels || vq.config.imageChannels > 3) return {};
  const auto device = vq.codebook.device();
  std::vector<Tensor> patches;
  for (std::int64_t first = 0; first < v; first += kCodesAtOnce) {
    const Tensor codes = torch::arange(first, std::min(v, first + kCodesAtOnce),
                                       torch::dtype(torch::kInt64).device(device));
    const Tensor pictures = vqDecode(vq, codes.unsqueeze(1).expand({-1, 4}).contiguous(), 2, 2);
    patches.push_back(pictures.slice(2, f / 2, f / 2 + f).slice(3, f / 2, f / 2 + f));
  }
  Tensor all = torch::cat(patches);  // [V, C, f, f]
  const std::int64_t rows = (v + kPatchesPerRow - 1) / kPatchesPerRow;
  all = torch::constant_pad_nd(all, {0, 0, 0, 0, 0, 0, 0, rows * kPatchesPerRow - v}, -1);
  const Tensor sheet = all.view({rows, kPatchesPerRow, -1, f, f})
                           .permute({2, 0, 3, 1, 4})
                           .reshape({-1, rows * f, kPatchesPerRow * f});
  return toImage(sheet);
}

}  // namespace jacobiscope
