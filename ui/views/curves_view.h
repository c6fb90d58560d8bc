// Residual over the iterations of each stage, logarithmic.
#pragma once

#include <vector>

#include "ui/views/drawing.h"
#include "ui/views/run_digest.h"
#include "ui/views/scales.h"

namespace jacobiscope {

// One stage's residuals; index 0 is its first iteration. NaN where none was measured.
struct ResidualCurve {
  int stage = 0;
  std::vector<float> residuals;
};
// Pure.
std::vector<ResidualCurve> residualCurves(const RunDigest& digest);

// Whole decades that hold every positive residual, from 10⁻⁵ to 1 where there is none. Pure.
LogScale curvesScale(const std::vector<ResidualCurve>& curves);

void drawCurves(const ViewState& state, const Look& look, const RunRecord* run,
                const RunDigest& digest, const Rect& area);

}  // namespace jacobiscope
