#include "engine/t2i/text_padding.h"

#include <algorithm>

namespace jacobiscope {

PaddedText padText(const std::vector<std::vector<std::int64_t>>& sentences,
                   const Tokenizer& tokenizer, int length) {
  const auto batch = static_cast<std::int64_t>(sentences.size());
  PaddedText text;
  text.ids = torch::full({batch, length}, tokenizer.pad(), torch::dtype(torch::kInt64));
  text.mask = torch::zeros({batch, length}, torch::kInt64);
  auto ids = text.ids.accessor<std::int64_t, 2>();
  auto mask = text.mask.accessor<std::int64_t, 2>();
  for (std::int64_t b = 0; b < batch; ++b) {
    const auto kept = std::min<std::int64_t>(std::ssize(sentences[b]), length - 1);
    for (std::int64_t i = 0; i <= kept; ++i) {
      ids[b][i] = i < kept ? sentences[b][i] : tokenizer.eos();
      mask[b][i] = 1;
    }
  }
  return text;
}

}  // namespace jacobiscope
