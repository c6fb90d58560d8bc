// The one text that travels with an SVG (its <metadata>) and with a PDF (the /Subject of its
// document information; ISO 32000-1, sections 7.3.4 and 14.3.3), read back without a parser of
// the whole format: no other text of a figure looks like it.
#include <charconv>
#include <cstdint>
#include <utility>

#include "engine/picture/embedded_readers.h"

namespace jacobiscope {

namespace {

constexpr char32_t kUnknown = 0xFFFD;

void appendUtf8(std::string& text, char32_t code) {
  if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = kUnknown;
  const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6), put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18), put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
  }
}

// ---- SVG ------------------------------------------------------------------------------------

// What stands between & and ; as it was meant.
void appendEntity(std::string& text, std::string_view name) {
  static constexpr std::pair<std::string_view, char> kNamed[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [known, letter] : kNamed) {
    if (name == known) return text.push_back(letter);
  }
  if (!name.starts_with('#')) return;
  name.remove_prefix(1);
  const bool hex = name.starts_with('x');
  if (hex) name.remove_prefix(1);
  std::uint32_t code = kUnknown;
  std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
  appendUtf8(text, code);
}

std::string unescaped(std::string_view xml) {
  std::string text;
  while (!xml.empty()) {
    const std::size_t mark = xml.find('&');
    text += xml.substr(0, mark);
    if (mark == xml.npos) break;
    xml.remove_prefix(mark + 1);
    const std::size_t end = xml.substr(0, 12).find(';');
    if (end == xml.npos) continue;  // no entity: dropped
    appendEntity(text, xml.substr(0, end));
    xml.remove_prefix(end + 1);
  }
  return text;
}

// ---- PDF ------------------------------------------------------------------------------------

bool isBlank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f'; }

bool isOctal(char c) { return c >= '0' && c <= '7'; }

// What follows a backslash, and stands at the beginning of `rest`.
void appendEscaped(std::string& text, std::string_view& rest) {
  if (rest.empty()) return;
  const char c = rest.front();
  rest.remove_prefix(1);
  if (isOctal(c)) {
    int value = c - '0';
    for (int i = 0; i < 2 && !rest.empty() && isOctal(rest.front()); ++i) {
      value = value * 8 + (rest.front() - '0');
      rest.remove_prefix(1);
    }
    text += static_cast<char>(value);
  } else if (c == '\r' || c == '\n') {  // the line goes on
    if (c == '\r' && rest.starts_with('\n')) rest.remove_prefix(1);
  } else {
    static constexpr std::string_view kLetters = "nrtbf", kMeant = "\n\r\t\b\f";
    const std::size_t at = kLetters.find(c);
    text += at == kLetters.npos ? c : kMeant[at];
  }
}

// "(...)", in which brackets come in pairs; nothing where it does not end.
std::optional<std::string> literal(std::string_view rest) {
  std::string text;
  int depth = 1;
  rest.remove_prefix(1);
  while (!rest.empty() && text.size() <= kMaxEmbeddedText) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '\\') {
      appendEscaped(text, rest);
      continue;
    }
    if (c == '(') ++depth;
    if (c == ')' && --depth == 0) return text;
    text += c;
  }
  return std::nullopt;
}

// "<...>", two digits a byte.
std::optional<std::string> hexadecimal(std::string_view rest) {
  std::string text;
  int digits = 0, value = 0;
  for (const char c : rest.substr(1)) {
    if (c == '>') return text;
    if (isBlank(c)) continue;
    int digit = 0;
    if (std::from_chars(&c, &c + 1, digit, 16).ec != std::errc()) return std::nullopt;
    value = value * 16 + digit;
    if (++digits % 2 == 0) text += static_cast<char>(std::exchange(value, 0));
    if (text.size() > kMaxEmbeddedText) return std::nullopt;
  }
  return std::nullopt;
}

// Texts are Latin letters as they are or, behind a mark, UTF-16 with the high byte first.
std::string fromPdf(const std::string& bytes) {
  if (!bytes.starts_with("\xFE\xFF")) return bytes;
  const auto unit = [&](std::size_t at) {
    return static_cast<char32_t>(static_cast<unsigned char>(bytes[at]) << 8 |
                                 static_cast<unsigned char>(bytes[at + 1]));
  };
  std::string text;
  for (std::size_t at = 2; at + 1 < bytes.size(); at += 2) {
    char32_t code = unit(at);
    if (code >= 0xD800 && code < 0xDC00 && at + 3 < bytes.size()) {
      const char32_t low = unit(at + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10 | (low - 0xDC00));
        at += 2;
      }
    }
    appendUtf8(text, code);
  }
  return text;
}

}  // namespace

std::optional<std::string> svgMetadata(std::string_view bytes) {
  static constexpr std::string_view kBegin = "<metadata>", kEnd = "</metadata>";
  const std::size_t begin = bytes.find(kBegin);
  if (begin == bytes.npos) return std::nullopt;
  const std::string_view rest = bytes.substr(begin + kBegin.size(), kMaxEmbeddedText);
  const std::size_t end = rest.find(kEnd);
  if (end == rest.npos) return std::nullopt;
  const std::string text = unescaped(rest.substr(0, end));
  return text.empty() ? std::nullopt : std::optional(text);
}

// The document information comes last in a file, and packed streams before it may hold the name
// by chance.
std::optional<std::string> pdfSubject(std::string_view bytes) {
  static constexpr std::string_view kName = "/Subject";
  constexpr int kMostTries = 16;
  std::size_t at = bytes.npos;
  for (int i = 0; i < kMostTries && at != 0; ++i) {
    at = bytes.rfind(kName, at == bytes.npos ? at : at - 1);
    if (at == bytes.npos) return std::nullopt;
    std::string_view rest = bytes.substr(at + kName.size());
    while (!rest.empty() && isBlank(rest.front())) rest.remove_prefix(1);
    std::optional<std::string> text;
    if (rest.starts_with('(')) text = literal(rest);
    if (rest.starts_with('<')) text = hexadecimal(rest);
    if (text && !text->empty()) return fromPdf(*text);
  }
  return std::nullopt;
}

}  // namespace jacobiscope
