// What the status bar and the list of runs say, as text. Pure functions: a number is shown
// only when it was measured, otherwise a dash stands in its place.
#pragma once

#include <QString>

#include "ui/views/view_state.h"

namespace jacobiscope {

struct StatusText {
  QString device;     // "CPU · float32 · 2 threads"
  QString iteration;  // "iteration 74 / 118"
  QString calls;      // "118 model calls vs 2040"
  QString speed;      // "speed-up 4.1×"
  QString exactness;  // "exactness: max |Δ| 2.1e-4 vs sequential"
  QString recording;  // "recorded · 14 MB"
};

StatusText statusText(const ViewState& view);

// Title and second line of a run in the library: "#12 · 4.1×", "118 calls · max |Δ| 2e-4".
QString runTitle(const RunRecord& run, const ViewState& view);
QString runSubtitle(const RunRecord& run, const ViewState& view);

// "4.1×"; a dash for nothing.
QString speedUpText(const RunRecord& run, const ViewState& view);
// "2.1e-4", "exact", "overflow"; of tokens "tokens identical", "3 tokens differ"; a dash for
// nothing.
QString errorText(const RunRecord& run, const ViewState& view);
// "14 MB", in steps of 1,000.
QString byteText(std::size_t bytes);

}  // namespace jacobiscope
