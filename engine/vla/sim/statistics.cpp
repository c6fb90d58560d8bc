#include "engine/vla/sim/statistics.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"

namespace jacobiscope {
namespace {

double quantile(const std::vector<float>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double fraction = at - static_cast<double>(below);
  return sorted[below] + fraction * (double{sorted[above]} - sorted[below]);
}

}  // namespace

ValueStatistics statisticsOf(std::span<const float> values, std::size_t dimensions) {
  const std::size_t count = dimensions == 0 ? 0 : values.size() / dimensions;
  if (count == 0) throw UsageError("There are no values to take statistics of.");
  ValueStatistics result;
  std::vector<float> column(count);
  for (std::size_t d = 0; d < dimensions; ++d) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < count; ++i) sum += column[i] = values[i * dimensions + d];
    const double mean = sum / static_cast<double>(count);
    for (const float v : column) squares += (v - mean) * (v - mean);
    std::sort(column.begin(), column.end());
    result.mean.push_back(mean);
    result.std.push_back(std::sqrt(squares / static_cast<double>(count)));
    result.min.push_back(column.front());
    result.max.push_back(column.back());
    result.q01.push_back(quantile(column, 0.01));
    result.q99.push_back(quantile(column, 0.99));
  }
  return result;
}

void separateQuantiles(ValueStatistics& statistics, std::span<const double> smallest) {
  for (std::size_t d = 0; d < statistics.q01.size(); ++d) {
    const double range = statistics.q99[d] - statistics.q01[d];
    if (range >= smallest[d]) continue;
    const double middle = statistics.q01[d] + range / 2;
    statistics.q01[d] = middle - smallest[d] / 2;
    statistics.q99[d] = middle + smallest[d] / 2;
  }
}

nlohmann::json statisticsJson(const ValueStatistics& statistics, const std::vector<bool>& mask) {
  nlohmann::json json = {{"mean", statistics.mean}, {"std", statistics.std},
                         {"min", statistics.min},   {"max", statistics.max},
                         {"q01", statistics.q01},   {"q99", statistics.q99}};
  if (!mask.empty()) json["mask"] = mask;
  return json;
}

}  // namespace jacobiscope
