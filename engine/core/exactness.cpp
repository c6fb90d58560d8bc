#include "engine/core/exactness.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

// max |dx| of every row, and whether every row is the same within the rounding.
std::vector<float> errorsOf(const std::vector<float>& now, const std::vector<float>& reference,
                            std::size_t rows, std::vector<bool>& same) {
  std::vector<float> errors(rows, 0.0f);
  const std::size_t width = rows == 0 ? 0 : now.size() / rows;
  for (std::size_t i = 0; i < now.size(); ++i) {
    float error = std::abs(now[i] - reference[i]);
    // Both may have overflowed alike; else nothing is farther off than what has no value.
    if (std::isnan(error)) {
      const bool alike = std::isnan(now[i]) ? std::isnan(reference[i]) : now[i] == reference[i];
      error = alike ? 0.0f : std::numeric_limits<float>::infinity();
    }
    const std::size_t row = i / width;
    errors[row] = std::max(errors[row], error);
    // Of an infinite reference every error would be within the rounding.
    const double most = kSameWithin * std::max(1.0, std::abs(double{reference[i]}));
    if (std::isinf(error) || error > most) same[row] = false;
  }
  return errors;
}

std::vector<float> errorsOf(const std::vector<std::int64_t>& now,
                            const std::vector<std::int64_t>& reference, bool bins,
                            std::vector<bool>& same) {
  std::vector<float> errors;
  for (std::size_t i = 0; i < now.size(); ++i) {
    same[i] = now[i] == reference[i];
    const auto distance = static_cast<float>(std::abs(now[i] - reference[i]));
    errors.push_back(bins ? distance : same[i] ? 0.0f : 1.0f);
  }
  return errors;
}

}  // namespace

Exactness exactnessOf(int run, const Sweep& sweep, const Array& now, const Array& reference,
                      bool bins) {
  if (now.shape.empty() || now.shape != reference.shape ||
      now.values.index() != reference.values.index()) {
    throw Error("The run and its sequential decode do not have the same positions.");
  }
  const auto rows = static_cast<std::size_t>(now.shape[0]);
  std::vector<bool> same(rows, true);
  Exactness exactness{run, sweep.index, {"true_error", bins ? "bins" : "", 0, {}}, 0};
  if (const auto* numbers = std::get_if<std::vector<float>>(&now.values)) {
    exactness.error.unit = "max |dx|";
    exactness.error.values =
        errorsOf(*numbers, std::get<std::vector<float>>(reference.values), rows, same);
  } else {
    exactness.error.values =
        errorsOf(std::get<std::vector<std::int64_t>>(now.values),
                 std::get<std::vector<std::int64_t>>(reference.values), bins, same);
  }
  exactness.exact = static_cast<int>(std::ranges::find(same, false) - same.begin());
  return exactness;
}

}  // namespace jacobiscope
