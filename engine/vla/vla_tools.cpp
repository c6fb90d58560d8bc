#include "engine/vla/vla_tools.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/core/suggestion.h"
#include "engine/nn/model_settings.h"
#include "engine/vla/loaded_vla.h"
#include "engine/vla/sim/action.h"
#include "engine/vla/vla_input.h"

namespace jacobiscope {

namespace {

std::string towerText(const TowerConfig& tower) {
  return std::to_string(tower.blocks) + " blocks of width " + std::to_string(tower.width) + ", " +
         std::to_string(tower.heads) + " heads, pictures of " + std::to_string(tower.picture) +
         " pixels in patches of " + std::to_string(tower.patch) +
         (tower.classToken ? ", DINOv2" : ", SigLIP");
}

std::string llamaText(const LlamaConfig& llama) {
  return std::to_string(llama.layers) + " layers of width " + std::to_string(llama.width) + ", " +
         std::to_string(llama.heads) + " heads (" + std::to_string(llama.keyValueHeads) +
         " of keys), feed-forward " + std::to_string(llama.hidden) + ", vocabulary " +
         std::to_string(llama.vocabulary);
}

// "x -38.1 to 38.1 mm, ..., gripper 0 to 1"
std::string rangesText(const ValueRanges& ranges) {
  std::string text;
  for (std::size_t d = 0; d < ranges.size(); ++d) {
    const PhysicalUnit unit = physicalUnit(d);
    const std::string name = d < kActionNames.size() ? std::string(kActionNames[d])
                                                     : "dimension " + std::to_string(d + 1);
    char line[96];
    std::snprintf(line, sizeof line, "%s %.3g to %.3g", name.c_str(), ranges.low[d] * unit.factor,
                  ranges.high[d] * unit.factor);
    text += (text.empty() ? "" : ", ") + std::string(line);
    if (*unit.name != '\0') text += std::string(" ") + unit.name;
  }
  return text;
}

std::string kindsText(const std::vector<TaskKind>& kinds) {
  std::vector<std::string> names;
  for (const TaskKind kind : kinds) {
    names.emplace_back(kTaskKindNames[static_cast<std::size_t>(kind)]);
  }
  return joined(names);
}

void describeStatistics(const nlohmann::json& config, VlaDescription& description) {
  const std::vector<std::string> names = rangeNames(config);
  description.config.emplace_back("statistics", joined(names));
  for (const std::string& name : names) {
    description.config.emplace_back("actions of " + name,
                                    rangesText(readRanges(config, "action", name)));
  }
}

}  // namespace

VlaDescription describeVla(const LoadRequest& request) {
  const VlaFiles files = findVlaFiles(request.path);
  const Checkpoint checkpoint = Checkpoint::open(files.policy);
  const nlohmann::json config = modelConfig(checkpoint, request);
  const PolicyConfig policy = derivePolicyConfig(checkpoint);
  VlaDescription description;
  auto& list = description.config;
  for (std::size_t t = 0; t < policy.towers.size(); ++t) {
    list.emplace_back(t == 0 ? "tower" : "fused tower", towerText(policy.towers[t]));
  }
  list.emplace_back("llama", llamaText(policy.llama));
  list.emplace_back("chunk", std::to_string(policy.chunk) + " steps of " +
                                 std::to_string(policy.actionSize) + " numbers");
  list.emplace_back("proprioception", std::to_string(policy.proprioception) + " numbers");
  list.emplace_back("student", files.student.empty() ? "none" : files.student.filename().string());
  std::error_code ignored;
  if (!std::filesystem::exists(files.words, ignored)) {
    description.missing.push_back(files.words.filename().string());
  }
  try {
    describeStatistics(config, description);
    list.emplace_back("tasks", kindsText(kindsOf(config)));
    checkPolicy(checkpoint, policy);
  } catch (const Error& error) {
    description.problem = error.what();
    description.hint = error.hint();
  }
  return description;
}

std::string studentHash(const LoadRequest& request) {
  const VlaFiles files = findVlaFiles(request.path);
  return files.student.empty() ? std::string() : Checkpoint::open(files.student).hash();
}

std::vector<SkillGroup> trainedSkills(const LoadRequest& request) {
  const Checkpoint checkpoint = Checkpoint::open(findVlaFiles(request.path).policy);
  const std::vector<TaskKind> kinds = kindsOf(modelConfig(checkpoint, request));
  std::vector<SkillGroup> skills = allSkills();
  for (SkillGroup& skill : skills) {
    std::erase_if(skill.kinds, [&](TaskKind kind) {
      return std::ranges::find(kinds, kind) == kinds.end();
    });
  }
  std::erase_if(skills, [](const SkillGroup& skill) { return skill.kinds.empty(); });
  return skills;
}

}  // namespace jacobiscope
