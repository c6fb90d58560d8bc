// What several recipes read and check alike.
#pragma once

#include <filesystem>
#include <string>

#include "engine/train/adam.h"
#include "engine/train/settings.h"

namespace jacobiscope {

// steps, rate, warmup, decay and ema.
void readAdam(const Settings& settings, AdamSettings& adam);

// Of a gated feed-forward network in a transformer of that width, as Llama and LlamaGen have it:
// 8 d / 3, rounded up to a multiple of 64 (the published models': 256).
int feedForwardWidth(int width);

// Throws UsageError where training would write over `data`.
void requireNotWritten(const TrainRequest& request, const std::filesystem::path& data);

// A folder holds one model: throws UsageError where the config.json beside --out has no `key`,
// which every one of "`whose`" has. `example` is a better name for --out.
void requireOwnConfig(const TrainRequest& request, const std::string& key,
                      const std::string& whose, const std::string& example);

}  // namespace jacobiscope
