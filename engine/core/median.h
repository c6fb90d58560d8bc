// The middle of measured times.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

namespace jacobiscope {

// Of an even number of values the mean of the two in the middle; of none NaN.
inline double medianOf(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace jacobiscope
