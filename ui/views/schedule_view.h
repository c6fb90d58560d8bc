// The block schedule as a table: what each stage was calibrated to, how it is cut and
// capped, and how many iterations it took in this run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ui/views/drawing.h"
#include "ui/views/knobs_view.h"
#include "ui/views/run_digest.h"

namespace jacobiscope {

// Entries of a list knob, one per stage: a single entry serves all. Stages without an
// entry get an empty text. Pure.
std::vector<std::string> scheduleEntries(const std::string& list, int stages);

// The list with the entry of one stage replaced, written out in full. Pure.
std::string withEntry(const std::string& list, int stages, int stage, const std::string& entry);

// The value of a stage in a column of an analysis ("CRM", "IGM z"), NaN: not measured. Pure.
double analysisAt(const std::optional<Analysis>& analysis, const std::string& column, int stage);

// Presets, table and Calibrate. `digest` is of the run under the cursor, `stage` the one
// under it (-1: none).
void drawSchedule(ViewState& state, const Look& look, const RunDigest& digest, int stage,
                  TypedText& typed);

}  // namespace jacobiscope
