// How far an iterate is from what decoding one position at a time gives.
#pragma once

#include "engine/core/event.h"

namespace jacobiscope {

// Positions are the same where tokens are equal, and where numbers differ by at most this times
// max(1, |reference|): passes over windows of another width add up in another order.
inline constexpr double kSameWithin = 1e-5;

// Of the stage that `sweep` belongs to. `now` and `reference` are iterates (Decoder::iterate());
// `bins`: tokens are neighbouring bins of an action, and their error is a number of them. Throws
// Error where the two are of different shapes.
Exactness exactnessOf(int run, const Sweep& sweep, const Array& now, const Array& reference,
                      bool bins);

}  // namespace jacobiscope
