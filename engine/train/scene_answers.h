// A scene as the answers to four questions, for everything that learns to say what it sees or
// reads.
#pragma once

#include <array>
#include <vector>

#include "engine/nn/torch.h"
#include "engine/train/scenes.h"

namespace jacobiscope {

// How many answers each question has: layout, first object, second object (the last one: there
// is none), colour.
inline constexpr std::array<std::int64_t, 4> kSceneQuestions = {
    3, std::tuple_size_v<decltype(kSceneObjects)>, std::tuple_size_v<decltype(kSceneObjects)> + 1,
    std::tuple_size_v<decltype(kSceneColours)>};
inline constexpr std::int64_t kSceneAnswers =
    kSceneQuestions[0] + kSceneQuestions[1] + kSceneQuestions[2] + kSceneQuestions[3];

// The right answers, [B, 4] int64.
Tensor sceneAnswers(const std::vector<Scene>& scenes);

// Cross-entropy of logits [B, kSceneAnswers] against answers [B, 4], summed over the questions.
Tensor sceneAnswerLoss(const Tensor& logits, const Tensor& answers);

// The most likely scene of every row. Each part is answered by itself: parts that contradict each
// other (two in a row, and no second) make a Scene that equals none that can be drawn.
std::vector<Scene> likeliestScenes(const Tensor& logits);

}  // namespace jacobiscope
