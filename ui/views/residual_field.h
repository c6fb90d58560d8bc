// The residual of every position at a moment of a run, put together from the facts named
// "change" of all sweeps of the stage up to there that have a residual. Pure data: no
// drawing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/record/recording.h"

namespace jacobiscope {

struct ResidualField {
  int stage = -1;
  std::int64_t sweep = -1;
  // Per position in decode order.
  std::vector<float> change;    // the last one measured; NaN: none yet
  std::vector<int> settledAt;   // iteration of the stage after which it was settled; 0: not
  int frontier = 0;
  bool measured() const;        // whether any change was
};

// The field at `sweep`; goes on from `previous` where that is of the same stage and not
// later, so that following a decode costs one sweep a step.
ResidualField residualAt(const RunRecord& record, std::int64_t sweep,
                         const ResidualField* previous = nullptr);

// The sweep whose residuals can be shown at `sweep`: itself, or, where the stage was computed
// at one stroke without iterating (denoising), the last one before that had any; itself
// where there is none.
std::int64_t sweepWithResiduals(const RunRecord& record, std::int64_t sweep);

// "per-patch residual", that it is the largest where there are several pictures, and which
// pass it is of when that is not the one at the cursor.
std::string residualCaption(const RunRecord& record, std::int64_t shown, std::int64_t cursor);

// The cell of the picture's grid, counted row by row, in which a position lies.
inline int cellOf(int position, int positions, bool reversed) {
  return reversed ? positions - 1 - position : position;
}

}  // namespace jacobiscope
