#include "engine/t2i/token_family.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/core/suggestion.h"
#include "engine/nn/device.h"
#include "engine/nn/load_tensor.h"
#include "engine/nn/model_settings.h"
#include "engine/t2i/load_text_encoder.h"
#include "engine/t2i/memory.h"
#include "engine/t2i/prompt.h"
#include "engine/t2i/t2i_family.h"
#include "engine/t2i/text_prefix.h"
#include "engine/t2i/token_pictures.h"

namespace jacobiscope {

TokenFamily::TokenFamily(const LoadRequest& request) {
  useThreads(optionOr(request, "threads", ""));
  const T2iParts parts = findParts(request.path);
  if (parts.gpt.empty()) {
    throw Error(request.path.string() + " holds no image GPT.",
                "Name the parts: gpt=FILE,vq=FILE[,text=DIR].");
  }
  const Checkpoint gpt = Checkpoint::open(parts.gpt);
  if (!looksLikeGpt(gpt)) {
    throw Error(parts.gpt.string() + " is no image GPT: it has no tensor tok_embeddings.weight, "
                "or no layers.0.attention.wqkv.weight.");
  }
  if (parts.vq.empty()) {
    throw Error("The VQ model that turns tokens into pictures is missing.",
                "Lay it beside the GPT as vq.safetensors (or vq*.pt), or name the parts: "
                "gpt=FILE,vq=FILE.");
  }
  m_model.device = chooseDevice(optionOr(request, "device", "auto"));
  m_model.dtype = chooseDtype(optionOr(request, "dtype", "float32"));
  const GptConfig config =
      deriveGptConfig(gpt, modelConfig(gpt, request), request, m_info.notes);
  const Checkpoint vq = Checkpoint::open(parts.vq);
  if (!looksLikeVq(vq)) {
    throw Error(parts.vq.string() + " is no VQ model: it has no tensor quantize.embedding.weight, "
                "or no decoder.conv_in.weight.");
  }
  if (const int codes = deriveVqConfig(vq).codebook; codes != config.vocabulary) {
    throw Error("The VQ's codebook has " + std::to_string(codes) + " entries, the GPT speaks " +
                    std::to_string(config.vocabulary) + " tokens.",
                "Use the VQ that the GPT was trained with.");
  }
  m_model.gpt = loadGpt(gpt, config, m_model.device);
  m_model.vq = loadVq(vq, m_model.device);
  m_model.prepared = prepareGpt(m_model.gpt, m_model.device, m_model.dtype);
  m_model.codebook = codebookPicture(m_model.vq);
  if (config.prompted()) loadText(parts);
  describe(gpt, parts, request);
}

void TokenFamily::loadText(const T2iParts& parts) {
  const std::string without =
      "Prompts cannot be read; features of one can be given (--text-features).";
  if (parts.text.empty()) {
    m_info.notes.push_back("There is no text encoder. " + without);
    return;
  }
  m_tokenizer = Tokenizer::open(parts.text / "spiece.model");
  m_encoder = loadTextEncoder(parts.text, m_model.device);
  const int reads = m_model.gpt.config.captionWidth, gives = m_encoder->config.width;
  if (reads != gives) {
    throw Error("The text encoder gives " + std::to_string(gives) + " features, the GPT reads " +
                    std::to_string(reads) + ".",
                "Use the text encoder that the GPT was trained with.");
  }
  requireTokenizerFits(*m_tokenizer, *m_encoder);
}

void TokenFamily::describe(const Checkpoint& gpt, const T2iParts& parts,
                           const LoadRequest& request) {
  const GptConfig& config = m_model.gpt.config;
  const nlohmann::json json = modelConfig(gpt, request);
  m_info.family = "t2i";
  const auto name = json.find("name");
  m_info.name = name != json.end() && name->is_string() ? name->get<std::string>()
                                                        : parts.gpt.stem().string();
  m_info.title = config.title() + ", " + m_model.vq.config.title();
  m_info.path = request.path.string();
  m_info.hash = gpt.hash();
  m_info.device = deviceText(m_model.device);
  m_info.dtype = dtypeText(m_model.dtype);
  m_info.threads = at::get_num_threads();
  m_info.parameters = parameterCount(m_model.gpt.walk()) + parameterCount(m_model.vq.walk()) +
                      (m_encoder ? m_encoder->parameters() : 0);
  m_info.stages = {"tokens"};
  m_info.positions = config.tokens();
  m_info.gridRows = m_info.gridColumns = config.grid;
  m_info.vocabulary = config.vocabulary;
  m_info.prompted = config.prompted() && m_encoder;
  if (!config.prompted()) {
    m_info.classes = textsOf(json, "classes");
    if (static_cast<int>(m_info.classes.size()) != config.classes) m_info.classes.clear();
    for (int c = std::ssize(m_info.classes); c < config.classes; ++c) {
      m_info.classes.push_back("class " + std::to_string(c));
    }
  }
  for (const std::string& note : gpt.notes()) m_info.notes.push_back(note);
  if (m_model.device.is_cpu()) {
    for (const std::string& note : blasNotes()) m_info.notes.push_back(note);
  }
  m_info.words = textsOf(json, "words");
  m_functionWords = textsOf(json, "function_words");
  m_info.prompts = textsOf(json, "prompts");
  m_info.knobs = t2iKnobs(config);
  m_info.presets = t2iPresets(config);
  applyDefaults(json, m_info);
}

TokenFamily::Conditioned TokenFamily::readPrompt(const std::string& text) {
  if (!m_encoder) {
    throw UsageError(m_info.name + " has no text encoder to read a prompt with.",
                     "Give gpt=FILE,vq=FILE,text=DIR, or features (--text-features).");
  }
  Conditioned result;
  const std::string cleaned = cleanPrompt(text);
  if (!m_info.words.empty()) {
    const auto unknown = unknownWords(cleaned, m_info.words, m_functionWords);
    for (const std::string& word : unknown) {
      const std::string nearest = nearestKnown(word, m_info.words);
      result.notes += "The model does not know \"" + word + "\"" +
                      (nearest.empty() ? "." : ": " + nearest) + " ";
    }
    if (!unknown.empty()) result.notes += "The picture will not show it. ";
  }
  const TextPrefix prefix =
      encodePrompt(*m_tokenizer, *m_encoder, cleaned, m_model.gpt.config.prefix);
  for (const std::string& note : prefix.notes) result.notes += note + " ";
  if (!result.notes.empty()) result.notes.pop_back();
  result.prompt = captionPrompt(m_model.gpt, prefix.features, prefix.mask);
  return result;
}

TokenFamily::Conditioned TokenFamily::readFeatures(const Arrays& arrays) {
  const GptConfig& config = m_model.gpt.config;
  const Array& given = arrays.at("caption_features");
  const auto& shape = given.shape;
  const std::vector<std::int64_t> expected = {1, config.prefix, config.captionWidth};
  if (!config.prompted() || shape != expected) {
    throw UsageError("The tensor caption_features has shape " + shapeText(shape) + "; " +
                     (config.prompted() ? shapeText(expected) + " was expected."
                                        : "this model reads classes, not text."));
  }
  const Tensor features = toTensor(given).to(torch::kFloat32).to(m_model.device);
  if (!features.isfinite().all().item<bool>()) {
    throw UsageError("The tensor caption_features holds values that are not finite.");
  }
  Tensor mask;
  if (const auto found = arrays.find("mask"); found != arrays.end()) {
    if (found->second.shape != std::vector<std::int64_t>{1, config.prefix}) {
      throw UsageError("The tensor mask has shape " + shapeText(found->second.shape) + "; [1, " +
                       std::to_string(config.prefix) + "] was expected.");
    }
    mask = (toTensor(found->second) != 0).to(torch::kInt64);
    const auto real = mask.sum().item<std::int64_t>();
    if (real == 0 || !mask.slice(1, config.prefix - real).all().item<bool>()) {
      throw UsageError("The tensor mask must be 0 for padding on the left, then 1.");
    }
  }
  return {captionPrompt(m_model.gpt, features, mask), {}};
}

TokenFamily::Conditioned TokenFamily::readClass(const Input& input) const {
  const int classes = m_model.gpt.config.classes;
  const std::int64_t label = input.label.value_or(-1);
  if (label < -1 || label >= classes) {
    throw UsageError("Class " + std::to_string(label) + " does not exist: the model has the "
                     "classes 0 to " + std::to_string(classes - 1) + ".",
                     "-1 or no label is the null class.");
  }
  return {classPrompt(m_model.gpt, label < 0 ? classes : label), {}};
}

TokenFamily::Conditioned TokenFamily::condition(const Input& input) {
  if (input.arrays.contains("caption_features")) return readFeatures(input.arrays);
  if (!m_model.gpt.config.prompted()) {
    if (!input.prompt.empty()) {
      throw UsageError(m_info.name + " reads a class, not a prompt.", "Give --label.");
    }
    return readClass(input);
  }
  if (input.label) {
    throw UsageError(m_info.name + " reads a prompt, not a class.", "Give --prompt.");
  }
  return readPrompt(input.prompt);
}

std::unique_ptr<Decoder> TokenFamily::begin(const KnobValues& knobs, const Input& input,
                                            std::unique_ptr<Decoder> previous) {
  const torch::NoGradGuard noGrad;
  if (input.count < 1) throw UsageError("count must be at least 1.");
  requireTokenMemory(m_model, input.count);
  Conditioned conditioned = condition(input);
  std::vector<std::vector<std::int32_t>> guesses;
  if (const auto* earlier = dynamic_cast<const T2iDecoder*>(previous.get())) {
    for (const TokenDrafts& picture : earlier->pictures()) guesses.push_back(picture.guess());
  }
  return std::make_unique<T2iDecoder>(m_model, knobs, conditioned.prompt, input.seed, input.count,
                                      std::move(guesses), std::move(conditioned.notes));
}

TokenFamily& asTokens(Family& family) {
  auto* tokens = dynamic_cast<TokenFamily*>(&family);
  if (!tokens) throw Error(family.info().name + " is no text-to-image model.");
  return *tokens;
}

FamilyEntry t2iFamily() {
  return {"t2i",
          [](const LoadRequest& request) {
            std::error_code ignored;
            if (!std::filesystem::exists(request.path, ignored)) {
              // Parts by name: load() says what is wrong with them.
              const std::string text = request.path.string();
              return text.starts_with("gpt=") || text.starts_with("vq=") ||
                     text.starts_with("text=");
            }
            try {
              // What lies beside a file must not decide whose it is.
              if (std::filesystem::is_regular_file(request.path, ignored)) {
                return looksLikeGpt(Checkpoint::open(request.path));
              }
              const T2iParts parts = findParts(request.path);
              return !parts.gpt.empty() && looksLikeGpt(Checkpoint::open(parts.gpt));
            } catch (const UsageError&) {
              return true;  // the parts are ambiguous: load() says so
            } catch (const std::exception&) {
              return false;
            }
          },
          [](const LoadRequest& request) -> std::unique_ptr<Family> {
            return std::make_unique<TokenFamily>(request);
          }};
}

}  // namespace jacobiscope
