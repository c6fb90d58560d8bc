#include "engine/train/recipe_parts.h"

#include <algorithm>
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

void readAnswers(const Settings& settings, AnswerRule& answers) {
  answers.softness = settings.number("softness", answers.softness, 0, 64);
  answers.firstWeight = settings.number("first_weight", answers.firstWeight, 0.01, 100);
}

int feedForwardWidth(int width) { return (8 * width / 3 + 63) / 64 * 64; }

void requireNotWritten(const TrainRequest& request, const std::filesystem::path& file,
                       const std::string& what) {
  for (const auto& written : {request.out, stateFile(request.out)}) {
    std::error_code ignored;
    if (!std::filesystem::equivalent(written, file, ignored)) continue;
    throw UsageError(file.string() + " is " + what + " and would be overwritten.",
                     "Give --out another name.");
  }
}

std::vector<std::filesystem::path> dataFiles(const TrainRequest& request,
                                             const Settings& settings) {
  std::vector<std::filesystem::path> files = {request.data};
  const std::string more = settings.text("more", "");
  for (std::size_t begin = 0; begin < more.size();) {
    const std::size_t end = std::min(more.find(',', begin), more.size());
    files.emplace_back(more.substr(begin, end - begin));
    requireNotWritten(request, files.back());
    begin = end + 1;
  }
  return files;
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
