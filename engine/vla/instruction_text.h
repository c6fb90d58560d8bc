// Instructions as the small policies of this project read them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/nn/torch.h"
#include "engine/t2i/tokenizer.h"

namespace jacobiscope {

// The pieces of an instruction, cleaned (engine/t2i/prompt.h), and </s> behind them: whatever
// the words are, action token 0 is predicted from the row of the same token. (OpenVLA's prompt
// ends alike, always in "Out:".) Throws UsageError where nothing is left of the text.
std::vector<std::int64_t> instructionTokens(const Tokenizer& tokenizer, std::string_view text);

// Several in one tensor, as policyPrefix() and policyLogits() want them.
struct InstructionBatch {
  Tensor ids;   // [B, L] int64, padded with `pad` on the left
  Tensor mask;  // [B, L] int64, 1 for text; undefined where nothing is padded
};
InstructionBatch padInstructions(const std::vector<std::vector<std::int64_t>>& instructions,
                                 std::int64_t pad);

}  // namespace jacobiscope
