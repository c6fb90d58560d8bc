#include "engine/checkpoint/json_text.h"

#include <nlohmann/json.hpp>
#include <span>

#include "engine/checkpoint/atomic_file.h"
#include "engine/core/error.h"

namespace jacobiscope {

nlohmann::json parseJson(std::string_view text, int deepest, const std::string& what) {
  using nlohmann::json;
  const auto limit = [&](int depth, json::parse_event_t event, json&) {
    const bool opens =
        event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    if (opens && depth >= deepest) throw Error(what + " is nested too deeply.");
    return true;
  };
  try {
    return json::parse(text.begin(), text.end(), limit);
  } catch (const json::exception&) {
    throw Error(what + " is not valid JSON.", "Copy or download the file again.");
  }
}

void writeJson(const std::filesystem::path& file, const nlohmann::json& json) {
  const std::string text = json.dump(2) + "\n";
  writeFileAtomically(file, {std::as_bytes(std::span(text))});
}

}  // namespace jacobiscope
