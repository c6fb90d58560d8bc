// Pictures as tensors to pictures as pixels.
#pragma once

#include "engine/core/panel.h"
#include "engine/nn/torch.h"

namespace jacobiscope {

// A picture [3 or 1, H, W] in [-1, 1] as pixels.
Image toImage(const Tensor& picture);

}  // namespace jacobiscope
