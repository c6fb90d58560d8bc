// "Did you mean ...?" for a misspelt word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jacobiscope {

// The nearest known word by edit distance when it is close (a third of the letters, at
// least two), as a question; else the list of known words; empty when there are none.
std::string suggestion(std::string_view given, const std::vector<std::string>& known);

// "a, b, c"
std::string joined(const std::vector<std::string>& words);

}  // namespace jacobiscope
