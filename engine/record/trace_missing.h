// What a recording file does not hold, in one sentence.
#pragma once

#include <string>

#include "engine/record/trace_frame.h"
#include "engine/record/trace_reader.h"

namespace jacobiscope::trace {

// After all frames were read; `why` the first record was left out. Empty: nothing is missing.
std::string missingText(const Frames& frames, const std::string& why, const TraceContents& contents,
                        const Recording& recording);

}  // namespace jacobiscope::trace
