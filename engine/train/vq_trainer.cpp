#include "engine/train/vq_trainer.h"

#include <cmath>

#include "engine/t2i/load.h"
#include "engine/train/held_out_seed.h"
#include "engine/train/scene_draws.h"
#include "engine/train/training_state.h"

namespace jacobiscope {

namespace {

constexpr int kHeldOutBatch = 32;
// Share of use below which an entry counts as unused.
constexpr double kUnused = 2e-5;

VqModel placed(VqModel model, torch::Device device) {
  moveParameters(model.walk(), device);
  return model;
}

Tensor unit(const Tensor& vectors, int axis) {
  return vectors / vectors.norm(2, {axis}, true).clamp_min(1e-12);
}

// The scene with something about it changed: by turns the background, and one of two objects.
Scene changed(Scene scene, std::size_t turn) {
  constexpr int kObjects = std::tuple_size_v<decltype(kSceneObjects)>;
  constexpr int kColours = std::tuple_size_v<decltype(kSceneColours)>;
  if (turn % 2 == 0 || scene.layout == Scene::Single) {
    scene.colour = (scene.colour + 1 + static_cast<int>(turn) % (kColours - 1)) % kColours;
    return scene;
  }
  int& object = turn % 4 == 1 ? scene.first : scene.second;
  const int other = turn % 4 == 1 ? scene.second : scene.first;
  object = (object + 1 + static_cast<int>(turn / 4) % (kObjects - 2)) % kObjects;
  if (object == other) object = (object + 1) % kObjects;
  return scene;
}

}  // namespace

VqTrainer::VqTrainer(const VqTraining& training, EmojiSprites sprites, torch::Device device)
    : m_training(training), m_sprites(std::move(sprites)), m_device(device),
      m_generator(torch::make_generator<at::CPUGeneratorImpl>(training.seed)),
      m_model((torch::manual_seed(training.seed), placed(createVq(training.config), device))),
      m_average(placed(createVq(training.config), device)),
      m_adam(training.adam, m_model.walk(), m_average.walk()),
      m_used(torch::zeros({training.config.codebook}, torch::kFloat32)),
      m_share(torch::full({training.config.codebook}, 1.0 / training.config.codebook)) {}

// The entry of every feature [B, codeWidth, h, w], by distance and rarity.
Tensor VqTrainer::choose(const Tensor& features) const {
  if (m_training.rarity == 0) return nearestCodes(m_model, features);
  const torch::NoGradGuard noGrad;
  const Tensor cosine = torch::matmul(features.permute({0, 2, 3, 1}), unit(m_model.codebook, 1).t());
  // |f - c|^2 = 2 - 2 cos between unit vectors.
  return (2 * cosine + m_training.rarity * m_share.clamp_min(1e-6).log().to(m_device)).argmax(3);
}

VqModel VqTrainer::compact() const {
  VqModel model = m_average;
  const Tensor kept = torch::nonzero(m_share > kUnused).flatten();
  model.codebook = m_average.codebook.index_select(0, kept.to(m_device));
  model.config.codebook = static_cast<int>(kept.numel());
  return model;
}

// How far the features [B, codeWidth, h, w] of the pictures are from those of the same places
// (drawn by `places`) in pictures of changed scenes, where the pixels are the same.
Tensor VqTrainer::unsteadiness(std::vector<Scene> scenes, torch::Generator places,
                               const Tensor& pictures, const Tensor& features) const {
  for (std::size_t i = 0; i < scenes.size(); ++i) scenes[i] = changed(scenes[i], i);
  const Tensor others = scenePictures(m_sprites, scenes, m_training.size, {}, places).to(m_device);
  const Tensor change = (others - pictures).abs().amax(1, /*keepdim=*/true);
  constexpr double kSame = 0.02;  // two of 255 steps, which is less than anyone sees
  const Tensor same = torch::max_pool2d(change, m_training.config.factor()) < kSame;
  const Tensor distance = (unit(vqFeatures(m_model, others), 1) - features).square().sum(1, true);
  return (distance * same).sum() / same.sum().clamp_min(1);
}

double VqTrainer::step() {
  const auto scenes = drawScenes(m_training.batch, false, m_generator);
  const bool steady = m_training.steadiness > 0;
  torch::Generator places = steady ? m_generator.clone() : m_generator;
  const Tensor pictures =
      scenePictures(m_sprites, scenes, m_training.size, {}, m_generator).to(m_device);
  const Tensor features = unit(vqFeatures(m_model, pictures), 1);
  const Tensor tokens = choose(features);
  Tensor loss = reconstructionLoss(pictures, features, tokens);
  if (steady) {
    loss = loss + m_training.steadiness * unsteadiness(scenes, places, pictures, features);
  }
  loss.backward();
  m_adam.step();
  countUse(features, tokens);
  return loss.item<double>();
}

Tensor VqTrainer::reconstructionLoss(const Tensor& pictures, const Tensor& features,
                                     const Tensor& tokens) const {
  const Tensor codes = codeVectors(m_model, tokens);
  // Quantisation has no derivative: the gradient of its output is handed to its input.
  const Tensor decoded = vqPictures(m_model, features + (codes - features).detach());
  const Tensor error = decoded - pictures;
  // Edges carry what makes an object recognisable: an error that varies there counts more.
  const Tensor edges = (error.slice(2, 1) - error.slice(2, 0, -1)).abs().mean() +
                       (error.slice(3, 1) - error.slice(3, 0, -1)).abs().mean();
  return error.abs().mean() + error.square().mean() + edges +
         (codes - features.detach()).square().sum(1).mean() +
         m_training.commitment * (features - codes.detach()).square().sum(1).mean();
}

void VqTrainer::countUse(const Tensor& features, const Tensor& tokens) {
  const torch::NoGradGuard noGrad;
  const Tensor counts = torch::bincount(tokens.flatten().to(torch::kCPU), {}, m_used.size(0));
  m_used += counts;
  m_share.lerp_(counts / static_cast<double>(tokens.numel()), 0.02);
  const bool early = m_training.rarity == 0 &&
      m_adam.steps() < m_training.adam.steps * (1 - m_training.adam.decay);
  if (early && m_adam.steps() % m_training.restartEvery == 0) restartUnused(features);
}

void VqTrainer::restartUnused(const Tensor& features) {
  const Tensor unused = torch::nonzero(m_used == 0).flatten();
  m_used.zero_();
  if (unused.numel() == 0) return;
  const Tensor all = features.permute({0, 2, 3, 1}).flatten(0, 2);  // [rows, codeWidth]
  const Tensor chosen =
      torch::randint(0, all.size(0), {unused.numel()}, m_generator, torch::kInt64);
  const Tensor fresh = all.index_select(0, chosen.to(m_device));
  for (VqModel* model : {&m_model, &m_average}) {
    model->codebook.index_copy_(0, unused.to(m_device), fresh);
  }
}

VqFigures VqTrainer::heldOut(int pictures) const {
  return vqFigures(compact(), m_sprites, m_training.size, pictures);
}

VqFigures vqFigures(const VqModel& model, const EmojiSprites& sprites, int size, int pictures) {
  const torch::NoGradGuard noGrad;
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(kHeldOutSeed);
  Tensor counts = torch::zeros({model.config.codebook}, torch::kFloat64);
  double squares = 0;
  int done = 0;
  for (; done < pictures; done += kHeldOutBatch) {
    const auto scenes = drawScenes(kHeldOutBatch, true, generator);
    const Tensor batch =
        scenePictures(sprites, scenes, size, {}, generator).to(model.codebook.device());
    const Tensor tokens = vqEncode(model, batch);
    const int side = size / model.config.factor();
    const Tensor error = vqDecode(model, tokens, side, side).clamp(-1, 1) - batch;
    squares += kHeldOutBatch * error.square().mean().item<double>();
    counts += torch::bincount(tokens.flatten().to(torch::kCPU), {}, counts.size(0));
  }
  VqFigures figures;
  figures.error = squares / done;
  figures.usage = (counts > 0).to(torch::kFloat64).mean().item<double>();
  const Tensor p = counts / counts.sum();
  figures.perplexity = std::exp(-(p * p.clamp_min(1e-30).log()).sum().item<double>());
  return figures;
}

void VqTrainer::save(const std::filesystem::path& file) const {
  saveTrainingState(file, m_adam, m_generator, {{"share", m_share}});
}

bool VqTrainer::resume(const std::filesystem::path& file) {
  const Checkpoint checkpoint = Checkpoint::open(file);
  return resumeTraining(checkpoint, looksLikeVq(checkpoint), m_adam, m_generator,
                        {{"share", m_share}});
}

void releaseVq(VqModel& model, const std::filesystem::path& file) {
  NamedTensors tensors;
  model.visit([&](const std::string& name, Tensor& tensor, const auto&) {
    tensors.emplace_back(name, tensor.detach().to(torch::kBFloat16));
  });
  saveTensors(file, tensors, {{"norm_groups", std::to_string(model.config.groups)}});
}

}  // namespace jacobiscope
