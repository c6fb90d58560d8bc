// Pictures of tokens: what is decoded so far, and the codebook.
#pragma once

#include <vector>

#include "engine/core/panel.h"
#include "engine/t2i/drafts.h"
#include "engine/t2i/vq.h"

namespace jacobiscope {

// "sample", and for several pictures "batch". Drafts are dimmed, what has none is dark.
std::vector<Panel> tokenPictures(const Tensor& image, const std::vector<TokenDrafts>& pictures,
                                 int grid);

// A patch per token, 32 in a row: each token decoded amid copies of itself. Nothing where that
// would take long (large vocabularies or patches).
Image codebookPicture(const VqModel& vq);

}  // namespace jacobiscope
