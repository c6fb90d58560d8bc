#include "engine/t2i/tokenizer.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "engine/core/error.h"
#include "engine/t2i/text_normalizer.h"

namespace jacobiscope {

struct Tokenizer::Model {
  Model(SentencePieceFile file, const std::string& name);

  std::vector<SentencePiece> pieces;
  TextNormalizer normalizer;
  std::unordered_map<std::string_view, int> ids;  // of ordinary pieces; views into `pieces`
  std::size_t longest = 0;                        // bytes of the longest of them
  float unknownScore = 0;
  int pad = -1, eos = -1, unk = -1;
};

Tokenizer::Model::Model(SentencePieceFile file, const std::string& name)
    : normalizer(file, name) {
  pieces = std::move(file.pieces);
  float lowest = std::numeric_limits<float>::max();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const SentencePiece& piece = pieces[i];
    const auto id = static_cast<int>(i);
    if (piece.kind == SentencePiece::Kind::Unknown) unk = id;
    if (piece.kind == SentencePiece::Kind::Control && piece.text == "<pad>") pad = id;
    if (piece.kind == SentencePiece::Kind::Control && piece.text == "</s>") eos = id;
    if (piece.kind != SentencePiece::Kind::Normal) continue;
    if (!ids.emplace(piece.text, id).second) {
      throw Error(name + " has the piece \"" + piece.text + "\" twice.");
    }
    longest = std::max(longest, piece.text.size());
    lowest = std::min(lowest, piece.score);
  }
  if (pad < 0 || eos < 0 || unk < 0 || ids.empty()) {
    throw Error(name + " has no piece for padding (<pad>), the end (</s>) or unknown words.",
                "A tokenizer of the T5 type is needed.");
  }
  constexpr float kUnknownPenalty = 10;  // SentencePiece's
  unknownScore = lowest - kUnknownPenalty;
}

Tokenizer::Tokenizer(std::shared_ptr<const Model> model) : m_model(std::move(model)) {}

Tokenizer Tokenizer::open(const std::filesystem::path& file) {
  return Tokenizer(std::make_shared<const Model>(readSentencePieces(file), file.string()));
}

std::vector<std::int64_t> Tokenizer::encode(std::string_view given) const {
  const std::string text = m_model->normalizer.normalize(given);
  // The best cut of the first `end` bytes: its score, its last piece and where that begins.
  struct Cut {
    float score = 0;
    int id = -1;
    std::size_t begin = 0;
  };
  std::vector<Cut> cuts(text.size() + 1);
  const std::string_view all = text;
  for (std::size_t begin = 0; begin < all.size();) {
    const std::size_t first = std::max<std::size_t>(1, characterLength(all.substr(begin)));
    bool covered = false;
    const auto offer = [&](std::size_t length, int id, float score) {
      Cut& cut = cuts[begin + length];
      score += cuts[begin].score;
      if (cut.id < 0 || score > cut.score) cut = {score, id, begin};
    };
    const std::size_t most = std::min(m_model->longest, all.size() - begin);
    for (std::size_t length = 1; length <= most; ++length) {
      const auto found = m_model->ids.find(all.substr(begin, length));
      if (found == m_model->ids.end()) continue;
      covered = covered || length == first;
      offer(length, found->second, m_model->pieces[found->second].score);
    }
    if (!covered) offer(first, m_model->unk, m_model->unknownScore);
    begin += first;
  }
  std::vector<std::int64_t> ids;
  for (std::size_t end = text.size(); end > 0; end = cuts[end].begin) {
    const int id = cuts[end].id;
    if (id != m_model->unk || ids.empty() || ids.back() != id) ids.push_back(id);
  }
  std::reverse(ids.begin(), ids.end());
  return ids;
}

std::int64_t Tokenizer::vocabularySize() const {
  return static_cast<std::int64_t>(m_model->pieces.size());
}
std::int64_t Tokenizer::pad() const { return m_model->pad; }
std::int64_t Tokenizer::eos() const { return m_model->eos; }
std::int64_t Tokenizer::unk() const { return m_model->unk; }

const std::string& Tokenizer::piece(std::int64_t id) const {
  if (id < 0 || id >= vocabularySize()) {
    throw Error("Token " + std::to_string(id) + " is outside the vocabulary of " +
                std::to_string(vocabularySize()) + ".");
  }
  return m_model->pieces[static_cast<std::size_t>(id)].text;
}

}  // namespace jacobiscope
