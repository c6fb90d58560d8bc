#include "engine/t2i/sentence_piece_file.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>

#include "engine/checkpoint/utf8.h"
#include "engine/core/error.h"

namespace jacobiscope {
namespace {

constexpr std::uintmax_t kLargestFile = 64 << 20;  // published ones have one MiB or a few

enum Wire { kVarint = 0, kEightBytes = 1, kBytes = 2, kFourBytes = 5 };

struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;  // of kVarint and kFourBytes
  std::string_view bytes;   // of kBytes
  int wire = 0;
};

// Goes through the fields of one message. A wrong byte is told by damaged().
class Fields {
 public:
  explicit Fields(std::string_view bytes) : m_rest(bytes) {}

  bool next(Field& field) {
    if (m_rest.empty() || m_damaged) return false;
    std::uint64_t key = 0;
    m_damaged = !varint(key) || !content(key, field);
    return !m_damaged;
  }
  bool damaged() const { return m_damaged; }

 private:
  bool varint(std::uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 64 && !m_rest.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(m_rest.front());
      m_rest.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  bool content(std::uint64_t key, Field& field) {
    field.number = key >> 3;
    field.wire = static_cast<int>(key & 7);
    std::uint64_t length = field.wire == kEightBytes ? 8 : 4;
    if (field.wire == kVarint) return varint(field.value);
    if (field.wire == kBytes && !varint(length)) return false;
    if (field.wire != kBytes && field.wire != kEightBytes && field.wire != kFourBytes) return false;
    if (length > m_rest.size()) return false;
    field.bytes = m_rest.substr(0, length);
    m_rest.remove_prefix(length);
    if (field.wire == kFourBytes) {
      std::uint32_t value = 0;
      std::memcpy(&value, field.bytes.data(), sizeof value);
      field.value = value;
    }
    return true;
  }

  std::string_view m_rest;
  bool m_damaged = false;
};

[[noreturn]] void incomplete(const std::string& name) {
  throw Error(name + " is not a complete SentencePiece model.",
              "It may be cut short; T5's is named spiece.model.");
}

SentencePiece readPiece(std::string_view bytes, const std::string& name) {
  SentencePiece piece;
  Fields fields(bytes);
  for (Field field; fields.next(field);) {
    if (field.number == 1 && field.wire == kBytes) piece.text = field.bytes;
    if (field.number == 2 && field.wire == kFourBytes) {
      piece.score = std::bit_cast<float>(static_cast<std::uint32_t>(field.value));
    }
    if (field.number == 3 && field.wire == kVarint && field.value >= 1 && field.value <= 6) {
      piece.kind = static_cast<SentencePiece::Kind>(field.value);
    }
  }
  if (fields.damaged() || piece.text.empty() || !isUtf8(piece.text) ||
      !std::isfinite(piece.score)) {
    incomplete(name);
  }
  if (piece.kind == SentencePiece::Kind::UserDefined || piece.kind == SentencePiece::Kind::Byte) {
    throw Error(name + " has pieces for bytes or pieces defined by a user.",
                "A tokenizer of the T5 type is needed.");
  }
  return piece;
}

// TrainerSpec: what kind of model it is.
void readTrainer(std::string_view bytes, const std::string& name) {
  constexpr std::uint64_t kModelType = 3, kUnigram = 1, kSpaceBehind = 24;
  Fields fields(bytes);
  for (Field field; fields.next(field);) {
    if ((field.number == kModelType && field.value != kUnigram) ||
        (field.number == kSpaceBehind && field.value != 0)) {
      throw Error(name + " is no SentencePiece model of the unigram type.",
                  "A tokenizer of the T5 type is needed.");
    }
  }
  if (fields.damaged()) incomplete(name);
}

void readNormalizer(std::string_view bytes, SentencePieceFile& model, const std::string& name) {
  Fields fields(bytes);
  for (Field field; fields.next(field);) {
    if (field.number == 2 && field.wire == kBytes) model.charsmap = field.bytes;
    if (field.number == 3) model.dummyPrefix = field.value != 0;
    if (field.number == 4) model.removeExtraWhitespace = field.value != 0;
    if (field.number == 5) model.escapeWhitespace = field.value != 0;
  }
  if (fields.damaged()) incomplete(name);
}

}  // namespace

SentencePieceFile readSentencePieces(std::string_view bytes, const std::string& name) {
  SentencePieceFile model;
  bool trainer = false, normalizer = false;
  Fields fields(bytes);
  for (Field field; fields.next(field);) {
    if (field.wire != kBytes) incomplete(name);
    if (field.number == 1) model.pieces.push_back(readPiece(field.bytes, name));
    if (field.number == 2) readTrainer(field.bytes, name), trainer = true;
    if (field.number == 3) readNormalizer(field.bytes, model, name), normalizer = true;
  }
  // A file cut off between two pieces is a valid message with a smaller vocabulary; but every
  // trainer writes its two specifications behind the pieces.
  if (fields.damaged() || model.pieces.empty() || !trainer || !normalizer) incomplete(name);
  return model;
}

SentencePieceFile readSentencePieces(const std::filesystem::path& file) {
  std::error_code failure;
  const std::uintmax_t size = std::filesystem::file_size(file, failure);
  std::ifstream in(file, std::ios::binary);
  if (failure || !in) {
    throw Error(file.string() + " cannot be read.", "A SentencePiece model was expected.");
  }
  if (size > kLargestFile) {
    throw Error(file.string() + " is larger than any SentencePiece model (" +
                std::to_string(size >> 20) + " MiB).");
  }
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  return readSentencePieces(bytes, file.string());
}

namespace {

void putVarint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void putNumber(std::string& out, std::uint64_t number, std::uint64_t value) {
  putVarint(out, number << 3 | kVarint);
  putVarint(out, value);
}

void putBytes(std::string& out, std::uint64_t number, std::string_view bytes) {
  putVarint(out, number << 3 | kBytes);
  putVarint(out, bytes.size());
  out += bytes;
}

}  // namespace

std::string writeSentencePieces(const SentencePieceFile& model) {
  std::string out;
  for (const SentencePiece& piece : model.pieces) {
    std::string message;
    putBytes(message, 1, piece.text);
    putVarint(message, 2 << 3 | kFourBytes);
    char score[sizeof(float)];
    std::memcpy(score, &piece.score, sizeof score);
    message.append(score, sizeof score);
    if (piece.kind != SentencePiece::Kind::Normal) {
      putNumber(message, 3, static_cast<std::uint64_t>(piece.kind));
    }
    putBytes(out, 1, message);
  }
  std::string trainer;
  constexpr std::uint64_t kNone = ~std::uint64_t{0};  // -1
  const std::pair<int, std::uint64_t> ids[] = {{40, 2}, {41, kNone}, {42, 1}, {43, 0}};
  putNumber(trainer, 3, 1);                              // unigram
  putNumber(trainer, 4, model.pieces.size());            // size of the vocabulary
  for (const auto& [field, id] : ids) putNumber(trainer, field, id);  // unk, bos, eos, pad
  putBytes(out, 2, trainer);
  std::string normalizer;
  putBytes(normalizer, 1, "identity");
  putBytes(normalizer, 2, model.charsmap);
  putNumber(normalizer, 3, model.dummyPrefix);
  putNumber(normalizer, 4, model.removeExtraWhitespace);
  putNumber(normalizer, 5, model.escapeWhitespace);
  putBytes(out, 3, normalizer);
  return out;
}

}  // namespace jacobiscope
