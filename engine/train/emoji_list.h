// Which emoji there are (Unicode's emoji-test.txt) and which 48 of them the bundled
// `emoji-flow` learns. Standard library only.
#pragma once

#include <array>
#include <filesystem>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jacobiscope {

// One emoji of a single code point, with its name and place in emoji-test.txt, e.g.
// U+1F34E, "red apple", "Food & Drink", "food-fruit".
struct EmojiEntry {
  char32_t codePoint = 0;
  std::string name;
  std::string group;
  std::string subgroup;

  bool operator==(const EmojiEntry&) const = default;
};

// Where Debian's package `unicode-data` puts the list.
inline constexpr const char* kDebianEmojiTest = "/usr/share/unicode/emoji/emoji-test.txt";

// Reads emoji-test.txt (format: Unicode UTS #51, "code points; status # emoji Eversion
// name"). Keeps the fully-qualified emoji of one code point, a trailing U+FE0F (emoji
// presentation) allowed and dropped, in the order of the file. Throws Error that names
// the file, or the line that does not follow the format, or says that no emoji was found;
// for a file that cannot be opened its hint names the package.
std::vector<EmojiEntry> readEmojiTest(const std::filesystem::path& file);

// The same from an open stream; `source` stands for the file in errors.
std::vector<EmojiEntry> parseEmojiTest(std::istream& in, const std::string& source);

// A chosen emoji under the short name the window shows, made of words of its Unicode name.
struct EmojiPick {
  char32_t codePoint = 0;
  std::string_view name;
};

// The classes of `emoji-flow`, in class order (a trained checkpoint depends on the order):
// big simple shapes, told apart by colour and outline when drawn at 32x32. Chosen by eye
// from a contact sheet at that size.
extern const std::array<EmojiPick, 48> kCuratedEmoji;

// The picked emoji as entries, in the order of `picks`, with groups taken from `all` and the
// names of the picks. Throws Error that names the first one `all` lacks.
std::vector<EmojiEntry> selectEmoji(const std::vector<EmojiEntry>& all,
                                    std::span<const EmojiPick> picks);
// Of kCuratedEmoji, in class order.
std::vector<EmojiEntry> selectCuratedEmoji(const std::vector<EmojiEntry>& all);

// "U+1F34E": how code points are written in errors and data files.
std::string codePointLabel(char32_t codePoint);

}  // namespace jacobiscope
