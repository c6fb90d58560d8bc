#include "engine/tarflow/load.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/nn/device.h"
#include "engine/nn/load_tensor.h"
#include "engine/tarflow/memory.h"

namespace jacobiscope {

namespace {

// The whole root of a square number, or 0.
int exactRoot(std::int64_t number) {
  const auto root = static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(number))));
  return root > 0 && root * root == number ? static_cast<int>(root) : 0;
}

const TensorView& need(const Checkpoint& checkpoint, const std::string& name, int rank) {
  const TensorView* view = checkpoint.find(name);
  if (!view) {
    throw Error(checkpoint.path().string() + " has no tensor " + name +
                ", which every TarFlow checkpoint has.");
  }
  if (static_cast<int>(view->shape.size()) != rank) {
    throw Error("Tensor " + name + " in " + checkpoint.path().string() + " has shape " +
                shapeText(view->shape) + "; " + std::to_string(rank) + " extents were expected.");
  }
  return *view;
}

// The largest extents that any flow could have: products of them stay within int64, and a file
// that claims more is damaged.
constexpr std::int64_t kMostTokens = 1 << 20, kWidest = 1 << 16, kMostClasses = 1 << 20;
constexpr int kMostBlocks = 1024, kMostLayers = 1024;

int extent(const Checkpoint& checkpoint, const TensorView& view, int axis, std::int64_t most) {
  const std::int64_t value = view.shape[axis];
  if (value < 1 || value > most) {
    throw Error("Tensor " + view.name + " in " + checkpoint.path().string() + " has shape " +
                shapeText(view.shape) + "; an extent of 1 to " + std::to_string(most) +
                " was expected in place of " + std::to_string(value) + ".");
  }
  return static_cast<int>(value);
}

// A number that comes from outside, as a whole one. Refusal: Error for what lies in a file,
// UsageError for what was typed.
template <class Refusal>
int whole(double value, const std::string& key, int most) {
  if (!(value >= 1 && value <= most) || value != std::floor(value)) {
    throw Refusal(key + " is not a whole number from 1 to " + std::to_string(most) + ".");
  }
  return static_cast<int>(value);
}

std::optional<double> number(const nlohmann::json& config, const char* key) {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return {};
  if (!found->is_number()) throw Error(std::string("config: \"") + key + "\" is not a number.");
  return found->get<double>();
}

std::optional<double> option(const LoadRequest& request, const std::string& key) {
  const auto found = request.options.find(key);
  if (found == request.options.end()) return {};
  char* end = nullptr;
  const double value = std::strtod(found->second.c_str(), &end);
  if (found->second.empty() || *end != '\0') {
    throw UsageError(key + "=" + found->second + " is not a number.");
  }
  return value;
}

int countOf(const Checkpoint& checkpoint, const std::string& before, const std::string& after,
            int most) {
  int count = 0;
  while (checkpoint.find(before + std::to_string(count) + after)) {
    if (++count > most) {
      throw Error(checkpoint.path().string() + " has more than " + std::to_string(most) +
                  " tensors " + before + "N" + after + ".");
    }
  }
  return count;
}

// Channels of the picture: asked for only where D allows no or several guesses.
int imageChannels(const nlohmann::json& config, const LoadRequest& request, std::int64_t d) {
  std::optional<int> given;
  if (const auto typed = option(request, "image.channels")) {
    given = whole<UsageError>(*typed, "image.channels", kWidest);
  } else if (const auto written = number(config, "in_channels")) {
    given = whole<Error>(*written, "config: \"in_channels\"", kWidest);
  }
  const int channels = given ? *given : d % 3 == 0 && exactRoot(d / 3) ? 3 : 0;
  if (channels < 1 || d % channels != 0 || !exactRoot(d / channels)) {
    throw Error("The number of picture channels cannot be told from " + std::to_string(d) +
                    " features per token" +
                    (given ? " and image.channels=" + std::to_string(channels) : "") + ".",
                "Give image.channels (--set image.channels=1) so that features divided by "
                "channels is a square.");
  }
  return channels;
}

}  // namespace

bool looksLikeTarFlow(const Checkpoint& checkpoint) {
  return checkpoint.find("blocks.0.pos_embed") && checkpoint.find("blocks.0.proj_in.weight") &&
         checkpoint.find("blocks.0.attn_blocks.0.attention.qkv.weight");
}

nlohmann::json mergedConfig(const Checkpoint& checkpoint, const LoadRequest& request) {
  // What our own trainer writes into the file itself comes first, then config.json.
  nlohmann::json config = nlohmann::json::object();
  for (const char* key : {"classes", "noise_std"}) {
    const auto found = checkpoint.metadata().find(key);
    if (found == checkpoint.metadata().end()) continue;
    const auto value = nlohmann::json::parse(found->second, nullptr, false);
    if (!value.is_discarded()) config[key] = value;
  }
  if (const nlohmann::json beside = checkpoint.config(); beside.is_object()) config.update(beside);
  if (!request.config.empty()) {
    const auto given = nlohmann::json::parse(request.config, nullptr, false);
    if (!given.is_object()) throw UsageError("--config does not hold a JSON object.");
    config.update(given);
  }
  return config;
}

TarFlowConfig deriveTarFlowConfig(const Checkpoint& checkpoint, const LoadRequest& request) {
  const nlohmann::json config = mergedConfig(checkpoint, request);
  TarFlowConfig derived;
  const auto& position = need(checkpoint, "blocks.0.pos_embed", 2);
  const auto& projIn = need(checkpoint, "blocks.0.proj_in.weight", 2);
  const int n = extent(checkpoint, position, 0, kMostTokens);
  const int d = extent(checkpoint, projIn, 1, kWidest);
  derived.width = extent(checkpoint, projIn, 0, kWidest);
  derived.blocks = countOf(checkpoint, "blocks.", ".proj_in.weight", kMostBlocks);
  derived.layers =
      countOf(checkpoint, "blocks.0.attn_blocks.", ".attention.qkv.weight", kMostLayers);
  if (checkpoint.find("blocks.0.class_embed")) {
    derived.classes =
        extent(checkpoint, need(checkpoint, "blocks.0.class_embed", 3), 0, kMostClasses);
  }
  derived.imageChannels = imageChannels(config, request, d);
  derived.patch = exactRoot(d / derived.imageChannels);
  const int grid = exactRoot(n);
  if (grid < 2) {
    throw Error("blocks.0.pos_embed has " + std::to_string(n) +
                " tokens; four or more that make a square picture were expected.");
  }
  derived.imageSize = grid * derived.patch;
  if (const auto heads = option(request, "heads")) {
    if (!(*heads >= 1 && *heads <= derived.width) || *heads != std::floor(*heads) ||
        derived.width % static_cast<int>(*heads) != 0) {
      throw UsageError("heads=" + request.options.at("heads") + " does not divide the width of " +
                       std::to_string(derived.width) + ".");
    }
    derived.headWidth = derived.width / static_cast<int>(*heads);
  } else if (const auto width = number(config, "head_dim")) {
    derived.headWidth = whole<Error>(*width, "config: \"head_dim\"", kWidest);
  }
  if (derived.width % derived.headWidth != 0) {
    throw Error("A width of " + std::to_string(derived.width) +
                    " does not divide into heads of " + std::to_string(derived.headWidth) + ".",
                "Give the number of heads (--set heads=4) or head_dim in config.json.");
  }
  if (const auto sigma = number(config, "noise_std")) derived.sigma = *sigma;
  if (const auto sigma = option(request, "sigma")) derived.sigma = *sigma;
  if (!(derived.sigma >= 0 && derived.sigma <= 1)) {
    throw UsageError("The noise of training (sigma, noise_std) is outside 0 to 1.");
  }
  return derived;
}

void checkTarFlow(const Checkpoint& checkpoint, const TarFlowConfig& config) {
  visitShapes(config, [&](const std::string& name, const std::vector<std::int64_t>& shape) {
    const TensorView* view = checkpoint.find(name);
    if (!view) {
      if (name == "var") return;  // all ones in the published models
      throw Error(checkpoint.path().string() + " has no tensor " + name + ".",
                  "The file may be cut short or of another model.");
    }
    if (view->shape != shape) {
      throw Error("Tensor " + name + " in " + checkpoint.path().string() + " has shape " +
                  shapeText(view->shape) + "; " + shapeText(shape) + " was expected.");
    }
  });
}

TarFlow loadTarFlow(const Checkpoint& checkpoint, const TarFlowConfig& config,
                    torch::Device device) {
  checkTarFlow(checkpoint, config);
  // The weights pass through the CPU, wherever they end.
  const std::int64_t bytes = device.is_cpu() ? loadBytes(config) : loadBytes(config) / 2;
  requireMemory(torch::kCPU, bytes, "the weights of " + checkpoint.path().string(),
                "Use a smaller model, or another device (--set device=).");
  TarFlow model = bareTarFlow(config);
  model.visit([&](const std::string& name, Tensor& tensor) {
    const TensorView* view = checkpoint.find(name);
    tensor = view ? toTensor(*view).to(torch::kFloat32)
                  : torch::ones({config.tokens(), config.features()});  // var
  });
  model.to(device);
  return model;
}

std::vector<std::string> classNames(const Checkpoint& checkpoint, const LoadRequest& request) {
  const nlohmann::json config = mergedConfig(checkpoint, request);
  std::vector<std::string> names;
  const auto found = config.find("classes");
  if (found == config.end() || !found->is_array()) return names;
  for (const auto& name : *found) {
    if (!name.is_string()) throw Error("config: \"classes\" is not a list of names.");
    names.push_back(name.get<std::string>());
  }
  return names;
}

}  // namespace jacobiscope
