// A judgement as the fact columns of engine/core/sweep.h.
#pragma once

#include <vector>

#include "engine/core/sweep.h"
#include "engine/t2i/window_rule.h"

namespace jacobiscope {

inline constexpr int kTopTokens = 4;  // "top0" ... "top3"

// Columns for the positions from `first` on, and the sweep's residual: the largest probability
// of a rejection, NaN where nothing was tested.
void addTokenFacts(Sweep& sweep, int first, const Judgement& judgement,
                   const std::vector<DraftRow>& drafts, const std::vector<TopTokens>& tops);

}  // namespace jacobiscope
