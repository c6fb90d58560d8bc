// What colour a sweep has in the convergence map, on screen and in figures.
#pragma once

#include "engine/core/colormap.h"
#include "engine/core/scales.h"
#include "engine/record/action_timeline.h"
#include "engine/record/run_digest.h"
#include "engine/record/token_timeline.h"

namespace jacobiscope {

// Of the largest change of an action step, in bins.
inline constexpr LogScale kBinScale{0.5, 128};

struct MapColours {
  bool cividis = false;
  Rgba neutral = 0;  // decoded without a measured residual
  Rgba problem = 0;  // diverged
  LogScale scale;

  Rgba of(const SweepMark& sweep) const;
  // On a linear scale from 0 to 1; what is settled is as dark as 0.
  Rgba of(const RowMark& row) const;
  // By the change in bins; what is settled or did not move is as dark as the least.
  Rgba of(const StepMark& step) const;
  bool operator==(const MapColours& other) const {
    return cividis == other.cividis && neutral == other.neutral && problem == other.problem;
  }
};

}  // namespace jacobiscope
