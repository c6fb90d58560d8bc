// Which run of a recording an option means.
#pragma once

#include <optional>
#include <string>

#include "app/arguments.h"
#include "engine/record/recording.h"
#include "engine/record/trace_reader.h"

namespace jacobiscope {

// The only run of a file, or the one that is wanted, from 1; its number in the Recording that the
// file was read into. `option` is how one is named: "--run ". Throws Error or UsageError where
// there is none, or several and none is wanted.
int chosenRun(const TraceContents& contents, const std::string& file,
              std::optional<std::int64_t> wanted, const std::string& option);

struct RecordedRun {
  const RunRecord& run;
  std::string missing;  // what is not in the file, see TraceContents
};

// Reads the file into `recording` and returns its only run, or the one that --run names, from 1.
// What is missing of the file is written to stderr. Throws Error or UsageError where there is
// none, or several and no --run.
RecordedRun recordedRun(const std::string& file, const Arguments& arguments, Recording& recording);

}  // namespace jacobiscope
