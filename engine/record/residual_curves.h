// The residuals of a run as curves over the iterations. Pure data: no drawing.
#pragma once

#include <vector>

#include "engine/core/scales.h"
#include "engine/record/run_digest.h"

namespace jacobiscope {

// The residuals of one piece of a stage; index 0 is its first iteration. NaN where none
// was measured.
struct ResidualCurve {
  int stage = 0;
  std::int64_t first = 0;  // sweep of index 0
  std::vector<float> residuals;
};
std::vector<ResidualCurve> residualCurves(const RunDigest& digest);

// The true errors in the same form: of every piece the largest among its positions, NaN where
// nothing was judged. Only pieces that have any.
std::vector<ResidualCurve> errorCurves(const RunDigest& digest, const RunRecord& run);

// Whole decades that hold every positive value, from 10⁻⁵ to 1 where there is none.
LogScale curvesScale(const std::vector<ResidualCurve>& curves);

}  // namespace jacobiscope
