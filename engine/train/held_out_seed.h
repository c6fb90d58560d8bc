// One seed for all data that figures are measured on and training never draws.
#pragma once

#include <cstdint>

namespace jacobiscope {

// Of pictures, scenes and captions alike: figures of two trainings are on the same data, and
// what was measured earlier stays comparable as long as it is not changed.
inline constexpr std::uint64_t kHeldOutSeed = 987654321;

}  // namespace jacobiscope
