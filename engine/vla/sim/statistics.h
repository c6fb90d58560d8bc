// The range of each action dimension, as OpenVLA keeps it with a model (`norm_stats`).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <vector>

namespace jacobiscope {

// Each of as many values as there are dimensions. q01 and q99 are the 1st and 99th percentile,
// interpolated linearly between samples, as numpy.quantile does.
struct ValueStatistics {
  std::vector<double> mean, std, min, max, q01, q99;
};

// `values` [N, dimensions], row-major. Throws UsageError where there are none.
ValueStatistics statisticsOf(std::span<const float> values, std::size_t dimensions);

// Moves q01 and q99 apart to at least `smallest` of each dimension where they (nearly)
// coincide: they are divided by.
void separateQuantiles(ValueStatistics& statistics, std::span<const double> smallest);

// The keys mean, std, min, max, q01, q99; `mask`, where given, says which dimensions are
// normalised.
nlohmann::json statisticsJson(const ValueStatistics& statistics,
                              const std::vector<bool>& mask = {});

}  // namespace jacobiscope
