#include "engine/vla/action_codec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/core/error.h"

namespace jacobiscope {
namespace {

// Metres, radians and the like: what is beyond is a damaged file.
constexpr double kLargestValue = 1e6;

// numpy.linspace(-1, 1, 256) to the last bit.
const std::array<double, ActionCodec::kEdges>& edges() {
  static const auto list = [] {
    std::array<double, ActionCodec::kEdges> values{};
    const double step = 2.0 / (ActionCodec::kEdges - 1);
    for (int i = 0; i < ActionCodec::kEdges; ++i) values[i] = i * step - 1;
    values.back() = 1;
    return values;
  }();
  return list;
}

const nlohmann::json& member(const nlohmann::json& object, const std::string& key,
                             const std::string& path) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end()) {
    throw Error("config.json has no " + path + ", which action tokens need.",
                "A model's norm_stats hold the range of its actions: norm_stats.NAME.action with "
                "the lists q01 and q99.");
  }
  return *found;
}

std::vector<double> numbers(const nlohmann::json& parent, const std::string& key,
                            const std::string& path) {
  const nlohmann::json& list = member(parent, key, path);
  std::vector<double> values;
  if (list.is_array()) {
    for (const nlohmann::json& item : list) {
      if (item.is_number()) values.push_back(item.get<double>());
    }
  }
  const bool finite = std::ranges::all_of(values, [](double v) { return std::isfinite(v); });
  if (values.empty() || values.size() != list.size() || !finite) {
    throw Error("config.json: " + path + " is not a list of numbers.");
  }
  return values;
}

std::vector<bool> maskOf(const nlohmann::json& parent, const std::string& path,
                         std::size_t size) {
  const auto found = parent.find("mask");
  if (found == parent.end() || found->is_null()) return std::vector<bool>(size, true);
  std::vector<bool> mask;
  if (found->is_array()) {
    for (const nlohmann::json& item : *found) {
      if (item.is_boolean()) mask.push_back(item.get<bool>());
    }
  }
  if (mask.size() != size || found->size() != size) {
    throw Error("config.json: " + path + " is not a list of " + std::to_string(size) +
                " truth values, as many as q01 has numbers.");
  }
  return mask;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

double ValueRanges::normalised(std::size_t dimension, double value) const {
  if (!mask[dimension]) return value;
  const double range = high[dimension] - low[dimension] + 1e-8;
  return std::clamp(2 * (value - low[dimension]) / range - 1, -1.0, 1.0);
}

double ValueRanges::restored(std::size_t dimension, double value) const {
  if (!mask[dimension]) return value;
  return 0.5 * (value + 1) * (high[dimension] - low[dimension]) + low[dimension];
}

std::vector<std::string> rangeNames(const nlohmann::json& config) {
  std::vector<std::string> names;
  const nlohmann::json& stats = member(config, "norm_stats", "norm_stats");
  if (stats.is_object()) {
    for (const auto& [name, value] : stats.items()) names.push_back(name);
  }
  if (names.empty()) throw Error("config.json: norm_stats holds no statistics.");
  return names;
}

ValueRanges readRanges(const nlohmann::json& config, const std::string& kind,
                       const std::string& name) {
  const std::vector<std::string> names = rangeNames(config);
  if (name.empty() && names.size() > 1) {
    throw Error("config.json: norm_stats holds statistics of several data sets: " +
                    joined(names) + ".",
                "Say which the actions are to be taken from.");
  }
  const std::string chosen = name.empty() ? names.front() : name;
  if (std::ranges::find(names, chosen) == names.end()) {
    throw Error("config.json: norm_stats has no statistics named " + chosen + ".",
                "There are: " + joined(names) + ".");
  }
  const std::string path = "norm_stats." + chosen + "." + kind;
  const nlohmann::json& stats = member(config["norm_stats"][chosen], kind, path);
  ValueRanges ranges;
  ranges.low = numbers(stats, "q01", path + ".q01");
  ranges.high = numbers(stats, "q99", path + ".q99");
  if (ranges.low.size() != ranges.high.size()) {
    throw Error("config.json: " + path + ".q01 has " + std::to_string(ranges.low.size()) +
                " numbers, q99 " + std::to_string(ranges.high.size()) + ".");
  }
  ranges.mask = maskOf(stats, path + ".mask", ranges.size());
  for (std::size_t d = 0; d < ranges.size(); ++d) {
    if (ranges.mask[d] && ranges.high[d] < ranges.low[d]) {
      throw Error("config.json: " + path + ".q99 is below q01 in dimension " +
                  std::to_string(d) + ".");
    }
    const double largest = std::max(std::abs(ranges.low[d]), std::abs(ranges.high[d]));
    if (ranges.mask[d] && largest > kLargestValue) {
      throw Error("config.json: " + path + ".q01 or q99 is beyond a million in dimension " +
                  std::to_string(d) + ".");
    }
  }
  return ranges;
}

ActionCodec::ActionCodec(ValueRanges ranges, std::int64_t words)
    : m_ranges(std::move(ranges)), m_words(words) {
  if (words < kEdges) {
    throw UsageError("A vocabulary of " + std::to_string(words) + " ids has no room for " +
                     std::to_string(kEdges) + " action tokens.");
  }
}

bool ActionCodec::isAction(std::int64_t token) const {
  return token >= m_words - kEdges && token < m_words;
}

std::int64_t ActionCodec::token(std::size_t dimension, double value) const {
  if (!std::isfinite(value)) throw UsageError("An action holds a value that is no number.");
  const double v = std::clamp(m_ranges.normalised(dimension, value), -1.0, 1.0);
  return m_words - (std::ranges::upper_bound(edges(), v) - edges().begin());
}

std::vector<std::int64_t> ActionCodec::tokens(std::span<const float> actions) const {
  if (actions.size() % size() != 0) {
    throw UsageError("Actions of " + std::to_string(size()) + " dimensions cannot have " +
                     std::to_string(actions.size()) + " values.");
  }
  std::vector<std::int64_t> result;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    result.push_back(token(i % size(), double{actions[i]}));
  }
  return result;
}

int ActionCodec::bin(std::int64_t token) const {
  return static_cast<int>(std::clamp<std::int64_t>(m_words - token - 1, 0, kBins - 1));
}

double ActionCodec::value(std::size_t dimension, std::int64_t token) const {
  const int k = bin(token);
  return m_ranges.restored(dimension, (edges()[k] + edges()[k + 1]) / 2);
}

std::vector<float> ActionCodec::values(std::span<const std::int64_t> tokens) const {
  if (tokens.size() % size() != 0) {
    throw UsageError(std::to_string(tokens.size()) + " tokens are no whole number of actions of " +
                     std::to_string(size()) + " dimensions.");
  }
  std::vector<float> result;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    result.push_back(static_cast<float>(value(i % size(), tokens[i])));
  }
  return result;
}

double ActionCodec::perBin(std::size_t dimension) const {
  const double range =
      m_ranges.mask[dimension] ? m_ranges.high[dimension] - m_ranges.low[dimension] : 2;
  return range / kBins;
}

PhysicalUnit physicalUnit(std::size_t dimension) {
  if (dimension < 3) return {"mm", 1000};
  if (dimension < 6) return {"°", 180 / 3.14159265358979323846};
  return {"", 1};
}

}  // namespace jacobiscope
