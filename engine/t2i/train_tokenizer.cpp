// trainTokenizer() of tokenizer.h.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>

#include "engine/checkpoint/atomic_file.h"
#include "engine/core/error.h"
#include "engine/t2i/text_normalizer.h"
#include "engine/t2i/tokenizer.h"

namespace jacobiscope {
namespace {

using Counts = std::map<std::string, std::int64_t>;  // in one order on every machine

constexpr std::size_t kSpecials = 3;
const std::string kSpaceMark = "\u2581";  // ▁

std::vector<std::string> charactersOf(std::string_view text) {
  std::vector<std::string> characters;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(1, characterLength(text));
    characters.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return characters;
}

// Whether a character is part of a word: punctuation is not, but for the hyphen and apostrophe.
bool isLetter(std::string_view character) {
  const auto c = static_cast<unsigned char>(character.front());
  return c >= 0x80 || std::isalnum(c) || c == '-' || c == '\'';
}

// Counts "▁word" at every beginning of a word behind a space, and every character.
void count(const std::string& normalized, Counts& words, Counts& characters) {
  std::string word;
  const auto finish = [&] {
    if (word.size() > kSpaceMark.size()) ++words[word];
    word.clear();
  };
  for (const std::string& character : charactersOf(normalized)) {
    ++characters[character];
    if (character == kSpaceMark || !isLetter(character)) finish();
    if (character == kSpaceMark || (!word.empty() && isLetter(character))) word += character;
  }
  finish();
}

// The most frequent words, of equals the first in alphabetical order.
std::vector<std::string> mostFrequent(const Counts& words, std::size_t room) {
  std::vector<std::string> order;
  for (const auto& [word, times] : words) order.push_back(word);
  std::stable_sort(order.begin(), order.end(), [&](const std::string& a, const std::string& b) {
    return words.at(a) > words.at(b);
  });
  order.resize(std::min(order.size(), room));
  return order;
}

}  // namespace

void trainTokenizer(const std::vector<std::string>& sentences, int vocabulary,
                    const std::filesystem::path& file) {
  SentencePieceFile model;
  const TextNormalizer normalizer(model, "");
  Counts words, characters;
  for (const std::string& sentence : sentences) {
    count(normalizer.normalize(sentence), words, characters);
  }
  if (words.empty()) throw Error("There are no words to make a tokenizer of.");
  const std::size_t least = kSpecials + characters.size();
  if (vocabulary < static_cast<int>(least)) {
    throw Error("A vocabulary of " + std::to_string(vocabulary) + " does not hold the " +
                std::to_string(characters.size()) + " characters of the sentences.",
                "Give at least " + std::to_string(least) + ".");
  }
  const auto whole = mostFrequent(words, static_cast<std::size_t>(vocabulary) - least);

  // Maximum likelihood where every word is cut as it will be: characters count where they
  // spell a word that has no piece, and half a time where they never do, so that they can be.
  Counts spelt = words;
  for (const std::string& word : whole) spelt.erase(word);
  std::map<std::string, double> uses;
  for (const auto& [character, times] : characters) uses[character] = 0.5;
  for (const auto& [word, times] : spelt) {
    for (const std::string& character : charactersOf(word)) uses[character] += times;
  }
  double total = 0;
  for (const auto& [character, times] : uses) total += times;
  for (const std::string& word : whole) total += words.at(word);
  const auto score = [&](double times) { return static_cast<float>(std::log(times / total)); };

  using Kind = SentencePiece::Kind;
  model.pieces = {{"<pad>", 0, Kind::Control}, {"</s>", 0, Kind::Control},
                  {"<unk>", 0, Kind::Unknown}};
  for (const std::string& word : whole) model.pieces.push_back({word, score(words.at(word))});
  for (const auto& [character, times] : uses) model.pieces.push_back({character, score(times)});
  const std::string bytes = writeSentencePieces(model);
  writeFileAtomically(file, {std::as_bytes(std::span(bytes))});
}

}  // namespace jacobiscope
