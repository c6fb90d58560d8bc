// Runs and the branches that grew from them, as a tree. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/record/recording.h"

namespace jacobiscope {

struct RunTreeEntry {
  int run = 0;
  int parent = 0;    // 0: a root; a branch whose parent is not recorded here is one, too
  int depth = 0;     // 0: a root
  bool last = true;  // of its parent's branches, in this order
  int branches = 0;  // that grew from it directly
  bool operator==(const RunTreeEntry&) const = default;
};

// Newest root first, each followed by its branches, the newest first.
std::vector<RunTreeEntry> runTree(const Recording& recording);

// The run that it branched off; 0: it did not, or that run is not here (any more).
int parentOf(const Recording& recording, int run);
int rootOf(const Recording& recording, int run);
// The run, what it grew from and everything that grew from these, oldest first.
std::vector<int> relatives(const Recording& recording, int run);
// How many of their first sweeps two runs have in common; 0 where they are not related.
std::int64_t sharedSweeps(const Recording& recording, int a, int b);

// Which older run a branch grew from whose parent was in another file (BranchPoint::run is 0): the
// one of the same model and input that has the same passes up to there, bit for bit. 0: none.
int findParent(const Recording& recording, int branch);

// The cursor on another run. Among relatives it stays at its sweep as far as the run has it, from
// the end of a run that ended it goes to the end, and so it does where runs are not related.
Cursor cursorOn(const Recording& recording, const Cursor& cursor, int run);

}  // namespace jacobiscope
