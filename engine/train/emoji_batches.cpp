#include "engine/train/emoji_batches.h"

#include <nlohmann/json.hpp>

#include "engine/checkpoint/checkpoint.h"
#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"

namespace jacobiscope {

EmojiSprites readEmojiSprites(const std::filesystem::path& file) {
  const Checkpoint checkpoint = Checkpoint::open(file);
  const TensorView* view = checkpoint.find("sprites");
  if (!view || view->shape.size() != 4 || view->shape[3] != 4 ||
      view->shape[1] != view->shape[2]) {
    throw Error(file.string() + " has no tensor \"sprites\" of shape [K, S, S, 4].",
                "Write one with `jacobiscope-cli train data emoji --out FILE`.");
  }
  EmojiSprites sprites;
  sprites.pixels = toTensor(*view).to(torch::kFloat32).div(255).permute({0, 3, 1, 2}).contiguous();
  const auto metadata = checkpoint.metadata();
  for (const char* key : {"names", "classes"}) {
    if (const auto found = metadata.find(key); found != metadata.end()) {
      const auto names = nlohmann::json::parse(found->second, nullptr, false);
      if (names.is_array()) sprites.names = names.get<std::vector<std::string>>();
    }
  }
  if (sprites.names.size() != static_cast<std::size_t>(view->shape[0])) {
    throw Error(file.string() + " does not name each of its " +
                std::to_string(view->shape[0]) + " sprites.");
  }
  return sprites;
}

namespace {

// Uniform in [low, high), [B].
Tensor draw(int64_t count, double low, double high, torch::Generator& generator) {
  return torch::rand({count}, generator) * (high - low) + low;
}

// Maps output coordinates to sprite coordinates, [B, 2, 3].
Tensor placements(int64_t count, const EmojiVariation& v, torch::Generator& generator) {
  const Tensor scale = draw(count, v.scaleLow, v.scaleHigh, generator);
  const Tensor angle = draw(count, -v.degrees, v.degrees, generator) * (M_PI / 180);
  // Coordinates run from -1 to 1, so a share of the side counts twice.
  const Tensor dx = draw(count, -2 * v.shift, 2 * v.shift, generator);
  const Tensor dy = draw(count, -2 * v.shift, 2 * v.shift, generator);
  const Tensor cosine = angle.cos() / scale, sine = angle.sin() / scale;
  const Tensor top = torch::stack({cosine, -sine, -(cosine * dx - sine * dy)}, 1);
  const Tensor bottom = torch::stack({sine, cosine, -(sine * dx + cosine * dy)}, 1);
  return torch::stack({top, bottom}, 1);
}

}  // namespace

Tensor emojiPictures(const EmojiSprites& sprites, const Tensor& classes, int size,
                     const EmojiVariation& variation, torch::Generator& generator) {
  const auto count = classes.size(0);
  // Twice the size, then averaged: bilinear sampling alone would alias.
  const Tensor grid = torch::affine_grid_generator(placements(count, variation, generator),
                                                   {count, 4, 2 * size, 2 * size}, false);
  const Tensor chosen = sprites.pixels.index_select(0, classes);
  const Tensor placed =
      torch::avg_pool2d(torch::grid_sampler(chosen, grid, 0, 0, false), {2, 2});
  const Tensor background =
      torch::rand({count, 3, 1, 1}, generator) * (1 - variation.backgroundLow) +
      variation.backgroundLow;
  const Tensor alpha = placed.slice(1, 3, 4);
  return (placed.slice(1, 0, 3) + (1 - alpha) * background) * 2 - 1;
}

}  // namespace jacobiscope
