// Whether bytes from a file are valid UTF-8: names that are not would break JSON output.
#pragma once

#include <string_view>

namespace jacobiscope {

// As RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool isUtf8(std::string_view text);

}  // namespace jacobiscope
