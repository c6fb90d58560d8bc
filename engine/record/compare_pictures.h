// How far two pictures are apart: five errors, and where they differ. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/array.h"
#include "engine/core/colormap.h"
#include "engine/core/panel.h"

namespace jacobiscope {

// Values of a picture as planes [channels, height, width], and the span between the smallest and
// the largest value a picture can have.
struct PictureValues {
  int channels = 0, height = 0, width = 0;
  double range = 1;
  std::string unit;  // "of 255", "of 2"
  std::vector<float> values;

  bool empty() const { return values.empty(); }
  bool sameShape(const PictureValues& other) const {
    return channels == other.channels && height == other.height && width == other.width &&
           range == other.range;
  }
};

// Red, green and blue of 0 to 255; what is transparent lies over white, as in files. Empty for a
// picture without pixels.
PictureValues valuesOf(const Image& image);

// Picture `index` of a result "image" [B, C, H, W], whose values go from -1 to 1; they are not
// clipped. Empty where there is no such picture.
PictureValues valuesOf(const Arrays& result, int index);

// Differences a - b over all channels and pixels. The first three are in the pictures' unit,
// between 0 and `range` (more where values leave their range).
struct PictureErrors {
  double largest = 0;          // max |a - b|
  double mean = 0;             // MAE
  double rootMeanSquare = 0;   // RMSE
  double peakRatio = 0;        // PSNR = 20 log10(range / RMSE) in dB; infinite where equal
  // SSIM, -1 to 1, 1 where equal: (Wang, Bovik, Sheikh, Simoncelli, IEEE Transactions on Image
  // Processing 13(4), 2004, eq. 13) with their constants C1 = (0.01 range)^2 and
  // C2 = (0.03 range)^2 and their window, 11 x 11 Gaussian weights of sigma 1.5, wherever it lies
  // wholly within the picture; the mean over these places and channels. A side shorter than 11
  // cuts the window, whose weights sum to 1 all the same.
  double similarity = 0;
  double range = 1;
  std::string unit;  // of the first three
};

// Nothing where shapes or ranges differ or there is no pixel. A value that is not a number makes
// every error one.
std::optional<PictureErrors> pictureErrors(const PictureValues& a, const PictureValues& b);

struct ErrorText {
  std::string name, value, unit, help;
};
// The five as text: "max |Δ|", "3", "of 255"; a PSNR without an error reads "equal".
std::vector<ErrorText> errorTexts(const PictureErrors& errors);

// The largest |a - b| of any channel for every pixel, row by row; empty where shapes differ.
std::vector<float> differenceField(const PictureValues& a, const PictureValues& b);

struct DifferenceColours {
  bool logarithmic = true;  // else linear from 0 to `range`
  bool cividis = false;
};
// From where on the logarithmic scale tells differences apart: one step of 8 bits, else a
// hundred-thousandth of the range.
double leastDifference(const PictureValues& of);

// The field as a picture, from dark (equal) to bright (as different as can be); pixels without a
// number are magenta. Empty where shapes differ.
Image differenceMap(const PictureValues& a, const PictureValues& b, DifferenceColours colours);

}  // namespace jacobiscope
