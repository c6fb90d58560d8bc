#include "engine/train/text_trainer.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/checkpoint/json_text.h"
#include "engine/t2i/load_text_encoder.h"
#include "engine/train/caption_batch.h"
#include "engine/train/held_out_seed.h"
#include "engine/train/scene_answers.h"
#include "engine/train/scene_draws.h"
#include "engine/train/training_state.h"

namespace jacobiscope {

namespace {

// Times T5's deviation of the relative biases: who is left of whom hangs on the order of words,
// which small biases hardly tell apart at first.
constexpr double kWiderBias = 10;

}  // namespace

void TextTrainer::Models::visit(const ParameterVisitor& visitor) {
  encoder.visit([&](const std::string& name, Tensor& tensor) { visitor(name, tensor, {}); });
  visitor(std::string(kTrainingOnly) + "vote.weight", vote, {});
  visitor(std::string(kTrainingOnly) + "answers.weight", answers, {});
}

TextTrainer::Models TextTrainer::create(const TextTraining& training, torch::Device device) {
  const auto c = training.config.width;
  Models models{createTextEncoder(training.config),
                torch::randn({training.votes, c}) / std::sqrt(double(c)),
                torch::randn({kSceneAnswers, training.votes}) / std::sqrt(double(training.votes))};
  models.encoder.relativeBias *= kWiderBias;
  moveParameters(models.walk(), device);
  return models;
}

TextTrainer::TextTrainer(const TextTraining& training, Tokenizer tokenizer, torch::Device device)
    : m_training(training), m_tokenizer(std::move(tokenizer)), m_device(device),
      m_generator(torch::make_generator<at::CPUGeneratorImpl>(training.seed)),
      m_models((torch::manual_seed(training.seed), create(training, device))),
      m_averages(create(training, device)),
      m_adam(training.adam, m_models.walk(), m_averages.walk()) {}

Tensor TextTrainer::logits(const Models& models, const std::vector<Scene>& scenes,
                           torch::Generator& generator) const {
  const PaddedText text =
      captionBatch(scenes, m_tokenizer, m_training.length, drawFrom(generator));
  const Tensor mask = text.mask.to(m_device);
  const Tensor features = encodeText(models.encoder, text.ids.to(m_device), mask);
  const Tensor votes = torch::gelu(torch::linear(features, models.vote), "tanh");
  return torch::linear((votes * mask.unsqueeze(2)).sum(1), models.answers);
}

double TextTrainer::step() {
  const auto scenes = drawScenes(m_training.batch, false, m_generator);
  const Tensor loss = sceneAnswerLoss(logits(m_models, scenes, m_generator),
                                      sceneAnswers(scenes).to(m_device));
  loss.backward();
  m_adam.step();
  return loss.item<double>();
}

double TextTrainer::heldOut(int captions) const {
  const torch::NoGradGuard noGrad;
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(kHeldOutSeed);
  const auto scenes = drawScenes(captions, true, generator);
  const auto read = likeliestScenes(logits(m_averages, scenes, generator));
  int right = 0;
  for (std::size_t i = 0; i < scenes.size(); ++i) right += read[i] == scenes[i];
  return double(right) / captions;
}

void TextTrainer::save(const std::filesystem::path& file) const {
  saveTrainingState(file, m_adam, m_generator);
}

bool TextTrainer::resume(const std::filesystem::path& file) {
  const Checkpoint checkpoint = Checkpoint::open(file);
  return resumeTraining(checkpoint, looksLikeTextEncoder(checkpoint), m_adam, m_generator);
}

void TextTrainer::release(const std::filesystem::path& file) {
  NamedTensors tensors;
  m_averages.encoder.visit([&](const std::string& name, Tensor& tensor) {
    tensors.emplace_back(name, tensor.detach().to(torch::kBFloat16));
  });
  const TextEncoderConfig& t = m_training.config;
  writeJson(file.parent_path() / "config.json",
            {{"d_model", t.width}, {"d_kv", t.headWidth}, {"num_heads", t.heads},
             {"d_ff", t.hidden}, {"num_layers", t.layers}, {"vocab_size", t.vocabulary},
             {"relative_attention_num_buckets", t.buckets},
             {"relative_attention_max_distance", t.maxDistance},
             {"feed_forward_proj", t.gated ? "gated-gelu" : "relu"}});
  saveTensors(file, tensors);
}

}  // namespace jacobiscope
