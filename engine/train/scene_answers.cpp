#include "engine/train/scene_answers.h"

namespace jacobiscope {

namespace {

constexpr std::int64_t kNoSecond = kSceneQuestions[2] - 1;

}  // namespace

Tensor sceneAnswers(const std::vector<Scene>& scenes) {
  std::vector<std::int64_t> answers;
  for (const Scene& scene : scenes) {
    const std::int64_t second = scene.second < 0 ? kNoSecond : scene.second;
    answers.insert(answers.end(), {scene.layout, scene.first, second, scene.colour});
  }
  return torch::tensor(answers).view({-1, 4});
}

Tensor sceneAnswerLoss(const Tensor& logits, const Tensor& answers) {
  const auto questions = logits.split_with_sizes(kSceneQuestions, 1);
  Tensor loss = torch::cross_entropy_loss(questions[0], answers.select(1, 0));
  for (int i = 1; i < 4; ++i) {
    loss = loss + torch::cross_entropy_loss(questions[i], answers.select(1, i));
  }
  return loss;
}

std::vector<Scene> likeliestScenes(const Tensor& logits) {
  std::vector<Tensor> likeliest;
  for (const Tensor& question : logits.split_with_sizes(kSceneQuestions, 1)) {
    likeliest.push_back(question.argmax(1).to(torch::kCPU));
  }
  std::vector<Scene> scenes(static_cast<std::size_t>(logits.size(0)));
  for (std::size_t row = 0; row < scenes.size(); ++row) {
    const auto answer = [&](int i) {
      return likeliest[i][static_cast<std::int64_t>(row)].item<int>();
    };
    const int second = answer(2) == kNoSecond ? -1 : answer(2);
    scenes[row] = {static_cast<Scene::Layout>(answer(0)), answer(1), second, answer(3)};
  }
  return scenes;
}

}  // namespace jacobiscope
