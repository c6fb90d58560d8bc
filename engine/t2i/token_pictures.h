// Pictures of tokens: what is decoded so far, and the codebook.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/panel.h"
#include "engine/t2i/vq.h"

namespace jacobiscope {

// Of one picture at some moment: [0, settled) are settled, then come drafts; -1: neither. [N]
struct TokensThen {
  std::vector<std::int32_t> tokens;
  int settled = 0;
};

// As the VQ takes them, [B, N] int64, with 0 where nothing is drafted.
Tensor tokenTensor(const std::vector<TokensThen>& pictures, torch::Device device);

// "sample", and for several pictures "batch", from images [B, 3, H, W] of such tokens. Drafts
// are dimmed, what has none is dark.
std::vector<Panel> tokenPictures(const Tensor& images, const std::vector<TokensThen>& pictures,
                                 int grid);

// A patch per token, 32 in a row: each token decoded amid copies of itself. Nothing where that
// would take long (large vocabularies or patches).
Image codebookPicture(const VqModel& vq);

}  // namespace jacobiscope
