#include "engine/t2i/text_prefix.h"

#include <algorithm>

#include "engine/core/error.h"
#include "engine/t2i/prompt.h"

namespace jacobiscope {

namespace {

// The last words among the pieces, as they were written.
std::string lastWords(const Tokenizer& tokenizer, const std::vector<std::int64_t>& ids) {
  constexpr std::size_t kMostPieces = 6;
  constexpr std::string_view kSpaceMark = "\u2581";
  std::string text;
  for (std::size_t i = ids.size() - std::min(ids.size(), kMostPieces); i < ids.size(); ++i) {
    std::string_view piece = tokenizer.piece(ids[i]);
    if (ids[i] == tokenizer.unk()) piece = "\u2026";
    if (piece.starts_with(kSpaceMark)) {
      piece.remove_prefix(kSpaceMark.size());
      if (!text.empty()) text += ' ';
    }
    text += piece;
  }
  return text;
}

}  // namespace

PromptTokens tokenizePrompt(const Tokenizer& tokenizer, std::string_view prompt,
                            std::int64_t length) {
  if (length < 2) throw Error("A prompt needs room for two tokens or more.");
  std::vector<std::int64_t> ids = tokenizer.encode(cleanPrompt(prompt));
  if (ids.empty()) {
    throw UsageError("The prompt is empty.",
                     "Say in a few words what the picture shows; links and addresses do not "
                     "count.");
  }
  PromptTokens tokens;
  const auto room = static_cast<std::size_t>(length - 1);  // the end needs one
  if (ids.size() > room) {
    const std::string all = std::to_string(ids.size());
    ids.resize(room);
    tokens.notes.push_back("The prompt is longer than the model reads: " + std::to_string(room) +
                           " of " + all + " tokens were kept, up to \"" +
                           lastWords(tokenizer, ids) + "\".");
  }
  ids.push_back(tokenizer.eos());
  const auto used = static_cast<std::int64_t>(ids.size());
  tokens.mask = (torch::arange(length) < used).to(torch::kInt64).unsqueeze(0);
  ids.resize(static_cast<std::size_t>(length), tokenizer.pad());
  tokens.ids = torch::tensor(ids, torch::kInt64).unsqueeze(0);
  return tokens;
}

std::pair<Tensor, Tensor> paddedLeft(const Tensor& features, const Tensor& mask) {
  const std::int64_t length = mask.size(1);
  const Tensor used = mask.sum(1, /*keepdim=*/true);  // [B, 1]
  // Row i comes from row i + used, around the end.
  const Tensor from =
      (torch::arange(length, mask.options()).unsqueeze(0) + used).remainder(length);  // [B, L]
  const Tensor moved = mask.gather(1, from);
  const Tensor rows = features.gather(1, from.unsqueeze(-1).expand(features.sizes()));
  return {rows.masked_fill(moved.unsqueeze(-1) == 0, 0), moved};
}

void requireTokenizerFits(const Tokenizer& tokenizer, const TextEncoder& encoder) {
  if (tokenizer.vocabularySize() > encoder.config.vocabulary) {
    throw Error("The tokenizer has " + std::to_string(tokenizer.vocabularySize()) +
                    " pieces and the text encoder embeds " +
                    std::to_string(encoder.config.vocabulary) + ".",
                "They belong to different models: give both from one folder.");
  }
}

TextPrefix encodePrompt(const Tokenizer& tokenizer, const TextEncoder& encoder,
                        std::string_view prompt, std::int64_t length) {
  requireTokenizerFits(tokenizer, encoder);
  PromptTokens tokens = tokenizePrompt(tokenizer, prompt, length);
  const torch::Device device = encoder.shared.device();
  const Tensor ids = tokens.ids.to(device), mask = tokens.mask.to(device);
  const torch::NoGradGuard noGrad;
  const Tensor features = encodeText(encoder, ids, mask).to(torch::kFloat32);
  TextPrefix prefix;
  std::tie(prefix.features, prefix.mask) = paddedLeft(features, mask);
  prefix.notes = std::move(tokens.notes);
  return prefix;
}

}  // namespace jacobiscope
