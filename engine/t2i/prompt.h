// What happens to a prompt before it is tokenised, and which of its words a model with a closed
// vocabulary does not know. Standard library only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jacobiscope {

// What LlamaGen's preparation of captions for T5 amounts to: the bytes that are no UTF-8 and
// control characters are dropped; HTML entities are resolved, tags removed; links, e-mail
// addresses and @nicknames removed; lower case; typographic quotes, dashes and spaces become
// plain ones, underscores and runs of hyphens spaces; brackets and signs that say nothing of a
// picture become spaces; spaces are collapsed and trimmed. Unlike there, Chinese, Japanese and
// Korean characters stay: unknownWords() shall name them. May be empty. A cleaned prompt stays as
// it is.
std::string cleanPrompt(std::string_view text);

// The words of a cleaned prompt: letters and digits of any script. Punctuation and hyphens
// separate; an emoji with its modifiers, and a run of Chinese, Japanese or Korean characters,
// are words of their own.
std::vector<std::string> wordsOf(std::string_view cleaned);

// Words of `cleaned` that are neither in `functionWords` nor part of a place where all words of
// one of `known` follow each other: "cat face" makes "cat" known only before "face". In their
// order, each once.
std::vector<std::string> unknownWords(std::string_view cleaned,
                                      const std::vector<std::string>& known,
                                      const std::vector<std::string>& functionWords);

// "Did you mean cat face?" for "cat" or "cat fase"; empty where nothing known is near.
std::string nearestKnown(std::string_view word, const std::vector<std::string>& known);

}  // namespace jacobiscope
