// Short proofs of what came out of a run. FNV-1a (64 bits): tells equal from different; it is no
// protection against forgery.
#pragma once

#include <string>

#include "engine/record/recording.h"

namespace jacobiscope {

// Over names, shapes and values, as 16 hexadecimal digits. Empty for no arrays.
std::string hashArrays(const Arrays& arrays);

// Over everything that the sweep says except how long it took, likewise.
std::string hashSweep(const Sweep& sweep);

// Over all sweeps of the run. Empty where it has none, or where one is missing.
std::string hashFacts(const RunRecord& run);

}  // namespace jacobiscope
