#include "engine/train/scene_judge.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "engine/checkpoint/checkpoint.h"
#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/nn/save_tensors.h"
#include "engine/train/scene_answers.h"

namespace jacobiscope {

namespace {

// Channels into each convolution, and out of the last; each halves the picture.
constexpr int kChannels[] = {3, 32, 64, 96, 128};
constexpr std::int64_t kCells = (kSceneSize / 16) * (kSceneSize / 16);
constexpr std::int64_t kHidden = 192;
Tensor heNormal(std::vector<std::int64_t> shape, std::int64_t inputs) {
  return torch::randn(shape) * std::sqrt(2.0 / static_cast<double>(inputs));
}

// What the weights stand for: objects and colours by name, in order.
std::string vocabulary() {
  nlohmann::json names = nlohmann::json::array();
  for (const SceneObject& object : kSceneObjects) names.push_back(object.names[0]);
  for (const SceneColour& colour : kSceneColours) names.push_back(colour.names[0]);
  return names.dump();
}

}  // namespace

SceneJudge::SceneJudge() {
  for (int i = 0; i < 4; ++i) {
    m_parameters.push_back(heNormal({kChannels[i + 1], kChannels[i], 3, 3}, kChannels[i] * 9));
    m_parameters.push_back(torch::zeros({kChannels[i + 1]}));
  }
  const std::int64_t seen = kChannels[4] * kCells;
  m_parameters.push_back(heNormal({kHidden, seen}, seen));
  m_parameters.push_back(torch::zeros({kHidden}));
  m_parameters.push_back(heNormal({kSceneAnswers, kHidden}, kHidden));
  m_parameters.push_back(torch::zeros({kSceneAnswers}));
}

SceneJudge SceneJudge::open(const std::filesystem::path& file) {
  const Checkpoint checkpoint = Checkpoint::open(file);
  const auto& metadata = checkpoint.metadata();
  const auto found = metadata.find("scenes");
  if (found == metadata.end() || found->second != vocabulary()) {
    throw Error(file.string() + " is not a judge of these scenes.",
                "Write one with `jacobiscope-cli train scene-judge`.");
  }
  SceneJudge judge;
  for (std::size_t i = 0; i < judge.m_parameters.size(); ++i) {
    const TensorView* view = checkpoint.find("parameter." + std::to_string(i));
    Tensor& parameter = judge.m_parameters[i];
    if (!view || view->shape != parameter.sizes().vec()) {
      throw Error("Tensor parameter." + std::to_string(i) + " of " + file.string() +
                  " is missing or has another shape.");
    }
    parameter = toTensor(*view).to(torch::kFloat32);
  }
  return judge;
}

void SceneJudge::save(const std::filesystem::path& file) const {
  NamedTensors tensors;
  for (std::size_t i = 0; i < m_parameters.size(); ++i) {
    tensors.emplace_back("parameter." + std::to_string(i), m_parameters[i].to(torch::kBFloat16));
  }
  saveTensors(file, tensors, {{"scenes", vocabulary()}});
}

Tensor SceneJudge::logits(const Tensor& pictures) const {
  Tensor h = pictures;
  for (int i = 0; i < 4; ++i) {
    h = torch::relu(torch::conv2d(h, m_parameters[2 * i], m_parameters[2 * i + 1], 1, 1));
    h = torch::max_pool2d(h, 2);
  }
  h = torch::relu(torch::linear(h.flatten(1), m_parameters[8], m_parameters[9]));
  return torch::linear(h, m_parameters[10], m_parameters[11]);
}

std::vector<Scene> SceneJudge::judge(const Tensor& pictures) const {
  const torch::NoGradGuard noGrad;
  return likeliestScenes(logits(pictures.to(torch::kCPU)));
}

void trainSceneJudge(SceneJudge& judge, const EmojiSprites& sprites, std::int64_t steps,
                     int batch, std::uint64_t seed,
                     const std::function<bool(std::int64_t, double)>& report) {
  constexpr double kRate = 1.5e-3;
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(seed);
  for (Tensor& parameter : judge.parameters()) parameter.set_requires_grad(true);
  torch::optim::AdamW optimiser(judge.parameters(),
                                torch::optim::AdamWOptions(kRate).weight_decay(1e-3));
  for (std::int64_t step = 0; step < steps; ++step) {
    const double rate =
        kRate * (1 - double(step) / double(steps)) * std::min(1.0, (step + 1) / 50.0);
    for (auto& group : optimiser.param_groups()) {
      static_cast<torch::optim::AdamWOptions&>(group.options()).lr(rate);
    }
    const SceneBatch shown = randomSceneBatch(sprites, batch, widerSceneVariation(), generator);
    const Tensor loss = sceneAnswerLoss(judge.logits(shown.pictures), sceneAnswers(shown.scenes));
    optimiser.zero_grad();
    loss.backward();
    optimiser.step();
    if (!report(step + 1, loss.item<double>())) break;
  }
  for (Tensor& parameter : judge.parameters()) parameter.set_requires_grad(false);
}

double sceneJudgeAccuracy(const SceneJudge& judge, const EmojiSprites& sprites, int pictures,
                          const SceneVariation& variation) {
  constexpr int kBatch = 64;
  auto generator = torch::make_generator<at::CPUGeneratorImpl>(std::uint64_t{424242});
  const Draw draw = drawFrom(generator);
  int right = 0;
  for (int done = 0; done < pictures; done += kBatch) {
    std::vector<Scene> scenes(static_cast<std::size_t>(std::min(kBatch, pictures - done)));
    for (Scene& scene : scenes) scene = heldOutScene(draw);
    const auto seen =
        judge.judge(scenePictures(sprites, scenes, kSceneSize, variation, generator));
    for (std::size_t i = 0; i < seen.size(); ++i) right += seen[i] == scenes[i];
  }
  return double(right) / pictures;
}

SceneVariation widerSceneVariation() { return {1, 0.9, 1.1, 0.9, 0.2}; }

}  // namespace jacobiscope
