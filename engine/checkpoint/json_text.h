// JSON from untrusted files: every parse error becomes an Error that names the file.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace jacobiscope {

// `deepest` limits the nesting (a flat object has depth 1). `what` starts the message.
nlohmann::json parseJson(std::string_view text, int deepest, const std::string& what);

}  // namespace jacobiscope
