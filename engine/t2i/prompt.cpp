#include "engine/t2i/prompt.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "engine/t2i/code_points.h"

namespace jacobiscope {

namespace {

using Text = std::u32string;
using TextView = std::u32string_view;

bool isAlphanumeric(char32_t c) { return kindOf(c) != CharacterKind::Separator; }
bool isNameCharacter(char32_t c) { return c == '_' || isAlphanumeric(c); }

// The character an HTML entity such as "amp", "#39" or "#x1f408" stands for; 0 for none.
char32_t entity(const std::string& name) {
  static const std::map<std::string, char32_t> named = {
      {"amp", '&'},       {"lt", '<'},        {"gt", '>'},        {"quot", '"'},
      {"apos", '\''},     {"nbsp", ' '},      {"ndash", 0x2013},  {"mdash", 0x2014},
      {"lsquo", 0x2018},  {"rsquo", 0x2019},  {"ldquo", 0x201c},  {"rdquo", 0x201d},
      {"laquo", 0xab},    {"raquo", 0xbb},    {"hellip", 0x2026}, {"bull", 0x2022},
      {"copy", 0xa9},     {"reg", 0xae},      {"trade", 0x2122},  {"deg", 0xb0},
      {"eacute", 0xe9},   {"egrave", 0xe8},   {"agrave", 0xe0},   {"ccedil", 0xe7},
      {"ntilde", 0xf1},   {"auml", 0xe4},     {"ouml", 0xf6},     {"uuml", 0xfc}};
  if (!name.starts_with('#')) {
    const auto found = named.find(name);
    return found == named.end() ? 0 : found->second;
  }
  const bool hexadecimal = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
  const char* const end = name.data() + name.size();
  std::uint32_t code = 0;
  const auto [stop, error] =
      std::from_chars(name.data() + (hexadecimal ? 2 : 1), end, code, hexadecimal ? 16 : 10);
  const bool valid = error == std::errc{} && stop == end && code <= 0x10ffff &&
                     (code < 0xd800 || code >= 0xe000);
  return valid ? code : 0;
}

Text resolveEntities(TextView text) {
  constexpr std::size_t kLongest = 10;  // between & and ;
  Text out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t end = text[i] == '&' ? text.substr(0, i + kLongest + 2).find(U';', i)
                                           : TextView::npos;
    const char32_t c =
        end == TextView::npos ? 0 : entity(encodeUtf8(text.substr(i + 1, end - i - 1)));
    out += c ? c : text[i];
    if (c) i = end;
  }
  return out;
}

// Lower case, one kind of quote, dash and space; 0 for what has no width.
char32_t plain(char32_t c) {
  if (c == 0x200b || c == 0x200c || c == 0xfeff || c == 0xad || c == 0x2060) return 0;
  if (c == 0xa0 || c == 0x1680 || c == 0x202f || c == 0x205f || c == 0x3000) return ' ';
  if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x2000 && c <= 0x200a)) return ' ';
  if (c == 0x2028 || c == 0x2029) return ' ';
  if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xfe58 || c == 0xff0d) return '-';
  if ((c >= 0x2018 && c <= 0x201b) || c == 0x2032 || c == '`' || c == 0xb4) return '\'';
  if ((c >= 0x201c && c <= 0x201f) || c == 0x2033 || c == 0xab || c == 0xbb) return '"';
  if (c == 0x2026) return ' ';
  return lowerCase(c);
}

// "<b>" and "</b>"; a "<" that begins none stays.
Text withoutTags(TextView text) {
  constexpr std::size_t kLongest = 2000;
  Text out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t next = text[i] == '<' && i + 1 < text.size() ? text[i + 1] : U' ';
    const bool opens = next == '/' || next == '!' || (next < 0x80 && isAlphanumeric(next));
    const std::size_t end =
        opens ? text.substr(0, i + kLongest).find(U'>', i) : TextView::npos;
    if (end == TextView::npos) {
      out += text[i];
    } else {
      // Data sets write "<person>" in place of a name.
      if (text.substr(i, end + 1 - i) == U"<person>") out += U"person";
      out += U' ';
      i = end;
    }
  }
  return out;
}

// Where a link begins in a word, or npos.
std::size_t linkIn(TextView word) {
  std::size_t scheme = word.find(U"://");
  while (scheme != TextView::npos && scheme > 0 && isAlphanumeric(word[scheme - 1])) --scheme;
  std::size_t host = word.find(U"www.");
  if (host != TextView::npos && host > 0 && isAlphanumeric(word[host - 1])) host = TextView::npos;
  return std::min(scheme, host);
}

// A word without what is meant for machines and people, not for the picture.
Text withoutAddresses(TextView word) {
  word = word.substr(0, linkIn(word));
  const std::size_t at = word.find(U'@');
  if (at != TextView::npos && at > 0 && word.find(U'.', at) != TextView::npos) return {};  // e-mail
  Text out;
  bool nickname = false;
  for (const char32_t c : word) {
    if (nickname && isNameCharacter(c)) continue;
    nickname = c == '@';
    out += nickname ? U' ' : c;
  }
  return out;
}

// Spaces for what says nothing of a picture. A hyphen within a word stays.
void blankSigns(Text& text) {
  constexpr TextView kSigns = U"#®•©™&@·º½¾¿¡§~()[]{}<>|\\/*_^";
  const auto hyphens = std::count(text.begin(), text.end(), U'-') +
                       std::count(text.begin(), text.end(), U'_');
  constexpr std::ptrdiff_t kMostHyphens = 3;  // more are a file name or a headline's slug
  const Text before = text;
  const auto at = [&](std::size_t i) { return i < before.size() ? before[i] : U' '; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = before[i], last = at(i - 1), next = at(i + 1);
    const bool within = isAlphanumeric(last) && isAlphanumeric(next);
    if (kSigns.find(c) != TextView::npos || (c == '-' && (!within || hyphens > kMostHyphens)) ||
        (c == '.' && (last == '.' || next == '.' || (last == ' ' && next == ' '))) ||
        ((c == '"' || c == '\'') && last == c)) {
      text[i] = ' ';
    }
  }
}

// Single spaces, and neither quotes around the whole nor stray signs at its ends.
Text trimmed(TextView text) {
  constexpr TextView kStray = U" ',-:;";
  Text single;
  for (const char32_t c : text) {
    if (c != ' ' || (!single.empty() && single.back() != ' ')) single += c;
  }
  TextView out = single;
  for (std::size_t size = ~std::size_t{0}; size != out.size();) {
    size = out.size();
    out.remove_prefix(std::min(out.find_first_not_of(kStray), out.size()));
    out.remove_suffix(out.size() - (out.find_last_not_of(kStray) + 1));
    if (out.size() > 1 && out.front() == '"' && out.back() == '"') {
      out = out.substr(1, out.size() - 2);
    }
  }
  return Text(out);
}

Text cleanedOnce(TextView given) {
  Text text = resolveEntities(given);
  std::transform(text.begin(), text.end(), text.begin(), plain);
  std::erase(text, U'\0');
  text = withoutTags(text) + U' ';
  Text kept, word;
  for (const char32_t c : text) {
    if (c != ' ') {
      word += c;
    } else {
      kept += withoutAddresses(word) + U' ';
      word.clear();
    }
  }
  blankSigns(kept);
  return trimmed(kept);
}

}  // namespace

std::string cleanPrompt(std::string_view given) {
  Text text = resolveEntities(decodeUtf8(given));  // "&amp;lt;" is common
  // What is removed can leave something to remove; LlamaGen cleans twice for that.
  constexpr int kMostPasses = 8;
  for (int pass = 0; pass < kMostPasses; ++pass) {
    Text next = cleanedOnce(text);
    if (next == text) break;
    text = std::move(next);
  }
  return encodeUtf8(text);
}

}  // namespace jacobiscope
