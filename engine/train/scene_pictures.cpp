#include "engine/train/scene_pictures.h"

#include <array>
#include <mutex>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

// In pixels of a picture of kSceneSize.
constexpr int kSingleSide = 32, kPairSide = 20;
// How far an object can be off the first of its places, along the border between two halves or
// not.
constexpr int kSingleRoom = 8, kPairRoom = 12;
constexpr int kHalf = kSceneSize / 2;

// Where the middle of an object is, and how wide its sprite.
struct Place {
  double x = 0, y = 0, side = 0;
};

double between(double low, double high, const Draw& draw) {
  constexpr std::uint32_t kSteps = 1 << 16;
  return low + (high - low) * draw(kSteps) / (kSteps - 1);
}

// Where an object of `side` pixels has its middle, if it may move by `room` within `extent` pixels
// from `begin` on.
double somewhere(int begin, int extent, int side, int room, int step, const Draw& draw) {
  const int first = begin + (extent - side - room) / 2;
  return first + step * static_cast<int>(draw(static_cast<std::uint32_t>(room / step + 1))) +
         side / 2.0;
}

Place single(const SceneVariation& v, const Draw& draw) {
  Place place;
  place.x = somewhere(0, kSceneSize, kSingleSide, kSingleRoom, v.step, draw);
  place.y = somewhere(0, kSceneSize, kSingleSide, kSingleRoom, v.step, draw);
  place.side = kSingleSide * between(v.scaleLow, v.scaleHigh, draw);
  return place;
}

std::array<Place, 2> pair(bool beside, const SceneVariation& v, const Draw& draw) {
  std::array<Place, 2> places;
  for (int i = 0; i < 2; ++i) {
    const double along =
        somewhere(i * kHalf, kHalf, kPairSide, kHalf - kPairSide, v.step, draw);
    const double across = somewhere(0, kSceneSize, kPairSide, kPairRoom, v.step, draw);
    const double side = kPairSide * between(v.scaleLow, v.scaleHigh, draw);
    places[i] = {beside ? along : across, beside ? across : along, side};
  }
  return places;
}

// Objects with their places, to be drawn into the pictures `rows`.
struct Layer {
  std::vector<std::int64_t> rows, objects;
  std::vector<float> placements;  // [N, 2, 3]: picture to sprite coordinates

  void add(std::size_t row, int object, const Place& place) {
    rows.push_back(static_cast<std::int64_t>(row));
    objects.push_back(object);
    // Coordinates run from -1 to 1 in both.
    const auto zoom = static_cast<float>(kSceneSize / place.side);
    const auto x = static_cast<float>(place.x / kHalf - 1);
    const auto y = static_cast<float>(place.y / kHalf - 1);
    placements.insert(placements.end(), {zoom, 0, -zoom * x, 0, zoom, -zoom * y});
  }
};

// Draws the layer over the pictures [B, 3, size, size] in [0, 1].
void drawLayer(Tensor& pictures, const Layer& layer, const EmojiSprites& sprites) {
  const auto count = static_cast<std::int64_t>(layer.rows.size());
  if (count == 0) return;
  const auto size = pictures.size(2);
  const Tensor rows = torch::tensor(layer.rows);
  // Twice the size, then averaged: bilinear sampling alone would alias.
  const Tensor grid = torch::affine_grid_generator(
      torch::tensor(layer.placements).view({count, 2, 3}), {count, 4, 2 * size, 2 * size}, false);
  const Tensor chosen = sprites.pixels.index_select(0, torch::tensor(layer.objects));
  const Tensor placed = torch::avg_pool2d(torch::grid_sampler(chosen, grid, 0, 0, false), {2, 2});
  const Tensor seen = pictures.index_select(0, rows) * (1 - placed.slice(1, 3, 4));
  pictures.index_copy_(0, rows, placed.slice(1, 0, 3) + seen);
}

Tensor backgrounds(const std::vector<Scene>& scenes, int size) {
  std::vector<float> colours;
  for (const Scene& scene : scenes) {
    for (const std::uint8_t value : kSceneColours[scene.colour].rgb) {
      colours.push_back(value / 255.0f);
    }
  }
  const auto count = static_cast<std::int64_t>(scenes.size());
  return torch::tensor(colours).view({count, 3, 1, 1}).expand({count, 3, size, size}).clone();
}

// Blur and noise of a strength that differs from picture to picture.
Tensor disturb(Tensor pictures, const SceneVariation& v, torch::Generator& generator) {
  const auto count = pictures.size(0);
  if (v.blur > 0) {
    const Tensor share = torch::rand({count, 1, 1, 1}, generator) * v.blur;
    const Tensor padded = torch::replication_pad2d(pictures, {1, 1, 1, 1});
    pictures = pictures + share * (torch::avg_pool2d(padded, {3, 3}, {1, 1}) - pictures);
  }
  if (v.noise > 0) {
    const Tensor deviation = torch::rand({count, 1, 1, 1}, generator) * v.noise;
    pictures = pictures + torch::randn(pictures.sizes(), generator) * deviation;
  }
  return pictures;
}

}  // namespace

Draw drawFrom(torch::Generator& generator) {
  auto* const source = at::check_generator<at::CPUGeneratorImpl>(generator);
  return [source](std::uint32_t bound) {
    const std::lock_guard<std::mutex> lock(source->mutex_);
    return source->random() % bound;
  };
}

EmojiSprites readSceneSprites(const std::filesystem::path& file) {
  EmojiSprites sprites = readEmojiSprites(file);
  std::vector<std::string> expected;
  for (const EmojiPick& pick : sceneEmoji()) expected.emplace_back(pick.name);
  if (sprites.names != expected) {
    throw Error(file.string() + " does not hold the objects of scenes.",
                "Write it with `jacobiscope-cli train data scenes --out FILE`.");
  }
  return sprites;
}

Tensor scenePictures(const EmojiSprites& sprites, const std::vector<Scene>& scenes, int size,
                     const SceneVariation& variation, torch::Generator& generator) {
  const torch::NoGradGuard noGrad;
  const Draw draw = drawFrom(generator);
  Layer firsts, seconds;
  for (std::size_t row = 0; row < scenes.size(); ++row) {
    const Scene& scene = scenes[row];
    if (scene.layout == Scene::Single) {
      firsts.add(row, scene.first, single(variation, draw));
      continue;
    }
    const auto places = pair(scene.layout == Scene::Beside, variation, draw);
    firsts.add(row, scene.first, places[0]);
    seconds.add(row, scene.second, places[1]);
  }
  Tensor pictures = backgrounds(scenes, size);
  drawLayer(pictures, firsts, sprites);
  drawLayer(pictures, seconds, sprites);
  return disturb(pictures * 2 - 1, variation, generator);
}

SceneBatch randomSceneBatch(const EmojiSprites& sprites, int count,
                            const SceneVariation& variation, torch::Generator& generator) {
  const Draw draw = drawFrom(generator);
  SceneBatch batch;
  for (int i = 0; i < count; ++i) batch.scenes.push_back(randomScene(draw));
  batch.pictures = scenePictures(sprites, batch.scenes, kSceneSize, variation, generator);
  return batch;
}

}  // namespace jacobiscope
