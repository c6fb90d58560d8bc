#include "engine/checkpoint/json_text.h"

#include <nlohmann/json.hpp>

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

}  // namespace jacobiscope
