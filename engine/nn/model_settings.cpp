#include "engine/nn/model_settings.h"

#include <nlohmann/json.hpp>

namespace jacobiscope {

std::string optionOr(const LoadRequest& request, const std::string& key, std::string otherwise) {
  const auto found = request.options.find(key);
  return found == request.options.end() ? otherwise : found->second;
}

void applyDefaults(const nlohmann::json& config, ModelInfo& info) {
  const nlohmann::json defaults = config.value("defaults", nlohmann::json::object());
  for (const auto& [key, value] : defaults.items()) {
    for (Knob& knob : info.knobs) {
      if (knob.key != key) continue;
      knob.initial = parseKnob(knob, value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
}

}  // namespace jacobiscope
