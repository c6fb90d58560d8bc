// What a student of consistency distillation is told to say: CEED-VLA's mixed labels (arXiv
// 2506.13725). Pure functions of tokens.
#pragma once

#include "engine/nn/torch.h"
#include "engine/vla/policy.h"

namespace jacobiscope {

enum class LabelSource {
  Mixed,    // the teacher's steps, but the demonstration's where the teacher is too far from it
  Teacher,  // always the teacher's
  Data      // always the demonstration's
};

// How far the steps of one chunk are from those of another, [B, 7 m] tokens each, to [B, m]
// float32: the sum over the seven dimensions of the differences of the de-tokenised actions,
// normalised as the tokens are, each dimension from -1 to 1 between its 1st and 99th percentile
// (a gripper told otherwise is 1). Infinite where a step of `said` holds a token that is no
// action.
Tensor stepDeviations(const PolicyConfig& config, const Tensor& said, const Tensor& expert);

// Labels [B, 7 m]: of each step those of `source`. Mixed takes the demonstration's for steps that
// deviate by more than `most` (the paper's delta_max; it gives neither value nor unit).
Tensor distillLabels(const PolicyConfig& config, LabelSource source, double most,
                     const Tensor& teacher, const Tensor& expert);

}  // namespace jacobiscope
