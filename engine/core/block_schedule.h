// Which method solves which block of a flow: the schedule knobs read as one line per block.
#pragma once

#include <vector>

#include "engine/core/knob.h"
#include "engine/core/sweep.h"

namespace jacobiscope {

// All methods are one loop: a window [n, e) of positions is updated in parallel from the
// settled prefix [0, n) and itself, and its contiguous settled prefix is frozen.
enum class Method {
  Sequential,  // e = n + 1
  Jacobi,      // e = N, at most `cap` passes (GS-Jacobi paper, arXiv 2505.12849, eq. 7)
  Segments,    // Gauss-Seidel over segments, Jacobi within, each at most `cap` passes
  Sliding      // e = n + width: the window is refilled as its prefix freezes
};

struct BlockSchedule {
  Method method = Method::Sequential;
  int segments = 1;
  int cap = 0;             // passes per segment
  bool zeroGuess = false;  // initial guess [z_0, 0, 0, ...], else z
  int width = 1;

  bool operator==(const BlockSchedule&) const = default;
};

// What a cap says that never matters: the knob's largest value.
inline constexpr int kMostPasses = 10000;

// In decode order: entry 0 is the network's last block. `knobs` holds mode, segments, cap, guess
// and window. Throws UsageError.
std::vector<BlockSchedule> readSchedule(const KnobValues& knobs, int blocks, int tokens);

// The way back: mode, segments, cap, guess and window, in full lists unless one value serves all
// blocks. The mode is the simplest that can say it; `mixed` says everything.
KnobValues writeSchedule(const std::vector<BlockSchedule>& schedule, int tokens);

// The windows of one stage. Segment s solves the positions [floor(sN/G) + 1,
// floor((s+1)N/G) + 1) that exist, which is the published split where G divides N, and right
// where it does not.
std::vector<Window> stageWindows(const BlockSchedule& schedule, int stage, int tokens);

}  // namespace jacobiscope
