#include "engine/train/policy_files.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/nn/save_tensors.h"
#include "engine/train/adam.h"
#include "engine/vla/load_policy.h"
#include "engine/vla/sim/observation.h"

namespace jacobiscope {

namespace {

Tensor rangesTensor(const ValueRanges& actions, const ValueRanges& poses) {
  return torch::stack({torch::tensor(actions.low, torch::kFloat64),
                       torch::tensor(actions.high, torch::kFloat64),
                       torch::tensor(poses.low, torch::kFloat64),
                       torch::tensor(poses.high, torch::kFloat64)});
}

// Whether the numbers of the policy are those of the table top.
void requireTabletop(const PolicyConfig& config, const Tokenizer& tokenizer,
                     const std::string& file) {
  if (config.actionSize != kActionSize || config.proprioception != kProprioceptionSize) {
    throw Error(file + " is no policy of the table top: it takes " +
                    std::to_string(config.proprioception) + " numbers of the arm's state and " +
                    "says " + std::to_string(config.actionSize) + " a step, where both are 7.",
                "jacobiscope-cli train vla writes such policies.");
  }
  if (config.words() != tokenizer.vocabularySize() + kActionBins) {
    throw Error("The spiece.model beside " + file + " is another policy's: it has " +
                std::to_string(tokenizer.vocabularySize()) + " pieces, and " +
                std::to_string(config.words() - kActionBins) + " were expected.");
  }
}

}  // namespace

Tensor statisticsTensor(const DemonstrationSet& data) {
  return rangesTensor(data.codec().ranges(), data.proprioceptionRanges());
}

void requireSameStatistics(const Checkpoint& checkpoint, bool released,
                           const DemonstrationSet& data) {
  const Tensor own = statisticsTensor(data);
  Tensor theirs;
  if (released) {
    const nlohmann::json config = checkpoint.config();
    theirs = rangesTensor(readRanges(config, "action", kTabletopStatistics),
                          readRanges(config, "proprio", kTabletopStatistics));
  } else {
    const TensorView* view = checkpoint.find(kStatisticsName);
    Adam::requireFit(view, kStatisticsName, own, checkpoint.path());
    theirs = toTensor(*view).to(torch::kFloat64);
  }
  if (torch::equal(own, theirs)) return;
  throw Error(checkpoint.path().string() +
                  " was trained with other statistics than the data has.",
              "Keep its config.json beside it, or give --data the file that it was trained on and "
              "others as --set more=FILE.");
}

void savePolicy(const std::filesystem::path& file, Policy& policy) {
  NamedTensors tensors;
  policy.visit([&](const std::string& name, Tensor& tensor, const auto&) {
    tensors.emplace_back(name, tensor.detach().to(torch::kBFloat16));
  });
  saveTensors(file, tensors);
}

std::vector<std::int64_t> Teacher::ids() const {
  return binsOnly ? answerTokens(config) : std::vector<std::int64_t>();
}

Teacher openTeacher(const Settings& settings, const std::string& recipe) {
  const std::string given = settings.text("policy", "");
  if (given.empty()) {
    throw UsageError("policy is missing.",
                     "train " + recipe + " needs --set policy=FOLDER, which train vla wrote.");
  }
  const Checkpoint checkpoint = Checkpoint::open(given);
  const std::string file = checkpoint.path().string();
  if (!looksLikePolicy(checkpoint)) {
    throw Error(file + " holds no policy.", "jacobiscope-cli train vla writes policies.");
  }
  Teacher teacher{checkpoint, derivePolicyConfig(checkpoint),
                  Tokenizer::open(checkpoint.path().parent_path() / "spiece.model"), false};
  requireTabletop(teacher.config, teacher.tokenizer, file);
  teacher.binsOnly = answersActionsOnly(checkpoint.config());
  return teacher;
}

DemonstrationSet dataOf(const Teacher& teacher, const std::vector<std::filesystem::path>& files) {
  const auto statistics =
      teacher.checkpoint.config().value("norm_stats", nlohmann::json::object());
  return {readDemonstrationFiles(files, statistics), teacher.tokenizer,
          teacher.config.words(), teacher.config.chunk};
}

}  // namespace jacobiscope
