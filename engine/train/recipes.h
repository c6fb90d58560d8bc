// Training from the command line: no Torch header in sight.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace jacobiscope {

struct TrainProgress {
  std::int64_t step = 0, steps = 0;
  double loss = std::numeric_limits<double>::quiet_NaN();
  // The figure on data kept apart, NaN if not measured at this step: bits per dimension
  // for a flow, share of right answers for a classifier.
  double heldOut = std::numeric_limits<double>::quiet_NaN();
  double stepsPerSecond = 0;
  double etaSeconds = 0;
  std::string note;  // "checkpoint written"; usually empty
};

struct TrainRequest {
  std::string recipe;            // one of trainRecipes()
  std::filesystem::path data;    // what `train data` wrote
  std::filesystem::path out;     // weights; the optimiser's state lies beside them
  // Empty: from the start. Else what lies beside `out` as .state.safetensors, or released
  // weights (any checkpoint, or a model's folder), to which the optimiser comes fresh.
  std::filesystem::path resume;
  std::map<std::string, std::string> set;  // --set: "steps", "batch", "lr", "sigma", "device", ...
  std::function<void(const TrainProgress&)> progress;  // on the calling thread
  const std::atomic<bool>* cancel = nullptr;           // true: checkpoint, then return
};

struct TrainRecipe {
  std::string name;  // "tarflow"
  std::string help;  // one sentence
  std::vector<std::pair<std::string, std::string>> settings;  // key and help with the default
  bool needsData = true;  // false: the recipe makes its own
};

std::vector<TrainRecipe> trainRecipes();

// Trains to the end, or until `cancel` turns true: then a checkpoint is written from which
// `resume` goes on. Throws UsageError for an unknown recipe or setting (before anything is
// written), Error for data that cannot be read.
void train(const TrainRequest& request);

}  // namespace jacobiscope
