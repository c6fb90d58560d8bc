// Whether values from a recording file can be what a decoder said. Sizes that views allocate by
// are bounded; what is refused throws Error.
#pragma once

#include "engine/record/recording.h"

namespace jacobiscope::trace {

void check(const Started& started);
void check(const Plan& plan);
void check(const Arrays& arrays);
// A plan that is to hold from now on.
void check(const PlanChanged& changed, const RunRecord& run);
// The next sweep of the run.
void check(const Sweep& sweep, const RunRecord& run);
// A breakpoint that a sweep of the run met.
void check(const Broke& broke, const RunRecord& run);
// Of any sweep; of one that the run has.
void check(const Exactness& exactness);
void check(const Exactness& exactness, const RunRecord& run);
void check(const Finished& finished);

}  // namespace jacobiscope::trace
