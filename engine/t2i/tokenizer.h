// Text to numbered pieces of words, as T5 does it: a unigram model (Kudo, arXiv 1804.10959) out
// of a SentencePiece file, and the making of a small one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace jacobiscope {

// Copies are cheap and share the model.
class Tokenizer {
 public:
  // Throws Error for a file that is no complete SentencePiece model of the unigram type or
  // lacks one of T5's special pieces: <pad>, </s> and the unknown.
  static Tokenizer open(const std::filesystem::path& file);

  // Pieces of `text` (UTF-8) without an end of sequence: of all ways to cut it the most
  // probable. Empty text has none. A run of characters that no piece covers becomes one unk().
  std::vector<std::int64_t> encode(std::string_view text) const;

  std::int64_t vocabularySize() const;  // ids are 0 to vocabularySize() - 1
  std::int64_t pad() const;             // fills short sequences
  std::int64_t eos() const;             // ends every sequence
  std::int64_t unk() const;
  // "▁cat": the mark stands for the space before a word. Throws Error for an id outside the
  // vocabulary.
  const std::string& piece(std::int64_t id) const;

 private:
  struct Model;
  explicit Tokenizer(std::shared_ptr<const Model> model);

  std::shared_ptr<const Model> m_model;
};

// Makes a unigram model with T5's special pieces (padding 0, end 1, unknown 2, no beginning) and
// writes it to `file`, for this class and for SentencePiece itself: every character of the
// sentences, then their words, the most frequent first, up to `vocabulary` pieces in all. Parts
// of words are not looked for: captions with a closed vocabulary need none, and whatever else
// is typed is spelt. Text is to come cleaned (prompt.h): nothing but spaces is normalised. The
// same input gives the same file. Throws Error for a vocabulary that does not hold the
// characters, for no words at all, and where `file` cannot be written.
void trainTokenizer(const std::vector<std::string>& sentences, int vocabulary,
                    const std::filesystem::path& file);

}  // namespace jacobiscope
