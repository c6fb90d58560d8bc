// Residual over the iterations of each stage, logarithmic. A stage that is solved in
// segments has a curve for each, all beginning at iteration 1.
#pragma once

#include "engine/record/residual_curves.h"
#include "engine/record/true_error.h"
#include "ui/views/drawing.h"

namespace jacobiscope {

struct CurvesDigests {
  const RunDigest& digest;
  const ErrorTimeline& errors;  // with any, its errors are dashed beside the residuals
};
// `headed`: with a heading; else something else stands in its place.
void drawCurves(const ViewState& state, const Look& look, const RunRecord* run,
                const CurvesDigests& digests, const Rect& area, bool headed);

}  // namespace jacobiscope
