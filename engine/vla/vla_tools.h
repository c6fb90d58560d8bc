// What a robot policy can tell without its weights being read, and without a Torch header in
// sight.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/core/family.h"
#include "engine/vla/sim/skill_list.h"

namespace jacobiscope {

struct VlaDescription {
  // Names with their values as text, in reading order: towers, language model, chunk, what the
  // statistics are of, the tasks it was trained for.
  std::vector<std::pair<std::string, std::string>> config;
  std::vector<std::string> missing;  // files that it needs beside it
  std::string problem, hint;         // what loading would be refused for; empty where nothing is
};

// Throws Error naming the tensor or key where the configuration cannot be told.
VlaDescription describeVla(const LoadRequest& request);

// Of the student's weights beside a policy; empty: there is none.
std::string studentHash(const LoadRequest& request);

// Skills with those of their kinds that the model was trained to do, by its config.json; all
// where it does not say.
std::vector<SkillGroup> trainedSkills(const LoadRequest& request);

}  // namespace jacobiscope
