// The lines behind which everything is settled, and behind which everything is exact. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/record/recording.h"

namespace jacobiscope {

// A point of a staircase: from this column (the left edge of a sweep) on, up to the next point,
// so many positions are settled or exact.
struct FrontierPoint {
  std::int64_t column = 0;
  int positions = 0;
  bool operator==(const FrontierPoint&) const = default;
};

// Sweeps [first, end) of one stage.
struct FrontierPiece {
  int stage = 0;
  std::int64_t first = 0, end = 0;
  int positions = 0;  // of the stage
  // Known from the structure and tolerance alone: Sweep::frontier.
  std::vector<FrontierPoint> settled;
  // Measured: Exactness::exact, up to column `exactEnd`. Empty: nothing was judged.
  std::vector<FrontierPoint> exact;
  std::int64_t exactEnd = 0;
};

// Of the sweeps [first, end) as far as there are any; only where a value changes is a point. What
// carries actions out has no frontier.
std::vector<FrontierPiece> frontierPieces(const RunRecord& run, std::int64_t first,
                                          std::int64_t end);

// Whether anything of the run was judged, so that the second line says something.
inline bool hasExactFrontier(const RunRecord& run) { return !run.exactness.empty(); }

}  // namespace jacobiscope
