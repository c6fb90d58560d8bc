// What a branch from the cursor would be: what it shares, what it changes, or why there is none.
// Pure.
#pragma once

#include <optional>
#include <string>

#include "engine/record/recording.h"

namespace jacobiscope {

struct BranchOffer {
  int run = 0;
  std::int64_t sweeps = 0;  // that it has in common with its parent
  KnobValues changes;       // from the branch point on
  std::string what;         // "guidance 1.5 → 2.5"; empty: nothing changes
  std::string newRunOnly;   // the same of knobs that only a new run can change
  std::string why, hint;    // there can be no branch; empty: there can

  bool possible() const { return run > 0 && why.empty(); }
};

// `model` is the loaded one and `wished` its knobs: where it is another than the run's, nothing
// changes.
BranchOffer branchOffer(const RunRecord& run, std::int64_t sweep,
                        const std::optional<ModelInfo>& model, const KnobValues& wished);

}  // namespace jacobiscope
