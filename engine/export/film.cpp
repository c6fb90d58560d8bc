#include "engine/export/film.h"

#include <algorithm>
#include <optional>
#include <string>

#include "engine/core/error.h"
#include "engine/export/run_picture.h"

namespace jacobiscope {

namespace {

constexpr int kUsualSize = 384;

void checkRange(const char* what, int value, int least, int most) {
  if (value >= least && value <= most) return;
  throw UsageError(std::string(what) + " is " + std::to_string(value) + ", " +
                   std::to_string(least) + " to " + std::to_string(most) + " was expected.");
}

// The mean of the pixels that fall into each smaller one.
Image shrunk(const Image& image, int width, int height) {
  Image small{width, height, {}};
  small.rgba.resize(std::size_t(width) * height * 4);
  for (int y = 0; y < height; ++y) {
    const int top = int(std::int64_t(y) * image.height / height);
    const int bottom = std::max(top + 1, int(std::int64_t(y + 1) * image.height / height));
    for (int x = 0; x < width; ++x) {
      const int left = int(std::int64_t(x) * image.width / width);
      const int right = std::max(left + 1, int(std::int64_t(x + 1) * image.width / width));
      const int count = (bottom - top) * (right - left);
      for (int c = 0; c < 4; ++c) {
        int sum = count / 2;
        for (int v = top; v < bottom; ++v)
          for (int u = left; u < right; ++u)
            sum += image.rgba[(std::size_t(v) * image.width + u) * 4 + c];
        small.rgba[(std::size_t(y) * width + x) * 4 + c] = std::uint8_t(sum / count);
      }
    }
  }
  return small;
}

}  // namespace

Film::Film(const RunRecord& run, const FilmOptions& options) : m_run(run), m_options(options) {
  checkRange("The frame rate", options.framesPerSecond, 1, kMostFramesPerSecond);
  if (options.size != 0) checkRange("The size", options.size, kSmallestFilm, kLargestFilm);
  const auto last = lastImage(run);
  if (!last) {
    throw Error("The recording holds no pictures.",
                "Record a run whose pictures were kept, or export its facts as CSV.");
  }
  m_sourceWidth = m_width = last->image.width;
  m_sourceHeight = m_height = last->image.height;
  const int longest = std::max(m_width, m_height);
  const int wanted = options.size != 0 ? options.size : std::max(longest, kUsualSize);
  if (longest <= wanted) {
    m_factor = wanted / longest;
  } else {
    m_width = std::max(1, int(std::int64_t(m_width) * wanted / longest));
    m_height = std::max(1, int(std::int64_t(m_height) * wanted / longest));
  }
}

Image Film::frame(const Snapshot& snapshot) const {
  auto image = pictureOf(snapshot, m_run.start.input);
  if (!image || image->width != m_sourceWidth || image->height != m_sourceHeight) return {};
  const bool same = m_width == m_sourceWidth && m_height == m_sourceHeight;
  return same ? *std::move(image) : shrunk(*image, m_width, m_height);
}

void Film::play(const std::function<void(const Frame&)>& show) const {
  std::optional<Frame> waiting;
  for (const auto& snapshot : m_run.snapshots) {
    if (!snapshot || snapshot->panels.empty()) continue;
    Image image = frame(*snapshot);
    if (image.width == 0) continue;
    if (waiting && waiting->image.rgba == image.rgba) {
      ++waiting->ticks;
      continue;
    }
    if (waiting) show(*waiting);
    waiting = Frame{std::move(image), 1};
  }
  waiting->ticks += m_options.holdSeconds * m_options.framesPerSecond;
  show(*waiting);
}

ChangedPart changedPart(const Image& before, const Image& after) {
  if (before.width != after.width || before.height != after.height)
    return {0, 0, after.width, after.height};
  int left = after.width, right = -1, top = after.height, bottom = -1;
  for (int y = 0; y < after.height; ++y) {
    for (int x = 0; x < after.width; ++x) {
      const std::size_t at = (std::size_t(y) * after.width + x) * 4;
      if (std::equal(&after.rgba[at], &after.rgba[at] + 3, &before.rgba[at])) continue;
      left = std::min(left, x), right = std::max(right, x);
      top = std::min(top, y), bottom = std::max(bottom, y);
    }
  }
  if (right < 0) return {0, 0, 1, 1};
  return {left, top, right - left + 1, bottom - top + 1};
}

Image cut(const Image& image, const ChangedPart& part) {
  Image piece{part.width, part.height, {}};
  piece.rgba.reserve(std::size_t(part.width) * part.height * 4);
  for (int y = part.top; y < part.top + part.height; ++y) {
    const auto row = image.rgba.begin() + (std::ptrdiff_t(y) * image.width + part.left) * 4;
    piece.rgba.insert(piece.rgba.end(), row, row + std::ptrdiff_t(part.width) * 4);
  }
  return piece;
}

std::vector<std::uint8_t> enlarged(const std::vector<std::uint8_t>& pixels, int width, int height,
                                   int bytesPerPixel, int factor) {
  if (factor == 1) return pixels;
  std::vector<std::uint8_t> large;
  large.reserve(pixels.size() * factor * factor);
  for (int y = 0; y < height; ++y) {
    std::vector<std::uint8_t> row;
    for (int x = 0; x < width; ++x) {
      const auto pixel = pixels.begin() + (std::ptrdiff_t(y) * width + x) * bytesPerPixel;
      for (int copy = 0; copy < factor; ++copy)
        row.insert(row.end(), pixel, pixel + bytesPerPixel);
    }
    for (int copy = 0; copy < factor; ++copy) large.insert(large.end(), row.begin(), row.end());
  }
  return large;
}

}  // namespace jacobiscope
