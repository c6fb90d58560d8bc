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

PaddedFeatures padLeft(const Tensor& features, const Tensor& mask) {
  const auto length = mask.size(1);
  const Tensor shift = length - mask.sum(1, true);  // [B, 1]
  const Tensor places =
      torch::remainder(torch::arange(length, mask.options()).unsqueeze(0) - shift, length);
  PaddedFeatures padded;
  padded.mask = mask.gather(1, places);
  const Tensor turned = features.gather(1, places.unsqueeze(2).expand_as(features));
  padded.features = turned * padded.mask.unsqueeze(2).to(features.scalar_type());
  return padded;
}

}  // namespace jacobiscope
