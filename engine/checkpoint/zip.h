// The uncompressed zip archives that torch.save writes (zip64 included).
#pragma once

#include <functional>
#include <map>
#include <string>

#include "engine/checkpoint/byte_reader.h"

namespace jacobiscope {

// Entry name to its bytes inside the archive.
using ZipEntries = std::map<std::string, Bytes, std::less<>>;

// Every offset, size and count is checked against `archive` before use. Compressed or
// encrypted entries are refused by name. `file` names the archive in an Error.
ZipEntries readZip(Bytes archive, const std::string& file);

}  // namespace jacobiscope
