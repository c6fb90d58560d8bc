#include "engine/t2i/code_points.h"

#include <algorithm>
#include <iterator>

#include "engine/checkpoint/utf8.h"

namespace jacobiscope {

std::u32string decodeUtf8(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length > text.size() || !isUtf8(text.substr(0, length))) {
      text.remove_prefix(1);
      continue;
    }
    char32_t code = length == 1 ? lead : lead & (0x7f >> length);
    for (std::size_t i = 1; i < length; ++i) {
      code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
    }
    out += code;
    text.remove_prefix(length);
  }
  return out;
}

std::string encodeUtf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) {
    if (c < 0x80) {
      out += static_cast<char>(c);
      continue;
    }
    const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    constexpr unsigned char kLead[] = {0, 0xc0, 0xe0, 0xf0};
    out += static_cast<char>(kLead[more] | c >> 6 * more);
    for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | (c >> 6 * i & 0x3f));
  }
  return out;
}

char32_t lowerCase(char32_t c) {
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  if (within('A', 'Z')) return c + 0x20;
  if (within(0xc0, 0xde) && c != 0xd7) return c + 0x20;
  if (c == 0x178) return 0xff;
  if (c == 0x130 || c == 0x131) return c == 0x130 ? 'i' : c;
  // Latin Extended-A has pairs, the capital first: at even numbers but for two stretches.
  if (within(0x139, 0x148) || within(0x179, 0x17e)) return c % 2 == 1 ? c + 1 : c;
  if (within(0x100, 0x137) || within(0x14a, 0x177)) return c % 2 == 0 ? c + 1 : c;
  if (within(0x391, 0x3ab) && c != 0x3a2) return c + 0x20;
  if (c == 0x386) return 0x3ac;
  if (within(0x388, 0x38a)) return c + 0x25;
  if (within(0x410, 0x42f)) return c + 0x20;
  if (within(0x400, 0x40f)) return c + 0x50;
  return c;
}

namespace {

struct Range {
  char32_t first, last;
  CharacterKind kind;
};

// In ascending order; what lies between is letters. Blocks, not characters: a sign too many in
// one of them does no harm.
constexpr Range kRanges[] = {
    {0x00, 0x2f, CharacterKind::Separator},       {0x3a, 0x40, CharacterKind::Separator},
    {0x5b, 0x60, CharacterKind::Separator},       {0x7b, 0xa9, CharacterKind::Separator},
    {0xab, 0xb4, CharacterKind::Separator},       {0xb6, 0xb9, CharacterKind::Separator},
    {0xbb, 0xbf, CharacterKind::Separator},       {0xd7, 0xd7, CharacterKind::Separator},
    {0xf7, 0xf7, CharacterKind::Separator},       {0x300, 0x36f, CharacterKind::Modifier},
    {0x1100, 0x11ff, CharacterKind::Cjk},         {0x2000, 0x200c, CharacterKind::Separator},
    {0x200d, 0x200d, CharacterKind::Modifier},    {0x200e, 0x206f, CharacterKind::Separator},
    {0x20a0, 0x20cf, CharacterKind::Separator},   {0x20d0, 0x20ff, CharacterKind::Modifier},
    {0x2190, 0x21ff, CharacterKind::Emoji},       {0x2200, 0x22ff, CharacterKind::Separator},
    {0x2300, 0x23ff, CharacterKind::Emoji},       {0x2400, 0x245f, CharacterKind::Separator},
    {0x2460, 0x27bf, CharacterKind::Emoji},       {0x27c0, 0x28ff, CharacterKind::Separator},
    {0x2900, 0x297f, CharacterKind::Emoji},       {0x2980, 0x2aff, CharacterKind::Separator},
    {0x2b00, 0x2bff, CharacterKind::Emoji},       {0x2e00, 0x2e7f, CharacterKind::Separator},
    {0x2e80, 0x2fdf, CharacterKind::Cjk},         {0x3000, 0x3004, CharacterKind::Separator},
    {0x3005, 0x3007, CharacterKind::Cjk},         {0x3008, 0x3020, CharacterKind::Separator},
    {0x3021, 0x302f, CharacterKind::Cjk},         {0x3030, 0x3030, CharacterKind::Separator},
    {0x3031, 0x303c, CharacterKind::Cjk},         {0x303d, 0x3040, CharacterKind::Separator},
    {0x3041, 0x4dbf, CharacterKind::Cjk},         {0x4e00, 0x9fff, CharacterKind::Cjk},
    {0xa960, 0xa97f, CharacterKind::Cjk},         {0xac00, 0xd7ff, CharacterKind::Cjk},
    {0xf900, 0xfaff, CharacterKind::Cjk},         {0xfe00, 0xfe0f, CharacterKind::Modifier},
    {0xfe10, 0xfe1f, CharacterKind::Separator},   {0xfe20, 0xfe2f, CharacterKind::Modifier},
    {0xfe30, 0xfe6f, CharacterKind::Separator},   {0xfeff, 0xff0f, CharacterKind::Separator},
    {0xff1a, 0xff20, CharacterKind::Separator},   {0xff3b, 0xff40, CharacterKind::Separator},
    {0xff5b, 0xff65, CharacterKind::Separator},   {0xff66, 0xffdc, CharacterKind::Cjk},
    {0xffe0, 0xffff, CharacterKind::Separator},   {0x1f000, 0x1f3fa, CharacterKind::Emoji},
    {0x1f3fb, 0x1f3ff, CharacterKind::Modifier},  {0x1f400, 0x1faff, CharacterKind::Emoji},
    {0x20000, 0x3ffff, CharacterKind::Cjk},       {0xe0000, 0xe0fff, CharacterKind::Modifier},
};

}  // namespace

CharacterKind kindOf(char32_t c) {
  const auto range = std::lower_bound(std::begin(kRanges), std::end(kRanges), c,
                                      [](const Range& r, char32_t code) { return r.last < code; });
  return range != std::end(kRanges) && range->first <= c ? range->kind : CharacterKind::Letter;
}

}  // namespace jacobiscope
