#include <algorithm>

#include "engine/core/error.h"
#include "engine/vla/policy.h"

namespace jacobiscope {

int PolicyConfig::visionWidth() const {
  int sum = 0;
  for (const TowerConfig& tower : towers) sum += tower.width;
  return sum;
}

std::string PolicyConfig::title() const {
  return "OpenVLA " + std::to_string(llama.layers) + "-" + std::to_string(llama.width);
}

PolicyConfig openVlaConfig() {
  PolicyConfig config;
  TowerConfig dino;
  dino.picture = 224;
  dino.patch = 14;
  dino.width = 1024;
  dino.blocks = 23;
  dino.heads = 16;
  dino.hidden = 4096;
  dino.classToken = dino.layerScale = true;
  dino.registers = 4;
  dino.mean = kImageNetMean;
  dino.deviation = kImageNetDeviation;
  TowerConfig siglip;
  siglip.picture = 224;
  siglip.patch = 14;
  siglip.width = 1152;
  siglip.blocks = 26;
  siglip.heads = 16;
  siglip.hidden = 4304;
  config.towers = {dino, siglip};
  config.llama.width = 4096;
  config.llama.layers = config.llama.heads = config.llama.keyValueHeads = 32;
  config.llama.hidden = 11008;
  config.llama.vocabulary = 32064;
  config.padding = 64;
  return config;
}

PolicyConfig tabletopConfig(int vocabulary, int chunk) {
  PolicyConfig config;
  TowerConfig tower;
  tower.picture = 96;
  tower.patch = 12;
  tower.width = 128;
  tower.blocks = 3;
  tower.heads = 4;
  tower.hidden = 512;
  config.towers = {tower};
  config.llama.width = 192;
  config.llama.layers = 4;
  config.llama.heads = config.llama.keyValueHeads = 6;
  config.llama.hidden = 512;
  config.llama.vocabulary = vocabulary;
  config.proprioception = 7;
  config.chunk = chunk;
  return config;
}

void checkPolicyConfig(const PolicyConfig& config) {
  constexpr int kMostSteps = 1024;
  const auto demand = [](bool met, const std::string& sentence) {
    if (!met) throw UsageError(sentence);
  };
  demand(config.towers.size() == 1 || config.towers.size() == 2,
         "A policy has one vision tower or two.");
  for (const TowerConfig& tower : config.towers) {
    demand(tower.patch > 0 && tower.picture > 0 && tower.picture % tower.patch == 0,
           "A picture of " + std::to_string(tower.picture) + " pixels is no whole number of " +
               "patches of " + std::to_string(tower.patch) + ".");
    demand(tower.heads > 0 && tower.width > 0 && tower.width % tower.heads == 0,
           "A vision tower's width of " + std::to_string(tower.width) +
               " does not divide into " + std::to_string(tower.heads) + " heads.");
    demand(tower.blocks > 0 && tower.hidden > 0, "A vision tower has no blocks.");
    demand(tower.patches() == config.patches(),
           "The vision towers have " + std::to_string(config.patches()) + " and " +
               std::to_string(tower.patches()) + " patches; equally many were expected.");
  }
  demand(config.actionSize > 0 && config.actionSize <= kMostSteps && config.chunk > 0 &&
             config.chunk <= kMostSteps,
         "Chunks of " + std::to_string(config.chunk) + " steps of " +
             std::to_string(config.actionSize) + " numbers are outside 1 to " +
             std::to_string(kMostSteps) + " of each.");
  const LlamaConfig& llama = config.llama;
  demand(llama.heads > 0 && llama.width > 0 && llama.width % llama.heads == 0 &&
             llama.headWidth() % 2 == 0,
         "The language model's width of " + std::to_string(llama.width) +
             " does not divide into " + std::to_string(llama.heads) + " heads of even width.");
  demand(llama.keyValueHeads > 0 && llama.heads % llama.keyValueHeads == 0,
         std::to_string(llama.heads) + " heads cannot share " +
             std::to_string(llama.keyValueHeads) + " of keys and values.");
  demand(llama.layers > 0 && llama.hidden > 0, "The language model has no layers.");
  const int special = std::max(llama.beginToken, llama.endToken);
  demand(config.padding >= 0 && llama.beginToken >= 0 && llama.endToken >= 0 &&
             config.firstActionToken() > special,
         "A vocabulary of " + std::to_string(llama.vocabulary) + " ids, of which " +
             std::to_string(config.padding) + " are padding (pad_to_multiple_of), has no room for " +
             std::to_string(kActionBins) + " action tokens behind the special ones.");
  demand(config.proprioception >= 0, "A number of proprioception is negative.");
}

std::vector<std::int64_t> answerTokens(const PolicyConfig& config) {
  std::vector<std::int64_t> ids;
  for (int i = 0; i < kActionBins; ++i) ids.push_back(config.firstActionToken() + i);
  ids.push_back(config.llama.endToken);
  return ids;
}

}  // namespace jacobiscope
