// Unicode text as whole characters: what cleaning a prompt and finding its words need to know
// of them, and no more. Standard library only.
#pragma once

#include <string>
#include <string_view>

namespace jacobiscope {

// UTF-8 to code points; bytes that are no UTF-8 (RFC 3629) are dropped.
std::u32string decodeUtf8(std::string_view text);
std::string encodeUtf8(std::u32string_view text);

// Of Latin, Greek and Cyrillic letters; every other character stays.
char32_t lowerCase(char32_t c);

enum class CharacterKind {
  Separator,  // spaces, punctuation, signs
  Letter,     // letters and digits
  Cjk,        // Chinese, Japanese and Korean characters, which no spaces separate
  Emoji,      // pictographs, which each begin a word
  Modifier,   // belongs to the character before it: skin tones, joiners, variation selectors
};
CharacterKind kindOf(char32_t c);

}  // namespace jacobiscope
