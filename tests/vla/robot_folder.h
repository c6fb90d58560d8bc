// A tiny robot policy of random weights as a folder that the family loads.
#pragma once

#include <QTemporaryDir>

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/nn/save_tensors.h"
#include "engine/t2i/tokenizer.h"
#include "engine/vla/policy_family.h"
#include "engine/vla/sim/instructions.h"
#include "tests/vla/policy_fixture.h"

namespace jacobiscope {

// The ids before the action tokens of smallPolicyConfig().
inline constexpr int kPieces = 44;

inline nlohmann::json smallStatistics() {
  const std::vector<double> action = {0.04, 0.04, 0.04, 0.25, 0.25, 0.25, 1};
  const std::vector<double> most = {0.7, 0.3, 0.4, 1, 1, 2, 0.08};
  const auto negative = [](std::vector<double> values) {
    for (double& value : values) value = -value;
    return values;
  };
  return {{"tabletop",
           {{"action",
             {{"q01", negative(action)},
              {"q99", action},
              {"mask", {true, true, true, true, true, true, false}}}},
            {"proprio", {{"q01", negative(most)}, {"q99", most}}}}}};
}

class RobotFolder {
 public:
  explicit RobotFolder(const PolicyConfig& policy = smallPolicyConfig()) : m_policy(policy) {
    config = policyJson(policy);
    config["norm_stats"] = smallStatistics();
    writeWeights("model.safetensors", policy, 3);
    trainTokenizer(allInstructions(), kPieces, path() / "spiece.model");
  }

  void writeWeights(const std::string& file, const PolicyConfig& policy, int seed) const {
    torch::manual_seed(seed);
    Policy made = createPolicy(policy);
    NamedTensors tensors;
    made.visit([&](const std::string& name, Tensor& tensor, const auto&) {
      tensors.emplace_back(name, tensor);
    });
    saveTensors(path() / file, tensors);
  }

  std::filesystem::path path() const { return m_folder.path().toStdString(); }
  const PolicyConfig& policy() const { return m_policy; }

  // With config.json as `config` is now.
  std::unique_ptr<PolicyFamily> open() const {
    std::ofstream(path() / "config.json") << config.dump();
    return std::make_unique<PolicyFamily>(
        LoadRequest{path(), {}, {{"device", "cpu"}, {"threads", "1"}}});
  }

  nlohmann::json config;

 private:
  QTemporaryDir m_folder;
  PolicyConfig m_policy;
};

// Two chunks an episode, of two steps each.
inline const KnobValues kShortEpisodes = {{"steps", std::int64_t{4}}, {"execute", std::int64_t{2}}};

// A stack never comes about by chance.
inline Input twoEpisodes() {
  Input input;
  input.seed = 5;
  input.count = 2;
  input.prompt = "stack the red cube on the blue cube";
  return input;
}

inline KnobValues completeShort(const Family& family, const KnobValues& given = {}) {
  KnobValues all = kShortEpisodes;
  for (const auto& [key, value] : given) all[key] = value;
  return completeKnobs(family.info().knobs, all);
}

}  // namespace jacobiscope
