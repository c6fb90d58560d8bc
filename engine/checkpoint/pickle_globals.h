// The only Python names that a pickle may mention: those that describe tensors, and the
// namespace that a script's settings come in.
#pragma once

#include <optional>
#include <string_view>

#include "engine/checkpoint/tensor_view.h"

namespace jacobiscope {

// "module.name" of an allowed global, or empty. The text lives as long as the program.
std::string_view allowedGlobal(std::string_view module, std::string_view name);

// The type of the elements of a storage class, such as "torch.HalfStorage"; nothing for
// every other global.
std::optional<DType> storageDType(std::string_view global);

}  // namespace jacobiscope
