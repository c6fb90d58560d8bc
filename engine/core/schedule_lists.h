// Named lists of a schedule, split out of text: the words, before anybody knows a model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jacobiscope {

inline constexpr const char* kScheduleHint =
    "Expected: [7-8-32-10], or the lists num_GS, max_jacobi and guess from the first block "
    "sampled to block 0.";

struct ScheduleList {
  std::string written;  // its name in the text; empty: it has none
  std::string key;      // the knob that it sets
  std::vector<std::string> entries;
};

// A list begins with a name, an opening bracket, or, where names are missing, a line. Throws
// UsageError for words and signs that mean nothing.
std::vector<ScheduleList> readScheduleLists(std::string_view text);

}  // namespace jacobiscope
