// Schedules as text, in and out: what papers print, what the published code is started with, and
// files of this program. Blocks are counted as the network counts them; lists run in decode
// order, from the network's last block, which is sampled first, to block 0.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/block_schedule.h"

namespace jacobiscope {

// The knobs that say how a flow is decoded, and nothing else.
inline constexpr std::array kScheduleKnobs = {"mode",   "segments",  "cap",   "guess",
                                              "window", "tolerance", "refine"};

// Knob values that set the schedule. Three notations are read:
// - "[7-8-32-10]", [Stack-GS-J-Else] of GS-Jacobi (arXiv 2505.12849): block 7 in 8 segments of
//   at most 32 passes each, plain Jacobi of at most 10 passes in all others, guess z. Several
//   stacked blocks are separated by a slash: "[0/6-8-32-20]".
// - the published code's lists num_GS, max_jacobi and guess, each named and followed by its
//   entries in any brackets or none (Python, JSON, YAML, an option of the shell), or the three
//   without their names in this order. num_GS below 1 or equal to the tokens is sequential;
//   guess 0 is z, 1 is zeros. One entry serves all blocks. # begins a comment.
// - the same with `mode` and this program's names (segments, cap, guess, window, tolerance,
//   refine), as scheduleText() writes it.
// Throws UsageError that says what is wrong with the text, and for lists of another length.
KnobValues parseSchedule(std::string_view text, int blocks, int tokens);

// The three lists as the published code has them, a line each; nothing where a block has a
// sliding window, which they cannot say.
std::optional<std::string> publishedLists(const std::vector<BlockSchedule>& schedule, int tokens);

// "[7-8-32-10]"; nothing for a schedule of another form.
std::optional<std::string> stackNotation(const std::vector<BlockSchedule>& schedule, int tokens);

// Everything that `knobs` say about the schedule, a line each, which parseSchedule() reads back to
// the same schedule. `knobs` is complete.
std::string scheduleText(const KnobValues& knobs, int blocks, int tokens);

}  // namespace jacobiscope
