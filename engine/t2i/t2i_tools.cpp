#include "engine/t2i/t2i_tools.h"

#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/nn/model_settings.h"
#include "engine/t2i/load_text_encoder.h"
#include "engine/t2i/token_family.h"

namespace jacobiscope {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostNamed = 20;

// What is wrong with a part is part of its description.
template <class Describe>
T2iPart describePart(const std::string& name, const fs::path& path, Describe describe) {
  T2iPart part{name, path, {}, {}, {}, {}, {}};
  if (path.empty()) return part;
  try {
    describe(Checkpoint::open(path), part);
  } catch (const Error& error) {
    part.problem = error.what();
    part.hint = error.hint();
  }
  return part;
}

// Adds a number to a part's configuration.
struct Teller {
  T2iPart& part;
  void operator()(const char* key, std::int64_t value) const {
    part.config.emplace_back(key, std::to_string(value));
  }
};

void compare(const Checkpoint& checkpoint, const ParameterWalk& walk, T2iPart& part) {
  walk([&](const std::string& name, Tensor&, const std::vector<std::int64_t>& shape) {
    const TensorView* const view = checkpoint.find(name);
    if (!view) {
      if (part.missing.size() < kMostNamed) part.missing.push_back(name);
    } else if (view->shape != shape && part.problem.empty()) {
      part.problem = "Tensor " + name + " in " + checkpoint.path().string() + " has shape " +
                     shapeText(view->shape) + "; " + shapeText(shape) + " was expected.";
    }
  });
  if (part.problem.empty() && !part.missing.empty()) {
    part.problem = checkpoint.path().string() + " has no tensor " + part.missing.front() + ".";
    part.hint = "The file may be cut short or of another model.";
  }
}

T2iPart gptPart(const fs::path& path, const LoadRequest& request, GptConfig& config) {
  return describePart("gpt", path, [&](const Checkpoint& checkpoint, T2iPart& part) {
    config = deriveGptConfig(checkpoint, modelConfig(checkpoint, request), request, part.notes);
    const Teller add{part};
    part.config.emplace_back("model_type", config.prompted() ? "t2i" : "c2i");
    add("dim", config.width);
    add("n_layer", config.layers);
    add("n_head", config.heads);
    add("vocab_size", config.vocabulary);
    add("block_size", config.tokens());
    add("cls_token_num", config.prefix);
    config.prompted() ? add("caption_dim", config.captionWidth)
                      : add("num_classes", config.classes);
    Gpt gpt = bareGpt(config);
    compare(checkpoint, gpt.walk(), part);
  });
}

T2iPart vqPart(const fs::path& path, int vocabulary) {
  return describePart("vq", path, [&](const Checkpoint& checkpoint, T2iPart& part) {
    const VqConfig config = deriveVqConfig(checkpoint);
    const Teller add{part};
    add("codebook_size", config.codebook);
    add("codebook_embed_dim", config.codeWidth);
    add("ch", config.channels);
    std::string multipliers;
    for (const int m : config.multipliers) {
      multipliers += (multipliers.empty() ? "" : ",") + std::to_string(m);
    }
    part.config.emplace_back("ch_mult", multipliers);
    add("z_channels", config.latent);
    add("num_res_blocks", config.residuals);
    add("pixels_per_token", config.factor());
    if (vocabulary > 0 && config.codebook != vocabulary) {
      part.problem = "The VQ's codebook has " + std::to_string(config.codebook) +
                     " entries, the GPT speaks " + std::to_string(vocabulary) + " tokens.";
      part.hint = "Use the VQ that the GPT was trained with.";
    }
    VqModel vq = bareVq(config);
    compare(checkpoint, vq.walk(), part);
  });
}

T2iPart textPart(const fs::path& path, int captionWidth) {
  return describePart("text", path, [&](const Checkpoint& checkpoint, T2iPart& part) {
    const TextEncoderConfig config = deriveTextEncoderConfig(checkpoint);
    const Teller add{part};
    add("d_model", config.width);
    add("num_layers", config.layers);
    add("num_heads", config.heads);
    add("d_kv", config.headWidth);
    add("d_ff", config.hidden);
    add("vocab_size", config.vocabulary);
    part.config.emplace_back("feed_forward_proj", config.gated ? "gated-gelu" : "relu");
    std::error_code ignored;
    const fs::path folder = fs::is_directory(path, ignored) ? path : path.parent_path();
    if (!fs::exists(folder / "spiece.model", ignored)) part.missing.push_back("spiece.model");
    checkTextEncoder(checkpoint, config);
    if (captionWidth > 0 && config.width != captionWidth) {
      throw Error("The text encoder gives " + std::to_string(config.width) +
                      " features, the GPT reads " + std::to_string(captionWidth) + ".",
                  "Use the text encoder that the GPT was trained with.");
    }
  });
}

}  // namespace

std::optional<T2iClocks> t2iClocks(const Decoder& decoder) {
  const auto* t2i = dynamic_cast<const T2iDecoder*>(&decoder);
  return t2i ? std::optional(t2i->clocks()) : std::nullopt;
}

double t2iRowFlops(const Family& model) {
  const GptConfig& c = asTokens(const_cast<Family&>(model)).model().gpt.config;
  const double width = c.width;
  // Two operations per weight; attention's own products are left out.
  return 2 * (c.layers * (4 * width * width + 3 * width * c.hidden) + width * c.vocabulary);
}

std::vector<T2iPart> describeT2i(const LoadRequest& request) {
  try {
    const Checkpoint checkpoint = Checkpoint::open(request.path);
    if (looksLikeVq(checkpoint)) return {vqPart(request.path, 0)};
    if (looksLikeTextEncoder(checkpoint)) return {textPart(request.path, 0)};
  } catch (const Error&) {
    // Perhaps a folder of several files, or a list of parts.
  }
  std::error_code ignored;
  const bool isList = !fs::exists(request.path, ignored);
  T2iParts parts;
  try {
    parts = findParts(request.path);
  } catch (const Error&) {
    if (isList) throw;
    return {};
  }
  if (parts.gpt.empty() || (!isList && !holdsGpt(parts.gpt))) return {};
  GptConfig config;
  std::vector<T2iPart> all = {gptPart(parts.gpt, request, config)};
  all.push_back(vqPart(parts.vq, config.vocabulary));
  const bool reads = config.prompted() || config.vocabulary == 0;  // 0: nothing could be told
  if (reads || !parts.text.empty()) all.push_back(textPart(parts.text, config.captionWidth));
  return all;
}

}  // namespace jacobiscope
