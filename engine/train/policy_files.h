// What trainings of policies read and write alike: a policy to begin from, its statistics, and
// the weights that are released.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/checkpoint/checkpoint.h"
#include "engine/t2i/tokenizer.h"
#include "engine/train/demonstration_set.h"
#include "engine/train/settings.h"
#include "engine/vla/policy.h"

namespace jacobiscope {

// The name of statisticsTensor() in a training's state.
inline constexpr char kStatisticsName[] = "statistics";

// q01 and q99 of actions and of proprioception, [4, 7] float64.
Tensor statisticsTensor(const DemonstrationSet& data);

// Throws Error where the checkpoint, released weights or a training's state, was trained with
// other statistics than the data has: its action tokens mean other things.
void requireSameStatistics(const Checkpoint& checkpoint, bool released,
                           const DemonstrationSet& data);

// The weights in bfloat16.
void savePolicy(const std::filesystem::path& file, Policy& policy);

// A policy whose answers are learnt from.
struct Teacher {
  Checkpoint checkpoint;
  PolicyConfig config;
  Tokenizer tokenizer;
  bool binsOnly = false;  // config.json's action_tokens_only: it answers with actions and EOS only

  // The ids it answers with, for PreparedLlama; empty: all.
  std::vector<std::int64_t> ids() const;
};

// The policy that the recipe's setting `policy` names, a folder or a file, and spiece.model beside
// it. Throws UsageError where the setting is missing, Error naming what is no policy of the table
// top.
Teacher openTeacher(const Settings& settings, const std::string& recipe);

// Demonstrations with the chunks that it answers with, in its own action tokens.
DemonstrationSet dataOf(const Teacher& teacher, const std::vector<std::filesystem::path>& files);

}  // namespace jacobiscope
