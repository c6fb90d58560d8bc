#include "engine/export/palette.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>

namespace jacobiscope {

namespace {

constexpr int kMostColours = 256;

struct CountedColour {
  std::array<float, 3> colour{};
  float count = 0;
};

// A part of the colours, [begin, end) of a list: their mean and how far they are from it.
struct ColourBox {
  std::size_t begin = 0, end = 0;
  std::array<float, 3> mean{};
  int widest = 0;    // channel with the largest squared error
  double error = 0;  // of that channel, summed over the pixels
};

ColourBox measured(const std::vector<CountedColour>& colours, std::size_t begin, std::size_t end) {
  ColourBox box{begin, end};
  std::array<double, 3> sum{}, squares{};
  double count = 0;
  for (std::size_t i = begin; i < end; ++i) {
    count += colours[i].count;
    for (int c = 0; c < 3; ++c) {
      const double value = colours[i].colour[c];
      sum[c] += value * colours[i].count;
      squares[c] += value * value * colours[i].count;
    }
  }
  for (int c = 0; c < 3; ++c) {
    box.mean[c] = float(sum[c] / count);
    const double error = squares[c] - sum[c] * sum[c] / count;
    if (error > box.error) box.error = error, box.widest = c;
  }
  return box;
}

// Halves, time and again, the box whose colours lie farthest apart, at their mean (Wan, Wong,
// Prusinkiewicz 1988 cut by variance, too).
std::vector<Colour> dividedPalette(std::vector<CountedColour> colours) {
  std::vector<ColourBox> boxes{measured(colours, 0, colours.size())};
  while (std::ssize(boxes) < kMostColours) {
    const auto worst = std::ranges::max_element(boxes, {}, &ColourBox::error);
    if (worst->error <= 0) break;
    const ColourBox box = *worst;
    const auto begin = colours.begin() + std::ptrdiff_t(box.begin);
    const auto end = colours.begin() + std::ptrdiff_t(box.end);
    const auto middle = std::partition(begin, end, [&](const CountedColour& each) {
      return each.colour[box.widest] <= box.mean[box.widest];
    });
    if (middle == begin || middle == end) {  // apart by less than a float can tell
      worst->error = 0;
      continue;
    }
    const auto half = std::size_t(middle - colours.begin());
    *worst = measured(colours, box.begin, half);
    boxes.push_back(measured(colours, half, box.end));
  }
  std::vector<Colour> palette;
  for (const ColourBox& box : boxes)
    palette.push_back({std::uint8_t(std::lround(box.mean[0])),
                       std::uint8_t(std::lround(box.mean[1])),
                       std::uint8_t(std::lround(box.mean[2]))});
  return palette;
}

int nearest(const std::vector<Colour>& palette, const std::array<float, 3>& colour) {
  int best = 0;
  float least = std::numeric_limits<float>::max();
  for (std::size_t i = 0; i < palette.size(); ++i) {
    float distance = 0;
    for (int c = 0; c < 3; ++c) {
      const float difference = colour[c] - float(palette[i][c]);
      distance += difference * difference;
    }
    if (distance < least) least = distance, best = int(i);
  }
  return best;
}

std::vector<std::uint8_t> diffused(const Image& image, const std::vector<Colour>& palette) {
  using Row = std::vector<std::array<float, 3>>;
  const int width = image.width;
  std::vector<std::uint8_t> indices(std::size_t(width) * image.height);
  Row here(width + 2), below(width + 2);  // errors, with a pixel to spare on either side
  for (int y = 0; y < image.height; ++y) {
    std::ranges::fill(below, std::array<float, 3>{});
    for (int x = 0; x < width; ++x) {
      const std::size_t at = std::size_t(y) * width + x;
      std::array<float, 3> wanted;
      for (int c = 0; c < 3; ++c)
        wanted[c] = std::clamp(float(image.rgba[at * 4 + c]) + here[x + 1][c], 0.0f, 255.0f);
      const int chosen = nearest(palette, wanted);
      indices[at] = std::uint8_t(chosen);
      for (int c = 0; c < 3; ++c) {
        const float missing = (wanted[c] - float(palette[chosen][c])) / 16;
        here[x + 2][c] += missing * 7;
        below[x][c] += missing * 3;
        below[x + 1][c] += missing * 5;
        below[x + 2][c] += missing;
      }
    }
    std::swap(here, below);
  }
  return indices;
}

}  // namespace

IndexedPicture indexed(const Image& image) {
  const auto pixels = std::size_t(image.width) * image.height;
  const auto colourAt = [&](std::size_t i) {
    return std::uint32_t(image.rgba[i * 4]) | std::uint32_t(image.rgba[i * 4 + 1]) << 8 |
           std::uint32_t(image.rgba[i * 4 + 2]) << 16;
  };
  std::unordered_map<std::uint32_t, std::size_t> counts;
  for (std::size_t i = 0; i < pixels; ++i) ++counts[colourAt(i)];
  // Sorted: the same picture has the same palette wherever it is made.
  const std::map<std::uint32_t, std::size_t> sorted(counts.begin(), counts.end());
  IndexedPicture picture;
  if (sorted.size() <= kMostColours) {
    std::unordered_map<std::uint32_t, std::uint8_t> places;
    for (const auto& [colour, count] : sorted) {
      places[colour] = std::uint8_t(picture.palette.size());
      picture.palette.push_back(
          {std::uint8_t(colour), std::uint8_t(colour >> 8), std::uint8_t(colour >> 16)});
    }
    for (std::size_t i = 0; i < pixels; ++i) picture.indices.push_back(places.at(colourAt(i)));
    return picture;
  }
  std::vector<CountedColour> colours;
  for (const auto& [colour, count] : sorted)
    colours.push_back({{float(colour & 255), float(colour >> 8 & 255), float(colour >> 16)},
                       float(count)});
  picture.palette = dividedPalette(std::move(colours));
  picture.indices = diffused(image, picture.palette);
  return picture;
}

}  // namespace jacobiscope
