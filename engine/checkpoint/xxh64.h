// XXH64, a fast hash for telling files apart (not for security).
#pragma once

#include <cstdint>
#include <string>

#include "engine/checkpoint/byte_reader.h"

namespace jacobiscope {

// With seed 0; agrees with `xxhsum -H64`.
std::uint64_t xxh64(Bytes bytes);

// The same as 16 hexadecimal digits.
std::string xxh64Text(Bytes bytes);

}  // namespace jacobiscope
