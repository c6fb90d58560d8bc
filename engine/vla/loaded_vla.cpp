#include "engine/vla/loaded_vla.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/nn/device.h"
#include "engine/nn/model_settings.h"
#include "engine/vla/sim/action.h"
#include "engine/vla/sim/observation.h"

namespace jacobiscope {

namespace {

namespace fs = std::filesystem;

constexpr const char* kStudentFile = "student.safetensors";

// This arm has seven dimensions, and tells seven numbers of itself.
void requireArm(const PolicyConfig& config, const fs::path& path) {
  if (config.actionSize != kActionSize) {
    throw Error(path.string() + " answers with actions of " + std::to_string(config.actionSize) +
                    " numbers; the simulated arm takes " + std::to_string(kActionSize) + ".",
                "config.json says so as action_dim.");
  }
  if (config.proprioception != 0 && config.proprioception != kProprioceptionSize) {
    throw Error(path.string() + " is given " + std::to_string(config.proprioception) +
                " numbers of proprioception; the simulated arm has " +
                std::to_string(kProprioceptionSize) + ", or none is given.");
  }
  if (const int side = config.towers.front().picture; side < 8 || side > kLargestPicture) {
    throw Error(path.string() + " sees pictures of " + std::to_string(side) +
                " pixels a side; the camera takes 8 to " + std::to_string(kLargestPicture) + ".");
  }
}

ValueRanges rangesOf(const nlohmann::json& config, const std::string& kind, int size) {
  const auto names = rangeNames(config);
  const bool ours = std::ranges::find(names, kTabletopStatistics) != names.end();
  ValueRanges ranges = readRanges(config, kind, ours ? kTabletopStatistics : "");
  if (static_cast<int>(ranges.size()) != size) {
    throw Error("config.json: norm_stats holds the ranges of " + std::to_string(ranges.size()) +
                " numbers as " + kind + "; the policy has " + std::to_string(size) + ".");
  }
  return ranges;
}

Tokenizer openWords(const fs::path& file, const PolicyConfig& config) {
  if (std::error_code ignored; !fs::exists(file, ignored)) {
    throw Error("There is no " + file.string() + ", which instructions are read with.",
                "Lay the spiece.model of the policy beside it.");
  }
  Tokenizer tokenizer = Tokenizer::open(file);
  if (tokenizer.vocabularySize() > config.firstActionToken()) {
    throw Error(file.string() + " has " + std::to_string(tokenizer.vocabularySize()) +
                    " pieces; the policy knows " + std::to_string(config.firstActionToken()) + ".",
                "Use the spiece.model that the policy was trained with.");
  }
  return tokenizer;
}

Checkpoint openStudent(const fs::path& file, const PolicyConfig& config) {
  const Checkpoint checkpoint = Checkpoint::open(file);
  if (!looksLikePolicy(checkpoint) || derivePolicyConfig(checkpoint) != config) {
    throw Error(file.string() + " is no policy of the same structure as the one beside it.",
                "A student has the sizes of its teacher.");
  }
  checkPolicy(checkpoint, config);
  return checkpoint;
}

}  // namespace

VlaFiles findVlaFiles(const fs::path& path) {
  std::error_code error;
  const fs::path folder = fs::is_directory(path, error) ? path : path.parent_path();
  VlaFiles files{path, folder / kStudentFile, folder / "spiece.model"};
  if (!fs::is_regular_file(files.student, error)) files.student.clear();
  return files;
}

VlaBrain& LoadedVla::brain(const std::string& name) {
  for (VlaBrain& one : brains) {
    if (one.name == name) return one;
  }
  throw Error("The model has no policy named " + name + ".");
}

const PreparedLlama& LoadedVla::prepared(VlaBrain& brain, bool actionsOnly) const {
  auto& made = actionsOnly ? brain.actions : brain.all;
  if (!made) {
    made = std::make_unique<PreparedLlama>(
        brain.policy.llama, dtype,
        actionsOnly ? answerTokens(config) : std::vector<std::int64_t>{});
  }
  return *made;
}

Tensor LoadedVla::prefix(const VlaBrain& brain, const CameraPicture& picture,
                         std::span<const float> state,
                         const std::vector<std::int64_t>& text) const {
  const torch::NoGradGuard noGrad;
  Tensor seen = torch::empty({1, picture.height, picture.width, 3}, torch::kUInt8);
  std::ranges::copy(picture.rgb, seen.data_ptr<std::uint8_t>());
  Tensor felt;
  if (states) {
    felt = torch::empty({1, static_cast<std::int64_t>(state.size())});
    for (std::size_t i = 0; i < state.size(); ++i) {
      felt.data_ptr<float>()[i] = static_cast<float>(states->normalised(i, double{state[i]}));
    }
    felt = felt.to(device);
  }
  return policyPrefix(brain.policy, policyPixels(config, seen.to(device)), felt,
                      torch::tensor(text, torch::kInt64).unsqueeze(0).to(device));
}

LoadedVla loadVla(const Checkpoint& checkpoint, const VlaFiles& files, const LoadRequest& request,
                  const nlohmann::json& config) {
  if (!looksLikePolicy(checkpoint)) {
    throw Error(checkpoint.path().string() + " is no policy: it has no tensor " +
                kTowerNames[0] + "patch_embed.proj.weight, or no tensor "
                "language_model.model.embed_tokens.weight.");
  }
  LoadedVla model;
  model.device = chooseDevice(optionOr(request, "device", "auto"));
  model.dtype = chooseDtype(optionOr(request, "dtype", "float32"));
  model.config = derivePolicyConfig(checkpoint);
  requireArm(model.config, checkpoint.path());
  model.codec.emplace(rangesOf(config, "action", model.config.actionSize), model.config.words());
  if (model.config.proprioception > 0) {
    model.states = rangesOf(config, "proprio", model.config.proprioception);
  }
  model.binsOnly = answersActionsOnly(config);
  model.tokenizer = openWords(files.words, model.config);
  checkPolicy(checkpoint, model.config);
  // A student that was opened itself stands alone.
  const bool itself = checkpoint.path().filename() == kStudentFile;
  std::optional<Checkpoint> student;
  if (!itself && !files.student.empty()) student = openStudent(files.student, model.config);
  model.brains.push_back(
      {itself ? "student" : "teacher", loadPolicy(checkpoint, model.device), {}, {}});
  if (student) model.brains.push_back({"student", loadPolicy(*student, model.device), {}, {}});
  return model;
}

std::int64_t chunkBytes(const LoadedVla& model, std::int64_t words) {
  const PolicyConfig& config = model.config;
  const LlamaConfig& llama = config.llama;
  const double tokens = config.actionTokens();
  const double rows = static_cast<double>(config.rowsBeforeText()) + words + tokens;
  const double size = model.dtype == torch::kFloat32 ? 4 : 2;
  const double cache = 2.0 * llama.layers * rows * llama.keyValueHeads * llama.headWidth() * size;
  // A pass over all rows: its layers one after the other, with their attention.
  double rowsOfPass = rows * (8.0 * llama.width + 3.0 * llama.hidden + 2.0 * llama.heads * rows);
  for (const TowerConfig& tower : config.towers) {
    const double patches = tower.patches() + 1.0 + tower.registers;
    rowsOfPass += patches * (8.0 * tower.width + 2.0 * tower.hidden + 2.0 * tower.heads * patches);
  }
  const double logits = 2.0 * tokens * llama.vocabulary;
  return static_cast<std::int64_t>(std::min(cache + 4 * (rowsOfPass + logits), 4e18));
}

void requireChunkMemory(const LoadedVla& model, std::int64_t words) {
  requireMemory(model.device, chunkBytes(model, words), "decoding a chunk of actions",
                "Give a shorter instruction, or close other programs.");
}

}  // namespace jacobiscope
