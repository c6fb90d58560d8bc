// Sentences of different lengths in one tensor.
#pragma once

#include <vector>

#include "engine/nn/torch.h"
#include "engine/t2i/tokenizer.h"

namespace jacobiscope {

struct PaddedText {
  Tensor ids;   // [B, L] int64, padded on the right
  Tensor mask;  // [B, L] int64, 1 for pieces
};

// Each sentence gets an end of sequence; what is longer than `length` with it is cut before.
PaddedText padText(const std::vector<std::vector<std::int64_t>>& sentences,
                   const Tokenizer& tokenizer, int length);

}  // namespace jacobiscope
