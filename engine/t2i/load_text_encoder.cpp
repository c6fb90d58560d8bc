#include "engine/t2i/load_text_encoder.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "engine/core/error.h"
#include "engine/nn/device.h"
#include "engine/nn/load_tensor.h"
#include "engine/nn/parameters.h"

namespace jacobiscope {

namespace {

const std::string kAttention = "encoder.block.0.layer.0.SelfAttention.";
const std::string kDense = "encoder.block.0.layer.1.DenseReluDense.";

// The largest extents any encoder could have: products of them stay within int64, and a file
// that claims more is damaged.
constexpr std::int64_t kMostTokens = 1 << 24, kWidest = 1 << 20, kMostBuckets = 1 << 16;
constexpr int kMostLayers = 1024;

const TensorView* find(const Checkpoint& checkpoint, const std::string& name) {
  const TensorView* view = checkpoint.find(name);
  return view || name != "shared.weight" ? view
                                         : checkpoint.find("encoder.embed_tokens.weight");
}

const TensorView& need(const Checkpoint& checkpoint, const std::string& name) {
  const TensorView* view = find(checkpoint, name);
  if (!view) {
    throw Error(checkpoint.path().string() + " has no tensor " + name + ".",
                "The file may be cut short or of another model than a T5 text encoder.");
  }
  return *view;
}

// Both extents of a matrix.
std::pair<int, int> extents(const Checkpoint& checkpoint, const std::string& name,
                            std::int64_t mostRows = kWidest) {
  const TensorView& view = need(checkpoint, name);
  const auto fits = [](std::int64_t value, std::int64_t most) {
    return value >= 1 && value <= most;
  };
  if (view.shape.size() != 2 || !fits(view.shape[0], mostRows) || !fits(view.shape[1], kWidest)) {
    throw Error("Tensor " + view.name + " in " + checkpoint.path().string() + " has shape " +
                shapeText(view.shape) + "; a matrix of at most " + std::to_string(mostRows) +
                " rows and " + std::to_string(kWidest) + " columns was expected.");
  }
  return {static_cast<int>(view.shape[0]), static_cast<int>(view.shape[1])};
}

int countLayers(const Checkpoint& checkpoint) {
  int layers = 0;
  while (checkpoint.find("encoder.block." + std::to_string(layers) +
                         ".layer.0.SelfAttention.q.weight")) {
    if (++layers > kMostLayers) {
      throw Error(checkpoint.path().string() + " has more than " + std::to_string(kMostLayers) +
                  " layers.");
    }
  }
  return layers;
}

std::optional<double> number(const nlohmann::json& config, const char* key) {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return {};
  if (!found->is_number()) throw Error(std::string("config: \"") + key + "\" is not a number.");
  return found->get<double>();
}

// What config.json says must be what the shapes say.
void compare(const nlohmann::json& config, const char* key, std::int64_t derived) {
  const auto written = number(config, key);
  if (written && *written != static_cast<double>(derived)) {
    throw Error(std::string("config: \"") + key + "\" does not fit the tensors, which say " +
                    std::to_string(derived) + ".",
                "config.json may belong to another model.");
  }
}

void readMaxDistance(const nlohmann::json& config, TextEncoderConfig& derived) {
  const auto distance = number(config, "relative_attention_max_distance");
  if (!distance) return;
  const int exact = derived.buckets / 4;  // distances up to there have buckets of their own
  if (!(*distance > exact && *distance <= kWidest) || *distance != std::floor(*distance)) {
    throw Error("config: \"relative_attention_max_distance\" is not a whole number from " +
                std::to_string(exact + 1) + " to " + std::to_string(kWidest) + ".");
  }
  derived.maxDistance = static_cast<int>(*distance);
}

void checkActivation(const nlohmann::json& config, bool gated) {
  const auto found = config.find("feed_forward_proj");
  if (found == config.end() || found->is_null()) return;
  const std::string expected = gated ? "gated-gelu" : "relu";
  if (!found->is_string() || found->get<std::string>() != expected) {
    throw Error("config: \"feed_forward_proj\" is " + found->dump() + "; \"" + expected +
                "\" was expected with these tensors.");
  }
}

void readConfig(const nlohmann::json& config, TextEncoderConfig& derived) {
  compare(config, "vocab_size", derived.vocabulary);
  compare(config, "d_model", derived.width);
  compare(config, "d_kv", derived.headWidth);
  compare(config, "num_heads", derived.heads);
  compare(config, "d_ff", derived.hidden);
  compare(config, "num_layers", derived.layers);
  compare(config, "relative_attention_num_buckets", derived.buckets);
  readMaxDistance(config, derived);
  checkActivation(config, derived.gated);
  if (const auto epsilon = number(config, "layer_norm_epsilon"); epsilon && *epsilon != 1e-6) {
    throw Error("config: \"layer_norm_epsilon\" is not 1e-6, which every T5 has.");
  }
}

std::int64_t weightBytes(const TextEncoderConfig& config) {
  std::int64_t count = 0;
  visitShapes(config, [&](const std::string&, const std::vector<std::int64_t>& shape) {
    count += elementCount(shape).value_or(0);
  });
  return count * static_cast<std::int64_t>(sizeof(float));
}

// One pass over the numbers: the smallest and largest are not finite where one is not.
void requireFinite(const Tensor& tensor, const std::string& name, const Checkpoint& checkpoint) {
  const auto [smallest, largest] = tensor.aminmax();
  if (!std::isfinite(smallest.item<float>()) || !std::isfinite(largest.item<float>())) {
    throw Error("Tensor " + name + " in " + checkpoint.path().string() +
                    " holds numbers that are not finite.",
                "The file is damaged, or its training diverged.");
  }
}

}  // namespace

bool looksLikeTextEncoder(const Checkpoint& checkpoint) {
  return checkpoint.find(kAttention + "q.weight") &&
         checkpoint.find(kAttention + "relative_attention_bias.weight");
}

TextEncoderConfig deriveTextEncoderConfig(const Checkpoint& checkpoint) {
  TextEncoderConfig derived;
  std::tie(derived.vocabulary, derived.width) =
      extents(checkpoint, "shared.weight", kMostTokens);
  std::tie(derived.buckets, derived.heads) =
      extents(checkpoint, kAttention + "relative_attention_bias.weight", kMostBuckets);
  const int inner = extents(checkpoint, kAttention + "q.weight").first;
  derived.layers = countLayers(checkpoint);
  derived.gated = checkpoint.find(kDense + "wi.weight") == nullptr;
  derived.hidden =
      extents(checkpoint, kDense + (derived.gated ? "wi_0.weight" : "wi.weight")).first;
  if (inner % derived.heads != 0) {
    throw Error("Tensor " + kAttention + "q.weight in " + checkpoint.path().string() + " has " +
                std::to_string(inner) + " rows, which do not divide into " +
                std::to_string(derived.heads) + " heads.");
  }
  derived.headWidth = inner / derived.heads;
  if (derived.buckets < 4 || derived.buckets % 2 != 0) {
    throw Error("Tensor " + kAttention + "relative_attention_bias.weight in " +
                checkpoint.path().string() + " has " + std::to_string(derived.buckets) +
                " buckets; an even number from 4 was expected.");
  }
  derived.maxDistance = std::max(derived.maxDistance, derived.buckets);
  readConfig(checkpoint.config(), derived);
  return derived;
}

void checkTextEncoder(const Checkpoint& checkpoint, const TextEncoderConfig& config) {
  visitShapes(config, [&](const std::string& name, const std::vector<std::int64_t>& shape) {
    checkWeight(checkpoint, need(checkpoint, name), shape);
  });
}

TextEncoder loadTextEncoder(const std::filesystem::path& path, torch::Device device) {
  const Checkpoint checkpoint = Checkpoint::open(path);
  const TextEncoderConfig config = deriveTextEncoderConfig(checkpoint);
  checkTextEncoder(checkpoint, config);
  requireMemory(device, weightBytes(config), "the text encoder of " + checkpoint.path().string(),
                "Use a smaller text encoder, or another device (--set device=).");
  TextEncoder encoder = bareTextEncoder(config);
  encoder.visit([&](const std::string& name, Tensor& tensor) {
    const Tensor weight = toTensor(*find(checkpoint, name)).to(torch::kFloat32);
    requireFinite(weight, name, checkpoint);
    tensor = weight.to(device);  // one by one: the CPU never holds all of them for a GPU
  });
  return encoder;
}

}  // namespace jacobiscope
