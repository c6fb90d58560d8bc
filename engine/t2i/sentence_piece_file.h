// The file format of SentencePiece (Kudo and Richardson, arXiv 1808.06226): a protocol buffer
// ModelProto with a list of pieces and how text is prepared for them. Read here and not by the
// SentencePiece library: Debian's brings an old protobuf of its own, whose symbols end every
// program that LibTorch brings today's protobuf into.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace jacobiscope {

struct SentencePiece {
  // The numbers of the file format.
  enum class Kind { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

  std::string text;
  float score = 0;  // log probability
  Kind kind = Kind::Normal;
};

struct SentencePieceFile {
  std::vector<SentencePiece> pieces;   // the index is the token's id
  std::string charsmap;                // see text_normalizer.h; empty: characters stay
  bool dummyPrefix = true;             // a space is put before the text
  bool removeExtraWhitespace = true;   // around the text, and of several spaces all but one
  bool escapeWhitespace = true;        // spaces become "▁"
};

// Throws Error, naming `name`, for bytes that are no complete model, for other models than
// unigram ones, and for what T5's have no use for (byte pieces, pieces defined by a user).
SentencePieceFile readSentencePieces(std::string_view bytes, const std::string& name);
SentencePieceFile readSentencePieces(const std::filesystem::path& file);

// The bytes of a unigram model that readSentencePieces() and SentencePiece itself read. `pieces`
// must begin with T5's special ones: padding, end, unknown.
std::string writeSentencePieces(const SentencePieceFile& model);

}  // namespace jacobiscope
