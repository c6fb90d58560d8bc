#include "engine/export/drawing.h"

#include <sstream>
#include <string_view>
#include <utility>

namespace jacobiscope {

namespace {

// A share of the size, by groups of letters that are about as wide in Helvetica and its kin.
double letterWidth(unsigned char letter) {
  static const std::string kNarrow = "ijl.,:;'|!() ftrI[]", kWide = "mwMW%@";
  if (kNarrow.find(static_cast<char>(letter)) != std::string::npos) return 0.3;
  if (kWide.find(static_cast<char>(letter)) != std::string::npos) return 0.87;
  if (std::string_view("cksvxyz").find(static_cast<char>(letter)) != std::string_view::npos)
    return 0.5;
  return letter >= 'A' && letter <= 'Z' ? 0.69 : 0.56;
}

// The first of the bytes of a character in UTF-8.
bool isFirst(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

}  // namespace

double textWidth(const std::string& text, double size, bool bold) {
  double width = 0;
  for (const char byte : text)
    if (isFirst(byte)) width += letterWidth(static_cast<unsigned char>(byte));
  return width * size * (bold ? 1.07 : 1);
}

std::string shortened(const std::string& text, double size, double width) {
  if (textWidth(text, size) <= width) return text;
  std::string kept = text;
  while (!kept.empty() && textWidth(kept + "…", size) > width) {
    while (!kept.empty() && !isFirst(kept.back())) kept.pop_back();
    if (!kept.empty()) kept.pop_back();
  }
  return kept + "…";
}

std::vector<std::string> wrappedLines(const std::string& text, double size, double width) {
  std::vector<std::string> found;
  std::istringstream words(text);
  std::string line;
  for (std::string word; words >> word;) {
    word = shortened(word, size, width);
    const std::string longer = line.empty() ? word : line + " " + word;
    if (line.empty() || textWidth(longer, size) <= width) {
      line = longer;
    } else {
      found.push_back(std::exchange(line, word));
    }
  }
  if (!line.empty()) found.push_back(line);
  return found;
}

}  // namespace jacobiscope
