// A prompt as what the image GPT reads before the picture's tokens: one row of features for
// each token of text, with the padding in front, as LlamaGen has it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/nn/torch.h"
#include "engine/t2i/text_encoder.h"
#include "engine/t2i/tokenizer.h"

namespace jacobiscope {

struct TextPrefix {
  Tensor features;  // [1, L, C] float32, padded on the left; rows of padding are zero
  Tensor mask;      // [1, L] int64, 1 where there is text
  std::vector<std::string> notes;
};

// The tokens of a cleaned prompt as the text encoder reads them: </s> behind them, then padding.
struct PromptTokens {
  Tensor ids;   // [1, L] int64
  Tensor mask;  // [1, L] int64, 1 for tokens and </s>
  std::vector<std::string> notes;
};

// Cleans the prompt (prompt.h) and keeps as many tokens as fit into `length` (at least 2) with
// </s>; a note says what was cut off. Throws UsageError where nothing is left of the prompt.
PromptTokens tokenizePrompt(const Tokenizer& tokenizer, std::string_view prompt,
                            std::int64_t length);

// Moves the padding of features [B, L, C] and mask [B, L] from behind the text to before it and
// makes its features zero. Differentiable in the features.
std::pair<Tensor, Tensor> paddedLeft(const Tensor& features, const Tensor& mask);

// Throws Error where the encoder embeds fewer pieces than the tokenizer has.
void requireTokenizerFits(const Tokenizer& tokenizer, const TextEncoder& encoder);

// On the encoder's device. Throws UsageError for an empty prompt and Error where the encoder
// has fewer tokens than the tokenizer.
TextPrefix encodePrompt(const Tokenizer& tokenizer, const TextEncoder& encoder,
                        std::string_view prompt, std::int64_t length);

}  // namespace jacobiscope
