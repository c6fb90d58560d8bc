// Reads the archives written by torch.save (.pth, .pt; PyTorch 1.6 and later).
#pragma once

#include <string>

#include "engine/checkpoint/byte_reader.h"
#include "engine/checkpoint/tensor_view.h"

namespace jacobiscope {

// The tensors of the state_dict in `archive`, in its order. Where the saved dictionary
// nests it, the first of `model`, `module`, `state_dict`, `ema` that holds tensors is
// taken, else the only entry that does; a note says which. Entries that are no tensors are
// left out. The views point into `archive`. `file` names it in an Error.
ParsedFile readPth(Bytes archive, const std::string& file);

}  // namespace jacobiscope
