// What the views of a robot say, as text. Pure functions; a number is told only when it is in the
// facts or was measured.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ui/views/chunk_digest.h"
#include "ui/views/view_state.h"

namespace jacobiscope {

// "3.4 mm, 1.2°".
std::string deviationText(double millimetres, double degrees);
// "stopped after iteration 2: 3.4 mm, 1.2° away"; empty where it is not known.
std::string earlyStopText(const ChunkField& field, int iteration);

// "succeeded", "something fell".
const char* outcomeName(EpisodeState outcome);

// "+12.4 mm"; of a gripper "0.98".
std::string valueText(const ActionDimension& dimension, double value);
// The letter over a column of the matrix: x, y, z, r, p, y, g.
std::string columnLetter(const ActionDimension& dimension);
// What the tooltip of a cell of the matrix says.
std::string cellText(const ModelInfo& model, const ChunkField& field, int position);

// What the tooltip of a column of the map says; row -1: of the column alone.
std::string actionSweepText(const RunRecord& run, const ActionTimeline& timeline,
                            std::int64_t sweep, int row);

// "chunk 3 of episode 1, iteration 4", "…, step 2 carried out", "…, the camera looks".
std::string momentText(const RunRecord& run, const ActionTimeline& timeline, std::int64_t sweep);

// By how much tokens may still move where decoding is bounded, the knob "exit.bins": "4 bins",
// "1.2 mm, 0.9°". Empty where it is not.
std::pair<std::string, std::string> boundText(const ModelInfo& model, const KnobValues& knobs);

// The run up to the cursor: name and value, a dash for what was not measured.
std::vector<std::pair<std::string, std::string>> actionNumbers(const ViewState& state,
                                                               const RunRecord& run,
                                                               const ChunkField& field,
                                                               const ActionTimeline& timeline);

}  // namespace jacobiscope
