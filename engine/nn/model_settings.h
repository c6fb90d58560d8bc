// What a request and a model's config.json say about loading it, the same for every family.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "engine/core/family.h"

namespace jacobiscope {

// An option of the request, or `otherwise` where it is not given.
std::string optionOr(const LoadRequest& request, const std::string& key, std::string otherwise);

// The model's own defaults become those of its knobs: "defaults": {key: value}. UsageError for a
// value that does not fit; keys that no knob has are left alone.
void applyDefaults(const nlohmann::json& config, ModelInfo& info);

}  // namespace jacobiscope
