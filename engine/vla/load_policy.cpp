#include "engine/vla/load_policy.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

const std::string kTower = kTowerNames[0], kFusedTower = kTowerNames[1];
const std::string kLlama = "language_model.";

std::optional<double> number(const nlohmann::json& object, const char* key,
                             const std::string& path = "") {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return {};
  if (!found->is_number() || !std::isfinite(found->get<double>())) {
    throw Error("config.json: \"" + path + key + "\" is not a number.");
  }
  return found->get<double>();
}

int whole(const nlohmann::json& object, const char* key, int otherwise, int least,
          const std::string& path = "") {
  const auto value = number(object, key, path);
  if (!value) return otherwise;
  if (*value != std::floor(*value) || *value < least || *value > 1 << 24) {
    throw Error("config.json: \"" + path + key + "\" is not a whole number from " +
                std::to_string(least) + " on.");
  }
  return static_cast<int>(*value);
}

// What config.json says must be what the shapes say.
void compare(const nlohmann::json& object, const char* key, int derived,
             const std::string& path = "") {
  const auto written = number(object, key, path);
  if (written && *written != derived) {
    throw Error("config.json: \"" + path + key + "\" does not fit the tensors, which say " +
                    std::to_string(derived) + ".",
                "config.json may belong to another model.");
  }
}

int extent(const Checkpoint& checkpoint, const std::string& name, int rank, int axis) {
  return static_cast<int>(shapeOf(checkpoint, name, rank)[axis]);
}

bool holdsAny(const Checkpoint& checkpoint, const std::string& before,
              const std::string& after = "") {
  return std::ranges::any_of(checkpoint.tensors(), [&](const TensorView& view) {
    return view.name.starts_with(before) && view.name.ends_with(after);
  });
}

// One more than the highest N of all names that begin with before + "N.": where a tensor of one
// layer is missing, the others still tell how many there are.
int countLayers(const Checkpoint& checkpoint, const std::string& before) {
  constexpr int kMost = 4096;
  int count = 0;
  for (const TensorView& view : checkpoint.tensors()) {
    if (!view.name.starts_with(before)) continue;
    const char* end = view.name.data() + view.name.size();
    int index = 0;
    const auto [rest, error] = std::from_chars(view.name.data() + before.size(), end, index);
    if (error != std::errc{} || rest == end || *rest != '.' || index < 0) continue;
    if (index >= kMost) {
      throw Error("Tensor " + view.name + " in " + checkpoint.path().string() +
                  " is of a layer beyond the " + std::to_string(kMost) + "th.");
    }
    count = std::max(count, index + 1);
  }
  return count;
}

// Heads are not in the shapes.
int headsOfTower(const nlohmann::json& config, std::size_t tower, int width) {
  const auto found = config.find("vision_heads");
  if (found == config.end() || found->is_null()) {
    if (width == 1024 || width == 1152) return 16;
    throw Error("config.json has no \"vision_heads\": how many heads each vision tower has is not "
                "in the tensors.",
                "Add a list with a number for each tower.");
  }
  const bool there = found->is_array() && found->size() > tower;
  const nlohmann::json heads = there ? (*found)[tower] : nlohmann::json();
  if (!heads.is_number_integer() || heads.get<std::int64_t>() < 1 ||
      heads.get<std::int64_t>() > width || width % heads.get<std::int64_t>() != 0) {
    throw Error("config.json: \"vision_heads\" holds no number of heads for tower " +
                std::to_string(tower + 1) + " that its width of " + std::to_string(width) +
                " divides into.");
  }
  return heads.get<int>();
}

// Pixels a side, from the number of positions.
int pictureOf(const Checkpoint& checkpoint, const std::string& before, int patch) {
  const int patches = extent(checkpoint, before + "pos_embed", 3, 1);
  const int grid = static_cast<int>(std::lround(std::sqrt(static_cast<double>(patches))));
  if (grid * grid != patches) {
    throw Error("Tensor " + before + "pos_embed in " + checkpoint.path().string() + " has " +
                    std::to_string(patches) + " positions, which fill no square of patches.",
                "Towers whose class token has a position of its own are not supported.");
  }
  return grid * patch;
}

TowerConfig deriveTower(const Checkpoint& checkpoint, const std::string& before,
                        const nlohmann::json& config, std::size_t index) {
  TowerConfig tower;
  tower.width = extent(checkpoint, before + "patch_embed.proj.weight", 4, 0);
  tower.patch = extent(checkpoint, before + "patch_embed.proj.weight", 4, 3);
  tower.picture = pictureOf(checkpoint, before, tower.patch);
  tower.hidden = extent(checkpoint, before + "blocks.0.mlp.fc1.weight", 2, 0);
  tower.heads = headsOfTower(config, index, tower.width);
  const bool unused =
      holdsAny(checkpoint, before + "norm.") || holdsAny(checkpoint, before + "attn_pool.");
  tower.blocks = countLayers(checkpoint, before + "blocks.") - (unused ? 1 : 0);
  if (tower.blocks < 1) {
    throw Error(checkpoint.path().string() + " has no tensor " + before +
                "blocks.1.attn.qkv.weight: the tower has no block before its last.");
  }
  if (checkpoint.find(before + "reg_token")) {
    tower.registers = extent(checkpoint, before + "reg_token", 3, 1);
  }
  tower.layerScale = holdsAny(checkpoint, before + "blocks.", ".scale_factor");
  // DINOv2 has all three: where one is missing the file is damaged, and not of SigLIP's kind.
  tower.classToken =
      checkpoint.find(before + "cls_token") || tower.registers > 0 || tower.layerScale;
  if (tower.classToken) {
    tower.mean = kImageNetMean;
    tower.deviation = kImageNetDeviation;
  }
  return tower;
}

LlamaConfig deriveLlama(const Checkpoint& checkpoint, const nlohmann::json& text) {
  const std::string path = "text_config.", layer = kLlama + "model.layers.";
  const LlamaConfig defaults;
  LlamaConfig llama;
  llama.vocabulary = extent(checkpoint, kLlama + "model.embed_tokens.weight", 2, 0);
  llama.width = extent(checkpoint, kLlama + "model.embed_tokens.weight", 2, 1);
  llama.hidden = extent(checkpoint, layer + "0.mlp.gate_proj.weight", 2, 0);
  llama.layers = countLayers(checkpoint, layer);
  llama.heads = whole(text, "num_attention_heads", 32, 1, path);
  if (llama.width % llama.heads != 0) {
    throw Error("config.json: \"text_config.num_attention_heads\" is " +
                    std::to_string(llama.heads) + ", which does not divide the width of " +
                    std::to_string(llama.width) + ".",
                "It is 32 where it is not given.");
  }
  const int keys = extent(checkpoint, layer + "0.self_attn.k_proj.weight", 2, 0);
  llama.keyValueHeads = keys / llama.headWidth();
  compare(text, "num_key_value_heads", llama.keyValueHeads, path);
  compare(text, "vocab_size", llama.vocabulary, path);
  compare(text, "hidden_size", llama.width, path);
  compare(text, "intermediate_size", llama.hidden, path);
  compare(text, "num_hidden_layers", llama.layers, path);
  llama.ropeBase = number(text, "rope_theta", path).value_or(defaults.ropeBase);
  llama.normEpsilon = number(text, "rms_norm_eps", path).value_or(defaults.normEpsilon);
  llama.beginToken = whole(text, "bos_token_id", defaults.beginToken, 0, path);
  llama.endToken = whole(text, "eos_token_id", defaults.endToken, 0, path);
  if (!(llama.ropeBase > 1 && llama.normEpsilon > 0)) {
    throw Error("config.json: text_config.rope_theta or .rms_norm_eps is out of its range.");
  }
  if (const auto scaling = text.find("rope_scaling");
      scaling != text.end() && !scaling->is_null()) {
    throw Error("config.json: \"text_config.rope_scaling\" is not supported.");
  }
  return llama;
}

}  // namespace

bool looksLikePolicy(const Checkpoint& checkpoint) {
  return checkpoint.find(kTower + "patch_embed.proj.weight") &&
         checkpoint.find(kLlama + "model.embed_tokens.weight");
}

PolicyConfig derivePolicyConfig(const Checkpoint& checkpoint) {
  const nlohmann::json config = checkpoint.config();
  PolicyConfig derived;
  derived.towers.push_back(deriveTower(checkpoint, kTower, config, 0));
  if (holdsAny(checkpoint, kFusedTower)) {
    derived.towers.push_back(deriveTower(checkpoint, kFusedTower, config, 1));
  }
  const nlohmann::json text = config.value("text_config", nlohmann::json::object());
  if (!text.is_object()) throw Error("config.json: \"text_config\" is not an object.");
  derived.llama = deriveLlama(checkpoint, text);
  derived.padding = whole(config, "pad_to_multiple_of", 64, 0);
  derived.chunk = whole(config, "num_actions_chunk", 1, 1);
  derived.actionSize = whole(config, "action_dim", derived.actionSize, 1);
  compare(config, "n_action_bins", kActionBins);
  if (holdsAny(checkpoint, "proprio_projector.")) {
    derived.proprioception = extent(checkpoint, "proprio_projector.fc1.weight", 2, 1);
  }
  try {
    checkPolicyConfig(derived);
  } catch (const UsageError& error) {
    throw Error(checkpoint.path().string() + ": " + error.what(), error.hint());
  }
  return derived;
}

void checkPolicy(const Checkpoint& checkpoint, const PolicyConfig& config) {
  Policy policy = barePolicy(config);
  checkParameters(checkpoint, policy.walk(), "the policy");
}

Policy loadPolicy(const Checkpoint& checkpoint, torch::Device device) {
  Policy policy = barePolicy(derivePolicyConfig(checkpoint));
  loadParameters(checkpoint, policy.walk(), device, "the policy");
  return policy;
}

Policy loadPolicy(const std::filesystem::path& path, torch::Device device) {
  return loadPolicy(Checkpoint::open(path), device);
}

bool answersActionsOnly(const nlohmann::json& config) {
  const auto found = config.find("action_tokens_only");
  if (found == config.end()) return false;
  if (!found->is_boolean()) throw Error("config.json: \"action_tokens_only\" is no truth value.");
  return found->get<bool>();
}

nlohmann::json policyJson(const PolicyConfig& config) {
  const LlamaConfig& llama = config.llama;
  nlohmann::json heads = nlohmann::json::array(), sizes = nlohmann::json::array();
  for (const TowerConfig& tower : config.towers) {
    heads.push_back(tower.heads);
    sizes.push_back(tower.picture);
  }
  return {{"model_type", "openvla"},
          {"use_fused_vision_backbone", config.towers.size() > 1},
          {"image_sizes", sizes},
          {"vision_heads", heads},
          {"n_action_bins", kActionBins},
          {"action_dim", config.actionSize},
          {"num_actions_chunk", config.chunk},
          {"pad_to_multiple_of", config.padding},
          {"text_config",
           {{"model_type", "llama"},
            {"vocab_size", llama.vocabulary},
            {"hidden_size", llama.width},
            {"intermediate_size", llama.hidden},
            {"num_hidden_layers", llama.layers},
            {"num_attention_heads", llama.heads},
            {"num_key_value_heads", llama.keyValueHeads},
            {"rope_theta", llama.ropeBase},
            {"rms_norm_eps", llama.normEpsilon},
            {"bos_token_id", llama.beginToken},
            {"eos_token_id", llama.endToken}}}};
}

}  // namespace jacobiscope
