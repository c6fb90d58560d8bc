// Two shares of successes over the same trials: by how much they differ.
#pragma once

#include <cstdint>

namespace jacobiscope {

// How many trials ended how: of the second against the first.
struct PairedCounts {
  std::int64_t both = 0;
  std::int64_t firstOnly = 0;
  std::int64_t secondOnly = 0;
  std::int64_t neither = 0;

  void add(bool first, bool second) {
    ++(first ? (second ? both : firstOnly) : (second ? secondOnly : neither));
  }
  std::int64_t total() const { return both + firstOnly + secondOnly + neither; }
};

struct PairedDifference {
  double value = 0;          // the second's share minus the first's
  double low = -1, high = 1;  // 95 % interval
};

// Newcombe's interval for paired shares from their Wilson intervals and the correlation (method
// 10 of Newcombe, Statistics in Medicine 17, 1998, 2635-2650). Without trials: -1 to 1.
PairedDifference pairedDifference(const PairedCounts& counts);

}  // namespace jacobiscope
