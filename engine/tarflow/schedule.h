// Which method solves which block: the knobs read as one line per block.
#pragma once

#include <string>
#include <vector>

#include "engine/core/family.h"
#include "engine/tarflow/block_pass.h"
#include "engine/tarflow/model.h"

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

// In decode order: entry 0 is the network's last block. Throws UsageError.
std::vector<BlockSchedule> readSchedule(const KnobValues& knobs, int blocks, int tokens);

// The windows of one stage. Segment s solves the positions [floor(sN/G) + 1,
// floor((s+1)N/G) + 1) that exist, which is the published split where G divides N, and right
// where it does not.
std::vector<Window> stageWindows(const BlockSchedule& schedule, int stage, int tokens);

Guidance readGuidance(const KnobValues& knobs);

// Every slider of the family.
std::vector<Knob> tarflowKnobs(const TarFlowConfig& config);

// Published and generic schedules for a model of this many blocks and tokens.
std::vector<Preset> tarflowPresets(const TarFlowConfig& config);

}  // namespace jacobiscope
