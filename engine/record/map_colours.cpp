#include "engine/record/map_colours.h"

#include <cmath>

namespace jacobiscope {

Rgba MapColours::of(const SweepMark& sweep) const {
  if (sweep.verdict == Verdict::Diverged || std::isinf(sweep.residual)) return problem;
  if (std::isnan(sweep.residual)) return neutral;
  return mapColour(scale.unit(sweep.residual), cividis);
}

Rgba MapColours::of(const RowMark& row) const {
  switch (row.kind) {
    case RowMark::Kind::Untouched: break;
    case RowMark::Kind::Untested: return neutral;
    case RowMark::Kind::Tested: return mapColour(row.change, cividis);
    case RowMark::Kind::Settled: return mapColour(0, cividis);
  }
  return 0;
}

Rgba MapColours::of(const StepMark& step) const {
  switch (step.kind) {
    case StepMark::Kind::Untouched:
    case StepMark::Kind::Acted: break;  // drawn over the map
    case StepMark::Kind::New: return neutral;
    case StepMark::Kind::Moved: return mapColour(kBinScale.unit(step.bins), cividis);
    case StepMark::Kind::Settled: return mapColour(0, cividis);
  }
  return 0;
}

}  // namespace jacobiscope
