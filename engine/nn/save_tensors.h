// Writing tensors to a safetensors file.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/nn/torch.h"

namespace jacobiscope {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

// Written to a temporary file and renamed, so that a reader never sees half of it.
void saveTensors(const std::filesystem::path& file, const NamedTensors& tensors,
                 const std::map<std::string, std::string>& metadata = {});

}  // namespace jacobiscope
