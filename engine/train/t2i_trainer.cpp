#include "engine/train/t2i_trainer.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/checkpoint/json_text.h"
#include "engine/core/error.h"
#include "engine/t2i/load.h"
#include "engine/t2i/text_prefix.h"
#include "engine/train/caption_batch.h"
#include "engine/train/held_out_seed.h"
#include "engine/train/scene_answers.h"
#include "engine/train/scene_draws.h"
#include "engine/train/training_state.h"

namespace jacobiscope {

namespace {

constexpr int kHeldOutBatch = 32;

}  // namespace

void T2iTrainer::Models::visit(const ParameterVisitor& visitor) {
  gpt.visit(visitor);
  visitor(std::string(kTrainingOnly) + "answers.weight", answers, {});
  visitor(std::string(kTrainingOnly) + "places.weight", places, {});
}

T2iTrainer::Models T2iTrainer::create(const T2iTraining& training, torch::Device device) {
  Models models{createGpt(training.gpt),
                torch::randn({kSceneAnswers, training.gpt.width}) * 0.02,
                torch::randn({2 * training.gpt.grid, training.gpt.width}) * 0.02};
  moveParameters(models.walk(), device);
  return models;
}

T2iTrainer::T2iTrainer(const T2iTraining& training, VqModel vq, Tokenizer tokenizer,
                       TextEncoder text, EmojiSprites sprites, torch::Device device)
    : m_training(training), m_vq(std::move(vq)), m_tokenizer(std::move(tokenizer)),
      m_text(std::move(text)), m_sprites(std::move(sprites)), m_device(device),
      m_generator(torch::make_generator<at::CPUGeneratorImpl>(training.seed)),
      m_models((torch::manual_seed(training.seed), create(training, device))),
      m_averages(create(training, device)),
      m_adam(training.adam, m_models.walk(), m_averages.walk()) {}

T2iTrainer::Pass T2iTrainer::pass(const Models& models, const std::vector<Scene>& scenes,
                                  torch::Generator& generator, bool training) const {
  const auto batch = static_cast<std::int64_t>(scenes.size());
  const Tensor pictures =
      scenePictures(m_sprites, scenes, m_training.size, {}, generator).to(m_device);
  const Tensor tokens = vqEncode(m_vq, pictures);
  const PaddedText text =
      captionBatch(scenes, m_tokenizer, models.gpt.config.prefix, drawFrom(generator));
  const Tensor mask = text.mask.to(m_device);
  const auto [features, paddedMask] =
      paddedLeft(encodeText(m_text, text.ids.to(m_device), mask), mask);
  const auto chosen = [&](std::vector<std::int64_t> shape, double share) {
    return (torch::rand(shape, generator) < (training ? share : 0)).to(m_device);
  };
  const Tensor dropped = chosen({batch}, m_training.captionDropout);
  const Tensor given = torch::where(dropped.view({-1, 1, 1}), models.gpt.nullCaption, features);
  const Tensor before = tokens.slice(1, 0, -1);
  const Tensor others =
      torch::randint(0, models.gpt.config.vocabulary, before.sizes(), generator, torch::kInt64);
  const Tensor slipped = torch::where(chosen(before.sizes().vec(), m_training.slips),
                                      others.to(m_device), before);
  const GptRows rows =
      gptRows(models.gpt, captionPrefix(models.gpt, given), paddedMask, slipped);
  return {torch::cross_entropy_loss(rows.logits.flatten(0, 1), tokens.flatten()), rows.middle,
          dropped};
}

Tensor T2iTrainer::questionLoss(const Pass& passed, const std::vector<Scene>& scenes) const {
  const Tensor read = torch::nonzero(passed.dropped.logical_not()).flatten();
  return readingLoss(m_models, passed.middle.index_select(0, read),
                     sceneAnswers(scenes).to(m_device).index_select(0, read)) +
         placeLoss(m_models, passed.middle);
}

// Of the rows [B, N, d] of pictures whose caption was given, and its answers [B, 4].
Tensor T2iTrainer::readingLoss(const Models& models, const Tensor& rows, const Tensor& answers) {
  if (rows.size(0) == 0) return torch::zeros({}, rows.options());
  const Tensor said = torch::linear(rows, models.answers);
  // The first row has seen no token: what later ones can tell by the picture, it must read.
  return sceneAnswerLoss(said.flatten(0, 1), answers.repeat_interleave(said.size(1), 0)) +
         sceneAnswerLoss(said.select(1, 0), answers);
}

Tensor T2iTrainer::placeLoss(const Models& models, const Tensor& rows) {
  const std::int64_t grid = models.gpt.config.grid;
  const auto said = torch::linear(rows, models.places).flatten(0, 1).chunk(2, 1);
  const Tensor place = torch::arange(grid * grid, rows.options().dtype(torch::kInt64));
  const Tensor row = torch::floor_divide(place, grid).repeat({rows.size(0)});
  return torch::cross_entropy_loss(said[0], row) +
         torch::cross_entropy_loss(said[1], place.repeat({rows.size(0)}) % grid);
}

double T2iTrainer::step() {
  const auto scenes = drawScenes(m_training.batch, false, m_generator);
  const Pass passed = pass(m_models, scenes, m_generator, true);
  (passed.loss + m_training.reading * questionLoss(passed, scenes)).backward();
  m_adam.step();
  return passed.loss.item<double>();
}

double T2iTrainer::heldOut(int pictures) const {
  const torch::NoGradGuard noGrad;
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(kHeldOutSeed);
  double sum = 0;
  int done = 0;
  for (; done < pictures; done += kHeldOutBatch) {
    const auto scenes = drawScenes(kHeldOutBatch, true, generator);
    sum += kHeldOutBatch * pass(m_averages, scenes, generator, false).loss.item<double>();
  }
  return sum / done;
}

void T2iTrainer::save(const std::filesystem::path& file) const {
  saveTrainingState(file, m_adam, m_generator);
}

bool T2iTrainer::resume(const std::filesystem::path& file) {
  const Checkpoint checkpoint =
      Checkpoint::open(std::filesystem::is_directory(file) ? findParts(file).gpt : file);
  return resumeTraining(checkpoint, looksLikeGpt(checkpoint), m_adam, m_generator);
}

namespace {

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
  NamedTensors tensors;
  m_averages.gpt.visit([&](const std::string& name, Tensor& tensor, const auto&) {
    tensors.emplace_back(name, tensor.detach().to(torch::kBFloat16));
  });
  saveTensors(file, tensors);
  writeConfig(file.parent_path() / "config.json", m_training.gpt);
}

}  // namespace jacobiscope
