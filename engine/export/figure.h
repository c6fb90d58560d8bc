// A run as a figure for a paper: its convergence map with a colour bar, below it the residual of
// every stage over its iterations or, where tokens are decoded, how many each call settled.
#pragma once

#include "engine/export/drawing.h"
#include "engine/record/recording.h"

namespace jacobiscope {

struct FigureOptions {
  bool cividis = false;  // else viridis
};

// As wide as a page's text (7 inches). Above the plots stands what the run was: model, input,
// knobs that are not at their defaults, calls, seconds, device. The recipe is the metadata.
// Throws Error for a run without a sweep.
Drawing figureOf(const RunRecord& run, const FigureOptions& options);

}  // namespace jacobiscope
