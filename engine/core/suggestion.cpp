#include "engine/core/suggestion.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace jacobiscope {
namespace {

// Levenshtein: letters inserted, deleted or replaced, each counting one.
std::size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string suggestion(std::string_view given, const std::vector<std::string>& known) {
  const std::string* nearest = nullptr;
  // Two letters of three make any word another one.
  std::size_t limit = (given.size() < 5 ? 1 : std::max<std::size_t>(2, given.size() / 3)) + 1;
  for (const std::string& word : known) {
    if (const std::size_t distance = editDistance(given, word); distance < limit) {
      limit = distance;
      nearest = &word;
    }
  }
  if (nearest) return "Did you mean " + *nearest + "?";
  return known.empty() ? std::string() : "Known: " + joined(known) + ".";
}

}  // namespace jacobiscope
