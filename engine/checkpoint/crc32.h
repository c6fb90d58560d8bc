// CRC-32 as PNG, zip and gzip have it (polynomial 0xEDB88320): tells a damaged record or chunk.
#pragma once

#include <cstdint>

#include "engine/checkpoint/byte_reader.h"

namespace jacobiscope {

std::uint32_t crc32(Bytes bytes);

}  // namespace jacobiscope
