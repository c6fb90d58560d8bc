// Which run of a recording an option means.
#pragma once

#include <string>

#include "app/arguments.h"
#include "engine/record/recording.h"

namespace jacobiscope {

struct RecordedRun {
  const RunRecord& run;
  std::string missing;  // what is not in the file, see TraceContents
};

// Reads the file into `recording` and returns its only run, or the one that --run names, from 1.
// What is missing of the file is written to stderr. Throws Error or UsageError where there is
// none, or several and no --run.
RecordedRun recordedRun(const std::string& file, const Arguments& arguments, Recording& recording);

}  // namespace jacobiscope
