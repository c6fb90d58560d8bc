#include "engine/vla/instruction_text.h"

#include <algorithm>
#include <string>

#include "engine/core/error.h"
#include "engine/t2i/prompt.h"

namespace jacobiscope {

std::vector<std::int64_t> instructionTokens(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<std::int64_t> tokens = tokenizer.encode(cleanPrompt(text));
  if (tokens.empty()) throw UsageError("The instruction has no words.");
  tokens.push_back(tokenizer.eos());
  return tokens;
}

InstructionBatch padInstructions(const std::vector<std::vector<std::int64_t>>& instructions,
                                 std::int64_t pad) {
  std::size_t length = 0;
  for (const auto& tokens : instructions) length = std::max(length, tokens.size());
  const auto batch = std::ssize(instructions), columns = static_cast<std::ptrdiff_t>(length);
  InstructionBatch result;
  result.ids = torch::full({batch, columns}, pad, torch::kInt64);
  Tensor mask = torch::zeros({batch, columns}, torch::kInt64);
  bool padded = false;
  for (std::ptrdiff_t b = 0; b < batch; ++b) {
    const auto& tokens = instructions[b];
    const auto before = columns - std::ssize(tokens);
    std::ranges::copy(tokens, result.ids.data_ptr<std::int64_t>() + b * columns + before);
    std::fill_n(mask.data_ptr<std::int64_t>() + b * columns + before, tokens.size(), 1);
    padded = padded || before > 0;
  }
  if (padded) result.mask = mask;
  return result;
}

}  // namespace jacobiscope
