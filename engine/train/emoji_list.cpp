#include "engine/train/emoji_list.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <istream>
#include <optional>

#include "engine/core/error.h"

namespace jacobiscope {
namespace {

constexpr char32_t kEmojiPresentation = 0xFE0F;
constexpr char32_t kLastCodePoint = 0x10FFFF;

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Cuts the first word off `text` and returns it; empty at the end.
std::string_view takeWord(std::string_view& text) {
  text = trim(text);
  const auto end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text = trim(text.substr(end));
  return word;
}

// What follows `key` at the start of a comment line such as "# group: Flags".
std::optional<std::string_view> headingAfter(std::string_view line, std::string_view key) {
  if (!line.starts_with(key)) return std::nullopt;
  return trim(line.substr(key.size()));
}

// The code points of a sequence; nothing when a word is no hexadecimal code point.
std::optional<std::vector<char32_t>> parseCodePoints(std::string_view text) {
  std::vector<char32_t> points;
  for (std::string_view word = takeWord(text); !word.empty(); word = takeWord(text)) {
    std::uint32_t value = 0;
    const char* const end = word.data() + word.size();
    const auto [stop, status] = std::from_chars(word.data(), end, value, 16);
    if (status != std::errc() || stop != end || value > kLastCodePoint) return std::nullopt;
    points.push_back(static_cast<char32_t>(value));
  }
  if (points.empty()) return std::nullopt;
  return points;
}

// One data line taken apart.
struct DataLine {
  std::vector<char32_t> points;
  std::string_view status;
  std::string_view name;
};

std::optional<DataLine> parseDataLine(std::string_view line) {
  const auto semicolon = line.find(';');
  if (semicolon == std::string_view::npos) return std::nullopt;
  const auto hash = line.find('#', semicolon);
  if (hash == std::string_view::npos) return std::nullopt;
  auto points = parseCodePoints(line.substr(0, semicolon));
  if (!points) return std::nullopt;
  std::string_view comment = line.substr(hash + 1);
  takeWord(comment);  // the emoji itself
  const std::string_view version = takeWord(comment);
  if (!version.starts_with('E') || comment.empty()) return std::nullopt;
  return DataLine{std::move(*points), trim(line.substr(semicolon + 1, hash - semicolon - 1)),
                  comment};
}

}  // namespace

const std::array<EmojiPick, 48> kCuratedEmoji = {{
    // Smileys & Emotion
    {0x1F600, "grinning face"},
    {0x1F60E, "sunglasses face"},
    {0x1F47D, "alien"},
    {0x1F916, "robot"},
    {0x2764, "red heart"},
    // Animals & Nature
    {0x1F98A, "fox"},
    {0x1F431, "cat face"},
    {0x1F437, "pig face"},
    {0x1F43C, "panda"},
    {0x1F427, "penguin"},
    {0x1F438, "frog"},
    {0x1F422, "turtle"},
    {0x1F433, "whale"},
    {0x1F420, "tropical fish"},
    {0x1F419, "octopus"},
    {0x1F98B, "butterfly"},
    {0x1F41E, "lady beetle"},
    {0x1F33B, "sunflower"},
    {0x1F337, "tulip"},
    {0x1F335, "cactus"},
    {0x1F344, "mushroom"},
    // Food & Drink
    {0x1F347, "grapes"},
    {0x1F349, "watermelon"},
    {0x1F34C, "banana"},
    {0x1F34E, "red apple"},
    {0x1F353, "strawberry"},
    {0x1F951, "avocado"},
    {0x1F346, "eggplant"},
    {0x1F955, "carrot"},
    {0x1F354, "hamburger"},
    {0x1F355, "pizza"},
    {0x1F369, "doughnut"},
    // Travel & Places
    {0x1F30D, "globe"},
    {0x1F3E0, "house"},
    {0x1F697, "automobile"},
    {0x1F680, "rocket"},
    {0x1F319, "crescent moon"},
    {0x2B50, "star"},
    {0x1F308, "rainbow"},
    {0x2602, "umbrella"},
    {0x1F525, "fire"},
    // Activities
    {0x1F383, "jack-o-lantern"},
    {0x1F384, "Christmas tree"},
    {0x1F381, "gift"},
    {0x26BD, "soccer ball"},
    {0x1F3C0, "basketball"},
    {0x1F3B1, "pool 8 ball"},
    // Objects
    {0x1F4A1, "light bulb"},
}};

std::vector<EmojiEntry> readEmojiTest(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) {
    throw Error("The emoji list " + file.string() + " cannot be opened.",
                "Install the Debian package unicode-data, or name another emoji-test.txt.");
  }
  return parseEmojiTest(in, file.string());
}

std::vector<EmojiEntry> parseEmojiTest(std::istream& in, const std::string& source) {
  std::vector<EmojiEntry> entries;
  std::string group, subgroup, text;
  for (int number = 1; std::getline(in, text); ++number) {
    const std::string_view line = trim(text);
    if (const auto heading = headingAfter(line, "# group:")) group = *heading;
    if (const auto heading = headingAfter(line, "# subgroup:")) subgroup = *heading;
    if (line.empty() || line.starts_with('#')) continue;
    auto data = parseDataLine(line);
    if (!data) {
      throw Error(source + ", line " + std::to_string(number) +
                      ": expected 'code points; status # emoji Eversion name'",
                  "Use emoji-test.txt of Unicode 13 or newer.");
    }
    auto& points = data->points;
    if (points.size() == 2 && points.back() == kEmojiPresentation) points.pop_back();
    if (data->status != "fully-qualified" || points.size() != 1) continue;
    entries.push_back({points.front(), std::string(data->name), group, subgroup});
  }
  if (in.bad()) throw Error("Reading " + source + " failed.");
  if (entries.empty()) {
    throw Error(source + " lists no fully-qualified emoji of one code point.",
                "Use emoji-test.txt of Unicode 13 or newer.");
  }
  return entries;
}

std::vector<EmojiEntry> selectEmoji(const std::vector<EmojiEntry>& all,
                                    std::span<const EmojiPick> picks) {
  std::vector<EmojiEntry> chosen;
  for (const EmojiPick& pick : picks) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const EmojiEntry& entry) {
      return entry.codePoint == pick.codePoint;
    });
    if (found == all.end()) {
      throw Error("The emoji list lacks " + codePointLabel(pick.codePoint) + " (" +
                      std::string(pick.name) + ").",
                  "Use emoji-test.txt of Unicode 13 or newer.");
    }
    chosen.push_back({pick.codePoint, std::string(pick.name), found->group, found->subgroup});
  }
  return chosen;
}

std::vector<EmojiEntry> selectCuratedEmoji(const std::vector<EmojiEntry>& all) {
  return selectEmoji(all, kCuratedEmoji);
}

std::string codePointLabel(char32_t codePoint) {
  char text[16];
  std::snprintf(text, sizeof text, "U+%04X", static_cast<unsigned>(codePoint));
  return text;
}

}  // namespace jacobiscope
