// Which file is meant, and which layout it has, told by its first bytes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "engine/checkpoint/byte_reader.h"

namespace jacobiscope {

enum class FileLayout { Safetensors, Index, Pth };

// Throws Error for everything else, with the name of the layout where it is a known one.
FileLayout detectLayout(Bytes bytes, const std::string& file);

// How the names of files end from which a training goes on; they lie beside the weights.
inline constexpr std::string_view kStateEnding = ".state.safetensors";
// Whether a file of this name may hold a model: a checkpoint, but no training's state.
bool isWeights(const std::filesystem::path& file);

// A file is returned as it is; of a folder, the one file of weights in it. Throws Error where
// nothing is there, or where the choice is not clear.
std::filesystem::path findCheckpointFile(const std::filesystem::path& path);

}  // namespace jacobiscope
