// Two runs side by side: which moment of the one belongs beside a moment of the other. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/record/recording.h"

namespace jacobiscope {

enum class Alignment {
  Stage,      // the same iteration of the same stage; the last of a stage meets the last of it
  Iteration,  // the same number of sweeps since the run began
  Calls,      // as many model calls spent, or as near below as there is a sweep
  Seconds     // as many seconds of computing spent, likewise
};

// Every one, with the word for it: "block and iteration" or, of other stages, "chunk and ...".
struct AlignmentName {
  Alignment alignment;
  std::string key;    // "stage", "iteration", "calls", "seconds"
  std::string label;  // for people
};
const std::vector<AlignmentName>& alignmentNames();

// The sweep of `b` that belongs beside sweep `sweep` of `a`: within the sweeps on record of `b`,
// or -1, before its first. Where `b` never reached a stage, its last sweep of an earlier one.
std::int64_t alignedSweep(const RunRecord& a, std::int64_t sweep, const RunRecord& b,
                          Alignment alignment);

// Whether a number of sweeps means the same moment in both: it is one run, the one branched off
// the other, or both off the same.
bool shareTimeAxis(const RunRecord& a, const RunRecord& b);

}  // namespace jacobiscope
