// Residual over the iterations of each stage, logarithmic. A stage that is solved in
// segments has a curve for each, all beginning at iteration 1.
#pragma once

#include <vector>

#include "ui/views/drawing.h"
#include "ui/views/run_digest.h"
#include "ui/views/scales.h"

namespace jacobiscope {

// The residuals of one piece of a stage; index 0 is its first iteration. NaN where none
// was measured.
struct ResidualCurve {
  int stage = 0;
  std::int64_t first = 0;  // sweep of index 0
  std::vector<float> residuals;
};
// Pure.
std::vector<ResidualCurve> residualCurves(const RunDigest& digest);

// Whole decades that hold every positive residual, from 10⁻⁵ to 1 where there is none. Pure.
LogScale curvesScale(const std::vector<ResidualCurve>& curves);

void drawCurves(const ViewState& state, const Look& look, const RunRecord* run,
                const RunDigest& digest, const Rect& area);

}  // namespace jacobiscope
