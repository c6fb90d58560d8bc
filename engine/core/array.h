// Plain arrays that cross the wall between Torch and everything else: inputs such as
// noise [B, N, D], outputs such as image [B, C, H, W] or tokens [B, N].
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace jacobiscope {

struct Array {
  std::vector<std::int64_t> shape;  // row-major; product equals the number of values
  std::variant<std::vector<float>, std::vector<std::int64_t>> values;

  bool operator==(const Array&) const = default;
};

using Arrays = std::map<std::string, Array>;

}  // namespace jacobiscope
