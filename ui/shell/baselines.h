// Which finished run may be called the sequential baseline of which: a speed-up or an
// exactness is shown only when both runs were measured here and are comparable.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/record/recording.h"
#include "ui/views/speed_up.h"
#include "ui/views/view_state.h"

namespace jacobiscope {

// Whether the knob changes what is computed, and not only how: a guidance, but not a schedule.
bool changesAnswer(const std::string& key);

// Whether the run decoded sequentially from its first sweep to its last: the knob that chooses
// how to decode ("mode" of a flow, "decoder" of tokens) was "sequential" throughout, it came to
// its end, and it did not start warm.
bool isSequential(const RunRecord& run);

// Same weights, device, dtype and threads, same number of pictures, and the same values of
// every knob except those that only choose how the same equations are solved.
bool comparable(const RunRecord& run, const RunRecord& sequential);

// Comparable, and computed from the same noise, label and prompt.
bool sameInput(const RunRecord& run, const RunRecord& sequential);

// Largest |difference| of the results' float arrays (a value's own unit); nothing when
// there is none of the same name and shape in both.
std::optional<double> maxDifference(const Arrays& a, const Arrays& b);

// How many of the results' arrays "tokens" differ; nothing where one has none.
std::optional<TokenDifference> tokenDifference(const Arrays& a, const Arrays& b);

// The baseline of every finished run that has one. Among several the one with the same
// input wins, then the latest. The baseline of a warm run has 0 seconds: such a run started
// from an answer, so its error may be told and its time may not be compared. Runs are compared
// with those of the same origin only: others may have been measured on another machine.
std::map<int, Baseline> findBaselines(const Recording& recording,
                                      const std::map<int, std::string>& origins = {});

}  // namespace jacobiscope
