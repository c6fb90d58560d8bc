// The part of prompt.h that looks at single words.
#include <algorithm>

#include "engine/core/suggestion.h"
#include "engine/t2i/code_points.h"
#include "engine/t2i/prompt.h"

namespace jacobiscope {

namespace {

constexpr char32_t kJoiner = 0x200d, kFirstFlag = 0x1f1e6, kLastFlag = 0x1f1ff;

bool isFlag(char32_t c) { return c >= kFirstFlag && c <= kLastFlag; }

// Whether `c` continues the word, not empty and of kind `kind`, that stands before it.
bool continues(const std::u32string& word, CharacterKind kind, char32_t c) {
  if (kindOf(c) == CharacterKind::Modifier || word.back() == kJoiner) return true;
  if (kindOf(c) != kind) return false;
  if (kind != CharacterKind::Emoji) return true;
  return word.size() == 1 && isFlag(word.back()) && isFlag(c);  // two letters make a flag
}

// How many of the words from `at` on the phrase covers, or 0.
std::size_t covered(const std::vector<std::string>& words, std::size_t at,
                    const std::vector<std::string>& phrase) {
  if (phrase.empty() || phrase.size() > words.size() - at) return 0;
  const auto begin = words.begin() + static_cast<std::ptrdiff_t>(at);
  return std::equal(phrase.begin(), phrase.end(), begin) ? phrase.size() : 0;
}

}  // namespace

std::vector<std::string> wordsOf(std::string_view cleaned) {
  std::vector<std::string> words;
  std::u32string word;
  CharacterKind kind = CharacterKind::Separator;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(encodeUtf8(word));
    word.clear();
  };
  const std::u32string text = decodeUtf8(cleaned);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    // An apostrophe stays in "cat's", and is no quote there.
    const bool within = c == '\'' && kind == CharacterKind::Letter && !word.empty() &&
                        i + 1 < text.size() && kindOf(text[i + 1]) == CharacterKind::Letter;
    if (within || (!word.empty() && continues(word, kind, c))) {
      word += c;
      continue;
    }
    finish();
    kind = kindOf(c);
    if (kind != CharacterKind::Separator && kind != CharacterKind::Modifier) word += c;
  }
  finish();
  return words;
}

std::vector<std::string> unknownWords(std::string_view cleaned,
                                      const std::vector<std::string>& known,
                                      const std::vector<std::string>& functionWords) {
  const std::vector<std::string> words = wordsOf(cleaned);
  std::vector<bool> isKnown(words.size());
  for (const std::string& entry : known) {
    const std::vector<std::string> phrase = wordsOf(entry);
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::size_t count = covered(words, i, phrase);
      std::fill_n(isKnown.begin() + static_cast<std::ptrdiff_t>(i), count, true);
    }
  }
  std::vector<std::string> unknown;
  const auto in = [](const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!isKnown[i] && !in(functionWords, words[i]) && !in(unknown, words[i])) {
      unknown.push_back(words[i]);
    }
  }
  return unknown;
}

std::string nearestKnown(std::string_view word, const std::vector<std::string>& known) {
  for (const std::string& entry : known) {
    const std::vector<std::string> words = wordsOf(entry);
    if (std::find(words.begin(), words.end(), word) != words.end()) {
      return "Did you mean " + entry + "?";
    }
  }
  // Two letters changed make anything of a short word, and of a symbol.
  constexpr std::size_t kShort = 3;
  const std::u32string letters = decodeUtf8(word);
  if (letters.size() < kShort || kindOf(letters.front()) != CharacterKind::Letter) return {};
  const std::string question = suggestion(word, known);
  return question.starts_with("Did") ? question : std::string();
}

}  // namespace jacobiscope
