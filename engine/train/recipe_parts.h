// What several recipes read and check alike.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/train/adam.h"
#include "engine/train/policy_loss.h"
#include "engine/train/settings.h"

namespace jacobiscope {

// steps, rate, warmup, decay and ema.
void readAdam(const Settings& settings, AdamSettings& adam);

// softness and first_weight.
void readAnswers(const Settings& settings, AnswerRule& answers);

// Of a gated feed-forward network in a transformer of that width, as Llama and LlamaGen have it:
// 8 d / 3, rounded up to a multiple of 64 (the published models': 256).
int feedForwardWidth(int width);

// Throws UsageError where training would write over `file`, which is "`what`".
void requireNotWritten(const TrainRequest& request, const std::filesystem::path& file,
                       const std::string& what = "the data");
// --data and what the setting `more` lists, none of which may be written over.
std::vector<std::filesystem::path> dataFiles(const TrainRequest& request,
                                             const Settings& settings);

// A folder holds one model: throws UsageError where the config.json beside --out has no `key`,
// which every one of "`whose`" has. `example` is a better name for --out.
void requireOwnConfig(const TrainRequest& request, const std::string& key,
                      const std::string& whose, const std::string& example);

}  // namespace jacobiscope
