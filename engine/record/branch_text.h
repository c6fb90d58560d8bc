// What a branch is and what was changed in it, in words. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/record/recording.h"

namespace jacobiscope {

// Whether the value of the knob is the same, however its text is written.
bool sameKnobValue(const Knob& knob, const KnobValue& a, const KnobValue& b);

// Whether every value of `wanted` is one of a knob and is held so already.
bool holdsKnobs(const std::vector<Knob>& knobs, const KnobValues& held, const KnobValues& wanted);

// The knobs that differ, as `after` has them; of `knobs` only.
KnobValues changedKnobs(const std::vector<Knob>& knobs, const KnobValues& before,
                        const KnobValues& after);
// "guidance 1.5 → 2.5, cap 10 → 8 and 2 more"; empty where nothing differs.
std::string changesText(const std::vector<Knob>& knobs, const KnobValues& before,
                        const KnobValues& after, int most = 3);

// The knobs in force during a sweep; before the first: those that the run began with.
const KnobValues& knobsAt(const RunRecord& run, std::int64_t sweep);

// "branch of #3 at sweep 41"; empty for a run that is none.
std::string branchText(const RunRecord& run);
// What differs in the branch's own sweeps from where it branched, as changesText(); empty for
// nothing, and for a run that is no branch.
std::string branchChanges(const RunRecord& run, int most = 3);

}  // namespace jacobiscope
