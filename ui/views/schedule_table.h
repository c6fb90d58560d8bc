// The block schedule as a table: what each stage was calibrated to, how it is cut and
// capped, and how many iterations it took in this run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/record/run_digest.h"
#include "ui/views/drawing.h"
#include "ui/views/knobs_view.h"

namespace jacobiscope {

// Entries of a list knob, one per stage: a single entry serves all. Stages without an
// entry get an empty text. Pure.
std::vector<std::string> scheduleEntries(const std::string& list, int stages);

// The list with the entry of one stage replaced, written out in full. Pure.
std::string withEntry(const std::string& list, int stages, int stage, const std::string& entry);

// The value of a stage in a column of an analysis ("crm", "igm_z"), NaN: not measured. Pure.
double analysisAt(const std::optional<Analysis>& analysis, const std::string& column, int stage);

// "block" of "block 7", "block 6": the word that all names but few begin with, so that a
// narrow table can leave it out; empty where there is none. Pure.
std::string commonWord(const std::vector<std::string>& names);

struct ScheduleColumn {
  std::string title, help;
  const Knob* knob = nullptr;  // an editable one
  std::string measure;         // a column of the analysis
  float weight = 1;            // share of the width
};

// The columns that mean something in the present mode of decoding. Pure.
std::vector<ScheduleColumn> scheduleColumns(const ViewState& state);

void drawScheduleTable(ViewState& state, const Look& look, const RunDigest& digest, int stage,
                       TypedText& typed);

}  // namespace jacobiscope
