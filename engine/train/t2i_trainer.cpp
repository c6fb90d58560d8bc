#include "engine/train/t2i_trainer.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <span>

#include "engine/checkpoint/atomic_file.h"
#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/t2i/load.h"
#include "engine/t2i/text_padding.h"
#include "engine/t2i/text_prefix.h"
#include "engine/train/scene_draws.h"

namespace jacobiscope {

namespace {

constexpr std::uint64_t kHeldOutSeed = 987654321;
constexpr int kHeldOutBatch = 32;

}  // namespace

void T2iTrainer::Models::visit(const ParameterVisitor& visitor) {
  gpt.visit(visitor);
  text.visit([&](const std::string& name, Tensor& tensor) { visitor("text." + name, tensor, {}); });
}

T2iTrainer::Models T2iTrainer::create(const T2iTraining& training, torch::Device device) {
  Models models{createGpt(training.gpt), createTextEncoder(training.text)};
  moveParameters(models.walk(), device);
  return models;
}

T2iTrainer::T2iTrainer(const T2iTraining& training, VqModel vq, Tokenizer tokenizer,
                       EmojiSprites sprites, torch::Device device)
    : m_training(training), m_vq(std::move(vq)), m_tokenizer(std::move(tokenizer)),
      m_sprites(std::move(sprites)), m_device(device),
      m_generator(torch::make_generator<at::CPUGeneratorImpl>(training.seed)),
      m_models((torch::manual_seed(training.seed), create(training, device))),
      m_averages(create(training, device)),
      m_adam(training.adam, m_models.walk(), m_averages.walk()) {}

Tensor T2iTrainer::loss(const Models& models, const std::vector<Scene>& scenes,
                        torch::Generator& generator, double captionDropout) const {
  const auto batch = static_cast<std::int64_t>(scenes.size());
  const Tensor pictures =
      scenePictures(m_sprites, scenes, m_training.size, {}, generator).to(m_device);
  const Tensor tokens = vqEncode(m_vq, pictures);
  const Draw draw = drawFrom(generator);
  std::vector<std::vector<std::int64_t>> sentences;
  for (const Scene& scene : scenes) sentences.push_back(m_tokenizer.encode(caption(scene, draw)));
  const PaddedText text = padText(sentences, m_tokenizer, models.gpt.config.prefix);
  const Tensor mask = text.mask.to(m_device);
  Tensor features = encodeText(models.text, text.ids.to(m_device), mask);
  const auto [padded, paddedMask] = paddedLeft(features, mask);
  const Tensor dropped = (torch::rand({batch, 1, 1}, generator) < captionDropout).to(m_device);
  features = torch::where(dropped, models.gpt.nullCaption, padded);
  const Tensor logits = gptLogits(models.gpt, captionPrefix(models.gpt, features), paddedMask,
                                  tokens.slice(1, 0, -1));
  return torch::cross_entropy_loss(logits.flatten(0, 1), tokens.flatten());
}

double T2iTrainer::step() {
  const auto scenes = drawScenes(m_training.batch, false, m_generator);
  const Tensor result = loss(m_models, scenes, m_generator, m_training.captionDropout);
  result.backward();
  m_adam.step();
  return result.item<double>();
}

double T2iTrainer::heldOut(int pictures) const {
  const torch::NoGradGuard noGrad;
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(kHeldOutSeed);
  double sum = 0;
  int done = 0;
  for (; done < pictures; done += kHeldOutBatch) {
    const auto scenes = drawScenes(kHeldOutBatch, true, generator);
    sum += kHeldOutBatch * loss(m_averages, scenes, generator, 0).item<double>();
  }
  return sum / done;
}

void T2iTrainer::save(const std::filesystem::path& file) const {
  NamedTensors tensors;
  m_adam.save(tensors);
  tensors.emplace_back("generator", m_generator.get_state());
  saveTensors(file, tensors, {{"step", std::to_string(steps())}});
}

bool T2iTrainer::resume(const std::filesystem::path& file) {
  const T2iParts parts = std::filesystem::is_directory(file) ? findParts(file) : T2iParts{file, {}, {}};
  const Checkpoint checkpoint = Checkpoint::open(parts.gpt);
  if (looksLikeGpt(checkpoint)) {
    const Checkpoint text = Checkpoint::open(
        parts.text.empty() ? file.parent_path() / "text" : parts.text);
    m_adam.startFrom([&](const std::string& name) {
      return name.starts_with("text.") ? text.find(name.substr(5)) : checkpoint.find(name);
    }, checkpoint.path());
    return false;
  }
  const std::int64_t step = stepOf(checkpoint);
  Adam::requireFit(checkpoint.find("generator"), "generator", m_generator.get_state(),
                   checkpoint.path());
  m_adam.resume(checkpoint, step);
  m_generator.set_state(toTensor(*checkpoint.find("generator")).to(torch::kUInt8));
  return true;
}

namespace {

void writeJson(const std::filesystem::path& file, const nlohmann::json& json) {
  const std::string text = json.dump(2) + "\n";
  writeFileAtomically(file, {std::as_bytes(std::span(text))});
}

// What shapes do not tell, and what prompts may name; anything else in the file stays.
void writeConfig(const std::filesystem::path& file, const GptConfig& gpt) {
  nlohmann::json config = nlohmann::json::object();
  if (std::ifstream in(file); in) config = nlohmann::json::parse(in, nullptr, false);
  if (!config.is_object()) throw Error(file.string() + " is not a JSON object.");
  config["family"] = "t2i";
  if (!config.contains("name")) config["name"] = file.parent_path().stem().string();
  config["gpt"] = {{"n_head", gpt.heads}, {"block_size", gpt.tokens()},
                   {"cls_token_num", gpt.prefix}};
  std::vector<std::string> known, examples;
  const auto names = [&](const SceneNames& all) {
    for (const auto name : all) {
      if (!name.empty()) known.emplace_back(name);
    }
  };
  for (const SceneObject& object : kSceneObjects) names(object.names);
  for (const SceneColour& colour : kSceneColours) names(colour.names);
  config["words"] = known;
  config["function_words"] = sceneFunctionWords();
  if (!config.contains("prompts")) {
    for (const Scene& scene : {Scene{Scene::Beside, 0, 7, 1}, Scene{Scene::Single, 6, -1, 3},
                               Scene{Scene::Stacked, 12, 10, 5}}) {
      examples.push_back(plainCaption(scene));
    }
    config["prompts"] = examples;
  }
  writeJson(file, config);
}

}  // namespace

void T2iTrainer::release(const std::filesystem::path& file) {
  const auto folder = file.parent_path() / "text";
  std::filesystem::create_directories(folder);
  NamedTensors gpt, text;
  m_averages.visit([&](const std::string& name, Tensor& tensor, const auto&) {
    const bool ofText = name.starts_with("text.");
    (ofText ? text : gpt)
        .emplace_back(ofText ? name.substr(5) : name, tensor.detach().to(torch::kBFloat16));
  });
  const TextEncoderConfig& t = m_training.text;
  writeJson(folder / "config.json",
            {{"d_model", t.width}, {"d_kv", t.headWidth}, {"num_heads", t.heads},
             {"d_ff", t.hidden}, {"num_layers", t.layers}, {"vocab_size", t.vocabulary},
             {"relative_attention_num_buckets", t.buckets},
             {"relative_attention_max_distance", t.maxDistance},
             {"feed_forward_proj", t.gated ? "gated-gelu" : "relu"}});
  saveTensors(folder / "model.safetensors", text);
  saveTensors(file, gpt);
  writeConfig(file.parent_path() / "config.json", m_training.gpt);
}

}  // namespace jacobiscope
