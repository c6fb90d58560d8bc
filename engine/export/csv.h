// Every fact of a run as a table, a row a fact, for statistics programs.
#pragma once

#include <functional>
#include <string_view>

#include "engine/record/recording.h"

namespace jacobiscope {

// The columns, in order:
//   run         number of the run in its session
//   sweep       from 0
//   kind        prefill, iterate, world
//   stage       from 0, in decode order
//   stage_name  "block 7", "tokens"
//   iteration   within the stage, from 1
//   position    within the stage, from 0; empty: the fact is of the whole sweep
//   fact        of the sweep: window_begin, window_end, frontier, verdict, residual, calls,
//               seconds, compute_seconds (of all sweeps so far), note; of a position: the names
//               of engine/core/sweep.h. A robot's path is told as path.x, path.y, path.z,
//               path.rx, path.ry, path.rz, path.gripper of the first position of each step.
//               Where the run was judged: exact, of the sweep (positions [0, exact) are those of
//               the sequential decode), and true_error of every position of the stage.
//   value       a number; empty for a note. Shortest digits that read back to the same float
//               or double, with a point whatever the locale; NaN, Inf, -Inf
//   unit        "" where the value has none
//   label       the word for a number that stands for one (verdict, state, outcome); the note
// One line of names, then a row a fact; lines end with "\n", fields are quoted as in RFC 4180
// where they must be.
inline constexpr std::string_view kCsvHeader =
    "run,sweep,kind,stage,stage_name,iteration,position,fact,value,unit,label\n";

// Hands the text over piece by piece, a sweep or less at a time: a long run is never whole in
// memory. What `write` throws passes through.
void writeCsv(const RunRecord& run, const std::function<void(std::string_view)>& write);

}  // namespace jacobiscope
