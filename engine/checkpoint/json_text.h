// JSON from untrusted files: every parse error becomes an Error that names the file. And back.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace jacobiscope {

// `deepest` limits the nesting (a flat object has depth 1). `what` starts the message.
nlohmann::json parseJson(std::string_view text, int deepest, const std::string& what);

// Indented and whole or not at all. Throws Error where the file cannot be written.
void writeJson(const std::filesystem::path& file, const nlohmann::json& json);

}  // namespace jacobiscope
