// How SentencePiece prepares text for its pieces: characters are replaced as the model's table
// says (T5: Unicode's NFKC, and control characters and odd spaces become spaces), spaces are
// tidied and made visible.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/t2i/sentence_piece_file.h"

namespace jacobiscope {

class TextNormalizer {
 public:
  // Takes charsmap and the three switches of the model. The table is a double-array trie
  // (darts-clone) of what is replaced and the replacements, one string after the other. Throws
  // Error, naming `name`, where it cannot be one.
  TextNormalizer(const SentencePieceFile& model, const std::string& name);

  // "▁a▁cat" for " a  cat"; empty where there is nothing but spaces. Bytes that are no UTF-8
  // become U+FFFD.
  std::string normalize(std::string_view text) const;

 private:
  // What the beginning of `text`, not empty, is replaced with, and how many bytes that takes.
  std::pair<std::string_view, std::size_t> prefix(std::string_view text) const;
  std::pair<std::size_t, std::size_t> longestMatch(std::string_view text) const;

  std::vector<std::uint32_t> m_trie;  // empty: nothing is replaced
  std::string m_replacements;         // each ends in '\0'
  bool m_dummyPrefix, m_removeExtra, m_escape;
};

// Bytes of the UTF-8 character that `text`, not empty, begins with; 0 where it is none.
std::size_t characterLength(std::string_view text);

}  // namespace jacobiscope
