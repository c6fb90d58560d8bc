// Small policies for tests: the two checkpoints made with the published code, and fresh ones.
#pragma once

#include <string>

#include "engine/vla/load_policy.h"

namespace jacobiscope {

inline std::string policyData(const std::string& name) {
  return std::string(JACOBISCOPE_TEST_DATA) + "/openvla/" + name;
}

// Largest difference as a share of the largest number of `theirs`.
inline double relativeDifference(const Tensor& ours, const Tensor& theirs) {
  const Tensor difference = (ours.flatten() - theirs.flatten()).abs().max();
  return (difference / theirs.abs().max()).item<double>();
}

// One tower, proprioception, two layers; 300 ids without padding, chunks of three steps.
inline PolicyConfig smallPolicyConfig() {
  PolicyConfig config = tabletopConfig(300, 3);
  TowerConfig& tower = config.towers.front();
  tower.picture = 24;
  tower.width = 16;
  tower.blocks = 2;
  tower.hidden = 32;
  config.llama.width = 32;
  config.llama.layers = 2;
  config.llama.heads = config.llama.keyValueHeads = 4;
  config.llama.hidden = 48;
  return config;
}

inline Policy smallPolicy() {
  torch::manual_seed(3);
  return createPolicy(smallPolicyConfig());
}

// A prefix of `batch` random observations and texts of `words` words.
inline Tensor randomPrefix(const Policy& policy, std::int64_t batch, std::int64_t words) {
  const PolicyConfig& config = policy.config;
  std::vector<Tensor> pixels;
  for (const TowerConfig& tower : config.towers) {
    pixels.push_back(torch::randn({batch, 3, tower.picture, tower.picture}));
  }
  Tensor proprioception;
  if (config.proprioception > 0) proprioception = torch::rand({batch, config.proprioception});
  return policyPrefix(policy, pixels, proprioception,
                      torch::randint(3, config.firstActionToken(), {batch, words}));
}

}  // namespace jacobiscope
