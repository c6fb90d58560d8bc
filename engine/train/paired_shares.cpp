#include "engine/train/paired_shares.h"

#include <cmath>

#include "engine/train/evaluate.h"

namespace jacobiscope {

namespace {

// The correlation of the two outcomes, corrected towards zero where it is positive; 0 where one
// of them always or never succeeds.
double correlation(const PairedCounts& counts) {
  const auto both = static_cast<double>(counts.both);
  const auto first = static_cast<double>(counts.firstOnly);
  const auto second = static_cast<double>(counts.secondOnly);
  const auto neither = static_cast<double>(counts.neither);
  const double margins =
      (both + first) * (second + neither) * (both + second) * (first + neither);
  if (margins <= 0) return 0;
  const double product = both * neither - first * second;
  const double half = static_cast<double>(counts.total()) / 2;
  const double corrected = product > half ? product - half : std::fmin(product, 0);
  return corrected / std::sqrt(margins);
}

// sqrt(a^2 - 2 r a b + b^2)
double joined(double a, double b, double r) {
  return std::sqrt(std::fmax(0, a * a - 2 * r * a * b + b * b));
}

}  // namespace

PairedDifference pairedDifference(const PairedCounts& counts) {
  const std::int64_t total = counts.total();
  if (total == 0) return {};
  const Share first = wilsonShare(counts.both + counts.firstOnly, total);
  const Share second = wilsonShare(counts.both + counts.secondOnly, total);
  const double r = correlation(counts);
  const double p = second.value(), q = first.value();
  return {p - q, p - q - joined(p - second.low, first.high - q, r),
          p - q + joined(second.high - p, q - first.low, r)};
}

}  // namespace jacobiscope
