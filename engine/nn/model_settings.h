// What a request and a model's config.json say about loading it, the same for every family.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "engine/checkpoint/checkpoint.h"
#include "engine/core/family.h"

namespace jacobiscope {

// An option of the request, or `otherwise` where it is not given.
std::string optionOr(const LoadRequest& request, const std::string& key, std::string otherwise);

// config.json beside the model, overridden by what the request gives.
nlohmann::json modelConfig(const Checkpoint& checkpoint, const LoadRequest& request);

// A list of texts in it; empty where there is none of that name. Throws Error for one that holds
// something else.
std::vector<std::string> textsOf(const nlohmann::json& config, const char* key);

// The model's own defaults become those of its knobs: "defaults": {key: value}. UsageError for a
// value that does not fit; keys that no knob has are left alone.
void applyDefaults(const nlohmann::json& config, ModelInfo& info);

}  // namespace jacobiscope
