#include "engine/train/recipe_parts.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/train/training_loop.h"

namespace jacobiscope {

void readAdam(const Settings& settings, AdamSettings& adam) {
  adam.steps = settings.whole("steps", adam.steps, 1, 1e9);
  adam.rate = settings.number("rate", adam.rate, 1e-7, 1);
  adam.warmUp = settings.whole("warmup", adam.warmUp, 1, 1e9);
  adam.decay = settings.number("decay", adam.decay, 0, 1);
  adam.averageDecay = settings.number("ema", adam.averageDecay, 0, 1);
}

int feedForwardWidth(int width) { return (8 * width / 3 + 63) / 64 * 64; }

void requireNotWritten(const TrainRequest& request, const std::filesystem::path& data) {
  for (const auto& written : {request.out, stateFile(request.out)}) {
    std::error_code ignored;
    if (!std::filesystem::equivalent(written, data, ignored)) continue;
    throw UsageError(data.string() + " is the data and would be overwritten.",
                     "Give --out another name.");
  }
}

void requireOwnConfig(const TrainRequest& request, const std::string& key,
                      const std::string& whose, const std::string& example) {
  const auto config = request.out.parent_path() / "config.json";
  std::ifstream in(config);
  if (!in || nlohmann::json::parse(in, nullptr, false).contains(key)) return;
  throw UsageError(config.string() + " is not " + whose + "'s and would be overwritten.",
                   "Give --out in a folder of its own, as " + example + ".");
}

}  // namespace jacobiscope
