#include "engine/t2i/load.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/checkpoint/detect.h"
#include "engine/core/error.h"
#include "engine/core/suggestion.h"

namespace jacobiscope {

namespace {

namespace fs = std::filesystem;

T2iParts namedParts(const std::string& text) {
  T2iParts parts;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t to = std::min(text.find(',', from), text.size());
    const std::string item = text.substr(from, to - from);
    const std::size_t equals = item.find('=');
    const std::string key = item.substr(0, equals);
    fs::path* part = key == "gpt" ? &parts.gpt : key == "vq" ? &parts.vq
                                             : key == "text" ? &parts.text : nullptr;
    if (!part || equals == std::string::npos) {
      throw UsageError("\"" + item + "\" is no part of a model.",
                       "Write gpt=FILE,vq=FILE or gpt=FILE,vq=FILE,text=DIR.");
    }
    if (!part->empty()) throw UsageError("The part " + key + " is given twice.");
    *part = item.substr(equals + 1);
    if (std::error_code ignored; part->empty() || !fs::exists(*part, ignored)) {
      throw UsageError("There is no file " + part->string() + " (" + key + ").");
    }
    from = to + 1;
  }
  if (parts.gpt.empty()) throw UsageError("The part gpt is missing.", "Write gpt=FILE,vq=FILE.");
  return parts;
}

// The parts that lie in a folder; `gpt` is given where that was named itself.
T2iParts folderParts(const fs::path& folder, fs::path gpt) {
  T2iParts parts;
  std::vector<fs::path> others;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory(error) && name == "text") parts.text = entry.path();
    if (!entry.is_regular_file(error) || !isWeights(entry.path())) continue;
    if (name.starts_with("vq")) {
      if (!parts.vq.empty()) {
        throw UsageError(folder.string() + " holds several files that begin with vq.",
                         "Name the parts: gpt=FILE,vq=FILE.");
      }
      parts.vq = entry.path();
    } else if (name == "model.safetensors") {
      others.insert(others.begin(), entry.path());
    } else {
      others.push_back(entry.path());
    }
  }
  for (const fs::path& file : others) {
    if (gpt.empty() && (others.size() == 1 || holdsGpt(file))) gpt = file;
  }
  parts.gpt = gpt;
  return parts;
}

// A published model is known by its layers and width: heads are not in the shapes.
struct Published {
  int layers, width, heads;
};
constexpr Published kPublished[] = {
    {12, 768, 12}, {24, 1024, 16}, {36, 1280, 20}, {48, 1536, 24}, {24, 3200, 32}};

std::optional<int> wholeOf(const nlohmann::json& config, const char* key) {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return {};
  if (!found->is_number_integer() || found->get<std::int64_t>() < 1 ||
      found->get<std::int64_t>() > 1 << 20) {
    throw Error(std::string("config: \"") + key + "\" is not a whole number from 1 on.");
  }
  return found->get<int>();
}

std::optional<int> wholeOption(const LoadRequest& request, const std::string& key) {
  const auto found = request.options.find(key);
  if (found == request.options.end()) return {};
  int value = 0;
  const std::string& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1 || value > 1 << 16) {
    throw UsageError(key + "=" + text + " is not a whole number from 1 on.");
  }
  return value;
}

int headsOf(const GptConfig& config, const nlohmann::json& gpt, const LoadRequest& request,
            std::vector<std::string>& notes) {
  if (const auto heads = wholeOption(request, "heads")) return *heads;
  if (const auto heads = wholeOf(gpt, "n_head")) return *heads;
  for (const Published& one : kPublished) {
    if (one.layers != config.layers || one.width != config.width) continue;
    notes.push_back("Heads are not in the file: " + std::to_string(one.heads) +
                    ", as in the published model of this size.");
    return one.heads;
  }
  throw Error("The number of attention heads cannot be told from the shapes.",
              "Give heads (--set heads=8), or n_head in config.json.");
}

// A layer without its first tensor would otherwise be left out with all behind it.
int layersOf(const Checkpoint& checkpoint) {
  const std::string before = "layers.", after = ".attention.wqkv.weight";
  const int layers = countTensors(checkpoint, before, after);
  for (const TensorView& view : checkpoint.tensors()) {
    if (!view.name.starts_with(before)) continue;
    int layer = 0;
    std::from_chars(view.name.data() + before.size(), view.name.data() + view.name.size(), layer);
    if (layer < layers) continue;
    throw Error(checkpoint.path().string() + " has a tensor " + view.name + ", but no tensor " +
                before + std::to_string(layers) + after + ".",
                "The file may be cut short.");
  }
  return layers;
}

// Tokens per side. Nothing in the file says it; published files are named for their pixels.
int gridOf(const Checkpoint& checkpoint, const nlohmann::json& gpt, const LoadRequest& request,
           std::vector<std::string>& notes) {
  if (const auto grid = wholeOption(request, "grid")) return *grid;
  if (const auto tokens = wholeOf(gpt, "block_size")) {
    const int side = static_cast<int>(std::lround(std::sqrt(*tokens)));
    if (side * side != *tokens) {
      throw Error("config: block_size is " + std::to_string(*tokens) + ", which is no square.");
    }
    return side;
  }
  const std::string name = checkpoint.path().filename().string();
  for (const int pixels : {256, 384, 512}) {
    if (name.find(std::to_string(pixels)) == std::string::npos) continue;
    notes.push_back("The grid is taken from the file's name: " + std::to_string(pixels / 16) +
                    " tokens per side.");
    return pixels / 16;
  }
  throw Error("How many tokens a picture has cannot be told from the shapes.",
              "Give the tokens per side (--set grid=16), or block_size in config.json.");
}

}  // namespace

T2iParts findParts(const fs::path& path) {
  const std::string text = path.string();
  std::error_code error;
  if (fs::is_directory(path, error)) return folderParts(path, {});
  if (text.find('=') != std::string::npos && !fs::exists(path, error)) return namedParts(text);
  const auto folder = path.parent_path();
  return folderParts(folder.empty() ? fs::path(".") : folder, path);
}

bool looksLikeGpt(const Checkpoint& checkpoint) {
  return checkpoint.find("tok_embeddings.weight") &&
         checkpoint.find("layers.0.attention.wqkv.weight");
}

bool holdsGpt(const fs::path& file) {
  try {
    return looksLikeGpt(Checkpoint::open(file));
  } catch (const Error&) {
    return false;
  }
}

bool looksLikeVq(const Checkpoint& checkpoint) {
  return checkpoint.find("quantize.embedding.weight") &&
         checkpoint.find("decoder.conv_in.weight");
}

GptConfig deriveGptConfig(const Checkpoint& checkpoint, const nlohmann::json& config,
                          const LoadRequest& request, std::vector<std::string>& notes) {
  const nlohmann::json gpt = config.value("gpt", nlohmann::json::object());
  GptConfig derived;
  const auto embedding = shapeOf(checkpoint, "tok_embeddings.weight", 2);
  derived.vocabulary = static_cast<int>(embedding[0]);
  derived.width = static_cast<int>(embedding[1]);
  derived.layers = layersOf(checkpoint);
  derived.hidden =
      static_cast<int>(shapeOf(checkpoint, "layers.0.feed_forward.w1.weight", 2)[0]);
  if (checkpoint.find("cls_embedding.uncond_embedding")) {
    const auto null = shapeOf(checkpoint, "cls_embedding.uncond_embedding", 2);
    derived.prefix = static_cast<int>(null[0]);
    derived.captionWidth = static_cast<int>(null[1]);
  } else {
    const auto table = shapeOf(checkpoint, "cls_embedding.embedding_table.weight", 2);
    if (table[0] < 2) throw Error(checkpoint.path().string() + " has no class beside the null class.");
    derived.classes = static_cast<int>(table[0]) - 1;
  }
  derived.heads = headsOf(derived, gpt, request, notes);
  if (derived.heads > derived.width || derived.width % derived.heads != 0 ||
      derived.headWidth() % 4 != 0) {
    throw Error("A width of " + std::to_string(derived.width) + " does not divide into " +
                    std::to_string(derived.heads) + " heads of a multiple of 4 features.",
                "Give another number of heads (--set heads=8).");
  }
  derived.grid = gridOf(checkpoint, gpt, request, notes);
  if (derived.tokens() > 1 << 16) throw Error("A picture of more than 65,536 tokens is not read.");
  return derived;
}

VqConfig deriveVqConfig(const Checkpoint& checkpoint) {
  VqConfig config;
  const auto codebook = shapeOf(checkpoint, "quantize.embedding.weight", 2);
  config.codebook = static_cast<int>(codebook[0]);
  config.codeWidth = static_cast<int>(codebook[1]);
  const auto first = shapeOf(checkpoint, "encoder.conv_in.weight", 4);
  config.channels = static_cast<int>(first[0]);
  config.imageChannels = static_cast<int>(first[1]);
  config.latent = static_cast<int>(shapeOf(checkpoint, "encoder.conv_out.weight", 4)[0]);
  // Shapes do not tell the groups of the norms; our own trainer writes them down.
  if (const auto found = checkpoint.metadata().find("norm_groups");
      found != checkpoint.metadata().end()) {
    const std::string& text = found->second;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), config.groups);
    if (error != std::errc{} || end != text.data() + text.size() || config.groups < 1) {
      throw Error(checkpoint.path().string() + " has no whole number as norm_groups.");
    }
  }
  if (config.channels % config.groups != 0) {
    throw Error("Tensor encoder.conv_in.weight in " + checkpoint.path().string() + " has " +
                std::to_string(config.channels) + " channels; a multiple of " +
                std::to_string(config.groups) + " was expected.");
  }
  const int levels = countTensors(checkpoint, "encoder.conv_blocks.", ".res.0.conv1.weight");
  config.residuals = countTensors(checkpoint, "encoder.conv_blocks.0.res.", ".conv1.weight");
  if (levels < 1 || levels > 8) {
    throw Error(checkpoint.path().string() + " has " + std::to_string(levels) +
                " encoder.conv_blocks; 1 to 8 were expected.");
  }
  config.multipliers.clear();
  for (int l = 0; l < levels; ++l) {
    const std::string name = "encoder.conv_blocks." + std::to_string(l) + ".res.0.conv1.weight";
    const auto channels = shapeOf(checkpoint, name, 4)[0];
    if (channels % config.channels != 0 || channels % config.groups != 0) {
      throw Error("Tensor " + name + " in " + checkpoint.path().string() + " has " +
                  std::to_string(channels) + " channels; a multiple of " +
                  std::to_string(config.channels) + " and of " + std::to_string(config.groups) +
                  " was expected.");
    }
    config.multipliers.push_back(static_cast<int>(channels / config.channels));
  }
  return config;
}

Gpt loadGpt(const Checkpoint& checkpoint, const GptConfig& config, torch::Device device) {
  Gpt gpt = bareGpt(config);
  loadParameters(checkpoint, gpt.walk(), device, "the image GPT");
  return gpt;
}

VqModel loadVq(const Checkpoint& checkpoint, torch::Device device) {
  VqModel vq = bareVq(deriveVqConfig(checkpoint));
  loadParameters(checkpoint, vq.walk(), device, "the VQ model");
  return vq;
}

}  // namespace jacobiscope
