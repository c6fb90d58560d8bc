#include "engine/export/run_picture.h"

#include <algorithm>
#include <cmath>

namespace jacobiscope {

namespace {

template <class Picture>
const Picture* pictureIn(const Snapshot& snapshot, const std::string& id) {
  const Panel* panel = Recording::findPanel(snapshot, id);
  return panel ? std::get_if<Picture>(&panel->picture) : nullptr;
}

bool isWhole(const Image& image) {
  return image.width > 0 && image.height > 0 &&
         image.rgba.size() >= std::size_t(image.width) * image.height * 4;
}

}  // namespace

Image gridOf(const std::vector<Image>& images) {
  if (images.empty() || !isWhole(images[0])) return {};
  const int count = static_cast<int>(images.size());
  const int columns = static_cast<int>(std::ceil(std::sqrt(double(count))));
  const int width = images[0].width, height = images[0].height;
  Image grid{columns * width, (count + columns - 1) / columns * height, {}};
  grid.rgba.assign(std::size_t(grid.width) * grid.height * 4, 255);
  for (int i = 0; i < count; ++i) {
    const Image& image = images[i];
    if (image.width != width || image.height != height || !isWhole(image)) continue;
    for (int y = 0; y < height; ++y) {
      const auto row = image.rgba.begin() + std::ptrdiff_t(y) * width * 4;
      const std::ptrdiff_t to =
          (std::ptrdiff_t(i / columns * height + y) * grid.width + i % columns * width) * 4;
      std::copy_n(row, width * 4, grid.rgba.begin() + to);
    }
  }
  return grid;
}

std::optional<Image> pictureOf(const Snapshot& snapshot, const Input& input) {
  if (const auto* batch = pictureIn<Strip>(snapshot, "batch"); batch && input.count > 1) {
    Image grid = gridOf(batch->images);
    if (isWhole(grid)) return grid;
  }
  for (const char* id : {"sample", "camera"}) {
    const auto* image = pictureIn<Image>(snapshot, id);
    if (image && isWhole(*image)) return *image;
  }
  return std::nullopt;
}

std::optional<RunImage> lastImage(const RunRecord& run) {
  for (auto at = run.snapshots.rbegin(); at != run.snapshots.rend(); ++at) {
    if (!*at) continue;
    auto image = pictureOf(**at, run.start.input);
    if (!image) continue;
    RunImage picture{*std::move(image), (*at)->sweep.index};
    picture.last = run.finished && run.finished->outcome == Outcome::Done &&
                   picture.sweep + 1 == run.finished->sweeps;
    return picture;
  }
  return std::nullopt;
}

}  // namespace jacobiscope
