// Which file is meant, and which layout it has, told by its first bytes.
#pragma once

#include <filesystem>
#include <string>

#include "engine/checkpoint/byte_reader.h"

namespace jacobiscope {

enum class Layout { Safetensors, Index, Pth };

// Throws Error for everything else, with the name of the layout where it is a known one.
Layout detectLayout(Bytes bytes, const std::string& file);

// A file is returned as it is; of a folder, the one checkpoint in it. Throws Error where
// nothing is there, or where the choice is not clear.
std::filesystem::path findCheckpointFile(const std::filesystem::path& path);

}  // namespace jacobiscope
