#include "engine/t2i/text_normalizer.h"

#include <algorithm>
#include <cstring>

#include "engine/checkpoint/utf8.h"
#include "engine/core/error.h"

namespace jacobiscope {

namespace {

constexpr std::string_view kSpaceMark = "\u2581";    // ▁
constexpr std::string_view kReplacement = "\ufffd";

// The 32 bits of a node of the double array, as darts-clone packs them.
bool hasLeaf(std::uint32_t unit) { return unit >> 8 & 1; }
std::uint32_t label(std::uint32_t unit) { return unit & (1u << 31 | 0xff); }
std::uint32_t offset(std::uint32_t unit) { return unit >> 10 << ((unit & 1u << 9) >> 6); }
std::uint32_t leafValue(std::uint32_t unit) { return unit & 0x7fffffff; }

}  // namespace

std::size_t characterLength(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return length <= text.size() && isUtf8(text.substr(0, length)) ? length : 0;
}

TextNormalizer::TextNormalizer(const SentencePieceFile& model, const std::string& name)
    : m_dummyPrefix(model.dummyPrefix),
      m_removeExtra(model.removeExtraWhitespace),
      m_escape(model.escapeWhitespace) {
  if (model.charsmap.empty()) return;
  std::string_view rest = model.charsmap;
  std::uint32_t size = 0;
  if (rest.size() > sizeof size) std::memcpy(&size, rest.data(), sizeof size);
  rest.remove_prefix(std::min(rest.size(), sizeof size));
  if (size < sizeof size || size % sizeof size != 0 || size >= rest.size() || rest.back() != '\0') {
    throw Error(name + " has a damaged table of characters.");
  }
  m_trie.resize(size / sizeof size);
  std::memcpy(m_trie.data(), rest.data(), size);
  m_replacements = rest.substr(size);
}

// Bytes matched (0: none) and where the replacement begins.
std::pair<std::size_t, std::size_t> TextNormalizer::longestMatch(std::string_view text) const {
  std::pair<std::size_t, std::size_t> longest{0, 0};
  if (m_trie.empty()) return longest;
  std::size_t node = offset(m_trie[0]);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    node ^= byte;
    if (node >= m_trie.size() || label(m_trie[node]) != byte) break;
    const std::uint32_t unit = m_trie[node];
    node ^= offset(unit);
    if (node >= m_trie.size()) break;  // a damaged table
    if (hasLeaf(unit)) longest = {i + 1, leafValue(m_trie[node])};
  }
  return longest.second < m_replacements.size() ? longest : std::pair<std::size_t, std::size_t>{};
}

std::pair<std::string_view, std::size_t> TextNormalizer::prefix(std::string_view text) const {
  if (const auto [length, at] = longestMatch(text); length > 0) {
    return {m_replacements.data() + at, length};  // up to its '\0'
  }
  const std::size_t length = characterLength(text);
  if (length == 0) return {kReplacement, 1};
  return {text.substr(0, length), length};
}

std::string TextNormalizer::normalize(std::string_view text) const {
  if (m_removeExtra) {
    while (!text.empty() && prefix(text).first == " ") text.remove_prefix(prefix(text).second);
  }
  if (text.empty()) return {};
  const std::string_view space = m_escape ? kSpaceMark : std::string_view(" ");
  std::string out;
  if (m_dummyPrefix) out += space;
  bool afterSpace = m_removeExtra;
  while (!text.empty()) {
    auto [characters, length] = prefix(text);
    while (afterSpace && characters.starts_with(' ')) characters.remove_prefix(1);
    for (const char c : characters) c == ' ' ? out += space : out += c;
    if (!characters.empty()) afterSpace = m_removeExtra && characters.ends_with(' ');
    text.remove_prefix(length);
  }
  if (m_removeExtra) {
    while (out.ends_with(space)) out.erase(out.size() - space.size());
  }
  return out;
}

}  // namespace jacobiscope
