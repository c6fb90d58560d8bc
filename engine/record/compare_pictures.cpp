#include "engine/record/compare_pictures.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/core/scales.h"

namespace jacobiscope {

namespace {

constexpr int kWindow = 11;  // of SSIM
constexpr double kSigma = 1.5, kK1 = 0.01, kK2 = 0.03;
constexpr double kSteps = 255;  // of 8 bits

using Plane = std::vector<double>;  // row by row

std::vector<double> gaussian(int size) {
  std::vector<double> weights(size);
  double sum = 0;
  for (int i = 0; i < size; ++i) {
    const double x = i - (size - 1) / 2.0;
    sum += weights[i] = std::exp(-x * x / (2 * kSigma * kSigma));
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

// The plane smoothed where the window lies wholly within it.
Plane smoothed(const Plane& plane, int height, int width) {
  const std::vector<double> across = gaussian(std::min(kWindow, width));
  const std::vector<double> down = gaussian(std::min(kWindow, height));
  const int columns = width - static_cast<int>(across.size()) + 1;
  const int rows = height - static_cast<int>(down.size()) + 1;
  Plane rowwise(static_cast<std::size_t>(height) * columns);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < columns; ++x)
      for (std::size_t k = 0; k < across.size(); ++k)
        rowwise[std::size_t(y) * columns + x] += across[k] * plane[std::size_t(y) * width + x + k];
  Plane out(static_cast<std::size_t>(rows) * columns);
  for (int y = 0; y < rows; ++y)
    for (std::size_t k = 0; k < down.size(); ++k)
      for (int x = 0; x < columns; ++x)
        out[std::size_t(y) * columns + x] += down[k] * rowwise[(y + k) * columns + x];
  return out;
}

double planeSimilarity(const float* a, const float* b, int height, int width, double range) {
  const std::size_t size = static_cast<std::size_t>(height) * width;
  const Plane x(a, a + size), y(b, b + size);
  Plane xx(size), yy(size), xy(size);
  for (std::size_t i = 0; i < size; ++i) {
    xx[i] = x[i] * x[i];
    yy[i] = y[i] * y[i];
    xy[i] = x[i] * y[i];
  }
  const auto mean = [&](const Plane& plane) { return smoothed(plane, height, width); };
  const Plane mx = mean(x), my = mean(y), mxx = mean(xx), myy = mean(yy), mxy = mean(xy);
  const double c1 = kK1 * range * kK1 * range, c2 = kK2 * range * kK2 * range;
  double sum = 0;
  for (std::size_t i = 0; i < mx.size(); ++i) {
    const double product = mx[i] * my[i], squares = mx[i] * mx[i] + my[i] * my[i];
    sum += (2 * product + c1) * (2 * (mxy[i] - product) + c2) /
           ((squares + c1) * (mxx[i] + myy[i] - squares + c2));
  }
  return sum / static_cast<double>(mx.size());
}

double similarity(const PictureValues& a, const PictureValues& b) {
  const std::size_t plane = static_cast<std::size_t>(a.height) * a.width;
  double sum = 0;
  for (int c = 0; c < a.channels; ++c)
    sum += planeSimilarity(&a.values[c * plane], &b.values[c * plane], a.height, a.width, a.range);
  return sum / a.channels;
}

// More digits than numberText() gives by itself for what is close to 1.
std::string similarityText(double value) {
  return value == 1 || std::isnan(value) ? numberText(value) : fixedText(value, 5);
}

}  // namespace

PictureValues valuesOf(const Image& image) {
  const std::size_t plane = static_cast<std::size_t>(std::max(0, image.width)) *
                            static_cast<std::size_t>(std::max(0, image.height));
  if (plane == 0 || image.rgba.size() < plane * 4) return {};
  PictureValues picture{3, image.height, image.width, kSteps, "of 255", {}};
  picture.values.resize(plane * 3);
  for (std::size_t i = 0; i < plane; ++i) {
    const float alpha = float(image.rgba[i * 4 + 3]) / float(kSteps);
    for (std::size_t c = 0; c < 3; ++c)
      picture.values[c * plane + i] =
          float(image.rgba[i * 4 + c]) * alpha + float(kSteps) * (1 - alpha);
  }
  return picture;
}

PictureValues valuesOf(const Arrays& result, int index) {
  const auto found = result.find("image");
  if (found == result.end() || found->second.shape.size() != 4) return {};
  const auto& shape = found->second.shape;
  const auto* values = std::get_if<std::vector<float>>(&found->second.values);
  const auto fits = [](std::int64_t n) { return n > 0 && n <= 1 << 16; };
  if (!values || index < 0 || index >= shape[0]) return {};
  if (!std::ranges::all_of(shape, fits)) return {};
  const std::int64_t size = shape[1] * shape[2] * shape[3];
  if (std::ssize(*values) < size * (index + 1)) return {};
  const auto begin = values->begin() + size * index;
  return {static_cast<int>(shape[1]), static_cast<int>(shape[2]), static_cast<int>(shape[3]),
          2, "of 2", {begin, begin + size}};
}

std::optional<PictureErrors> pictureErrors(const PictureValues& a, const PictureValues& b) {
  if (a.empty() || !a.sameShape(b) || a.values.size() != b.values.size()) return std::nullopt;
  PictureErrors errors;
  errors.range = a.range;
  errors.unit = a.unit;
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double difference = std::abs(double(a.values[i]) - double(b.values[i]));
    // Written so that what is not a number is not passed over.
    if (!(difference <= errors.largest)) errors.largest = difference;
    sum += difference;
    squares += difference * difference;
  }
  const auto count = static_cast<double>(a.values.size());
  errors.mean = sum / count;
  errors.rootMeanSquare = std::sqrt(squares / count);
  errors.peakRatio = errors.rootMeanSquare == 0
                         ? std::numeric_limits<double>::infinity()
                         : 20 * std::log10(errors.range / errors.rootMeanSquare);
  errors.similarity = similarity(a, b);
  if (std::isnan(errors.mean)) errors.largest = errors.mean;
  return errors;
}

std::vector<ErrorText> errorTexts(const PictureErrors& e) {
  const std::string scale = "0 where equal, at most " + numberText(e.range) + ".";
  const bool equal = std::isinf(e.peakRatio) && e.peakRatio > 0;
  return {{"max |Δ|", numberText(e.largest), e.unit,
           "Largest difference of a channel of a pixel; " + scale},
          {"MAE", numberText(e.mean), e.unit, "Mean absolute difference; " + scale},
          {"RMSE", numberText(e.rootMeanSquare), e.unit,
           "Root of the mean squared difference; " + scale},
          {"PSNR", equal ? "equal" : numberText(e.peakRatio), equal ? "" : "dB",
           "20 log₁₀(range / RMSE): larger is nearer, without limit; equal pictures have none."},
          {"SSIM", similarityText(e.similarity), "",
           "Structural similarity (Wang et al. 2004, Gaussian window of 11 × 11): 1 where equal, "
           "down to -1."}};
}

std::vector<float> differenceField(const PictureValues& a, const PictureValues& b) {
  if (a.empty() || !a.sameShape(b) || a.values.size() != b.values.size()) return {};
  const std::size_t plane = static_cast<std::size_t>(a.height) * a.width;
  std::vector<float> field(plane, 0.0f);
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    float& most = field[i % plane];
    const float difference = std::abs(a.values[i] - b.values[i]);
    if (!(difference <= most) && !std::isnan(most)) most = difference;
  }
  return field;
}

double leastDifference(const PictureValues& of) {
  return of.range == kSteps ? 1 : of.range * 1e-5;
}

Image differenceMap(const PictureValues& a, const PictureValues& b, DifferenceColours colours) {
  const std::vector<float> field = differenceField(a, b);
  if (field.empty()) return {};
  const LogScale scale{leastDifference(a), a.range};
  Image image{a.width, a.height, {}};
  image.rgba.reserve(field.size() * 4);
  for (const float difference : field) {
    // One step stands out from none.
    const double unit = !colours.logarithmic ? difference / a.range
                        : difference > 0     ? 0.12 + 0.88 * scale.unit(difference)
                                             : 0;
    const Rgba colour = std::isnan(difference) ? rgba(255, 0, 255)
                                               : mapColour(unit, colours.cividis);
    for (int byte = 0; byte < 4; ++byte)
      image.rgba.push_back(static_cast<std::uint8_t>(colour >> (8 * byte)));
  }
  return image;
}

}  // namespace jacobiscope
