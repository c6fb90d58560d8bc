// How often a robot's policy does what it is told, by several decoders on the same scenes: no
// Torch header in sight.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/family.h"
#include "engine/train/decoder_list.h"
#include "engine/train/robot_figures.h"
#include "engine/vla/sim/skill_list.h"

namespace jacobiscope {

struct RobotRequest {
  std::vector<DecoderChoice> decoders;
  std::vector<SkillGroup> skills = allSkills();
  std::int64_t episodes = 50;  // per skill
  // Episode e of each skill has the seed seed + e, which says the task, its wording and where
  // things lie. Those of demonstrations are 2^32 and more.
  std::uint64_t seed = 0;
  // Early exits are measured against the fixed point from the same observation, chunk by chunk.
  bool deviation = false;
  std::filesystem::path progressFile;  // as in EvaluateRequest
  std::string otherHash;  // of what ModelInfo::hash does not cover: the student
  std::function<void(double fraction)> progress;
  const std::atomic<bool>* cancel = nullptr;  // true: stops; finished episodes are kept
};

// One row of the table.
struct RobotResult {
  std::size_t decoder = 0;  // index into RobotRequest::decoders
  std::string skill;        // "all" for the total
  RobotFigures figures;
  std::optional<PairedDifference> difference;  // against the first decoder; absent for itself
};

// Decoders take turns, episode by episode. Rows are by decoder, its skills in order and then
// all of them. Throws UsageError for a model that moves no robot and for seeds of the data.
std::vector<RobotResult> evaluateRobot(Family& model, const RobotRequest& request);

}  // namespace jacobiscope
