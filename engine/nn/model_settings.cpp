#include "engine/nn/model_settings.h"

#include <nlohmann/json.hpp>

#include "engine/core/error.h"

namespace jacobiscope {

std::string optionOr(const LoadRequest& request, const std::string& key, std::string otherwise) {
  const auto found = request.options.find(key);
  return found == request.options.end() ? otherwise : found->second;
}

nlohmann::json modelConfig(const Checkpoint& checkpoint, const LoadRequest& request) {
  nlohmann::json config = checkpoint.config();
  if (!config.is_object()) config = nlohmann::json::object();
  if (request.config.empty()) return config;
  const auto given = nlohmann::json::parse(request.config, nullptr, false);
  if (!given.is_object()) throw UsageError("--config does not hold a JSON object.");
  config.merge_patch(given);
  return config;
}

std::vector<std::string> textsOf(const nlohmann::json& config, const char* key) {
  std::vector<std::string> texts;
  const auto found = config.find(key);
  if (found == config.end() || !found->is_array()) return texts;
  for (const auto& text : *found) {
    if (!text.is_string()) {
      throw Error(std::string("config: \"") + key + "\" is not a list of texts.");
    }
    texts.push_back(text.get<std::string>());
  }
  return texts;
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
