// Between actions and OpenVLA's action tokens (arXiv 2406.09246, section 3.2): each dimension is
// mapped to [-1, 1] by its 1st and 99th percentile and cut into 255 bins between 256 edges.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

namespace jacobiscope {

// Under which name the statistics of this project's policies stand in norm_stats.
inline constexpr const char* kTabletopStatistics = "tabletop";

// What maps each dimension to [-1, 1].
struct ValueRanges {
  std::vector<double> low, high;  // q01, q99
  std::vector<bool> mask;         // false: the value is taken as it is

  std::size_t size() const { return low.size(); }
  // 2 (v - low) / (high - low + 1e-8) - 1, cut off at -1 and 1; as it is where not masked.
  double normalised(std::size_t dimension, double value) const;
  // 0.5 (v + 1) (high - low) + low; as it is where not masked.
  double restored(std::size_t dimension, double value) const;
  bool operator==(const ValueRanges&) const = default;
};

// From a model's config.json: norm_stats.NAME.KIND with the lists q01, q99 and, where there is
// one, mask (all true without). `kind` is "action" or "proprio". An empty name stands for the
// only one there is. Throws Error naming what is missing, does not fit or is too large to be
// computed with.
ValueRanges readRanges(const nlohmann::json& config, const std::string& kind,
                       const std::string& name = "");
// The names that norm_stats has.
std::vector<std::string> rangeNames(const nlohmann::json& config);

class ActionCodec {
 public:
  static constexpr int kEdges = 256;       // linspace(-1, 1, 256); token d of 1 .. 256
  static constexpr int kBins = kEdges - 1;

  // `words` is V': the vocabulary without its padding, 32000 of OpenVLA's 32064.
  ActionCodec(ValueRanges ranges, std::int64_t words);

  std::size_t size() const { return m_ranges.size(); }  // dimensions
  const ValueRanges& ranges() const { return m_ranges; }
  bool isAction(std::int64_t token) const;

  // V' minus the number of edges at or below the normalised value, cut off at -1 and 1. Throws
  // UsageError for what is no number.
  std::int64_t token(std::size_t dimension, double value) const;
  // Of one action or several: a multiple of size() values.
  std::vector<std::int64_t> tokens(std::span<const float> actions) const;

  // The bin 0 .. 254 that a token stands for: clip(V' - token - 1, 0, 254). Any token has one.
  int bin(std::int64_t token) const;
  // The middle of that bin in the dimension's own unit.
  double value(std::size_t dimension, std::int64_t token) const;
  // tokens.size() must be a multiple of size().
  std::vector<float> values(std::span<const std::int64_t> tokens) const;

  // How far apart neighbouring bins of a dimension are, in its own unit.
  double perBin(std::size_t dimension) const;

 private:
  ValueRanges m_ranges;
  std::int64_t m_words;
};

// How a dimension of OpenVLA's seven is told to people: x, y, z in millimetres, roll, pitch, yaw
// in degrees, the gripper (and what there is beyond) as it is.
struct PhysicalUnit {
  const char* name;  // "mm", "°", ""
  double factor;     // from metres or radians
};
PhysicalUnit physicalUnit(std::size_t dimension);

}  // namespace jacobiscope
