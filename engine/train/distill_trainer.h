// Consistency distillation of a policy: it learns to say from any stage of Jacobi iteration what
// it says in the end, so that fewer calls settle a chunk (CEED-VLA, arXiv 2506.13725, section 4;
// its training is unpublished. Consistency LLMs, arXiv 2403.00835, do the same with words).
#pragma once

#include <filesystem>
#include <utility>

#include "engine/train/adam.h"
#include "engine/train/batch_order.h"
#include "engine/train/distill_labels.h"
#include "engine/train/jacobi_paths.h"
#include "engine/train/policy_loss.h"
#include "engine/train/trajectories.h"

namespace jacobiscope {

enum class PointRule {
  First,   // half of the time a guess as iteration begins from, else any iterate but the last
  Uniform  // any iterate but the last; instead of the guess, a new one
};

struct Distillation {
  AdamSettings adam{.steps = 3000, .rate = 5e-4, .warmUp = 100, .averageDecay = 0.995};
  int batch = 32;
  AnswerRule answers;       // but binsOnly is the teacher's
  double consistency = 1;   // weight of the consistency loss; 0: none, for comparison
  double omega = 1;         // weight of the labels' loss
  LabelSource labels = LabelSource::Mixed;
  double mostDeviation = 0.5;  // delta_max, see stepDeviations()
  PointRule points = PointRule::First;
  bool bfloat16 = false;    // products under autocast
  std::uint64_t seed = 1;
};

// In nats per token. The first is the mean over the tokens of a chunk of
//   KL(Q(. | Y*_<i, x) || Q(. | Y_<i, x)),
// of an iterate Y and the fixed point Y* of its trajectory, both as the student sees them, the
// former without gradient. (Tokens before the first in which they differ add nothing: leaving
// them out, as Consistency LLMs do, is another scale.) The second is of labels given labels.
struct DistillLosses {
  double consistency = 0, labels = 0;
  double replaced = 0;  // share of steps with another label than the teacher's
};

// On episodes kept apart.
struct DistillFigures {
  double consistency = 0;          // of the averaged student, along the teacher's trajectories
  JacobiFigures student, teacher;  // from the same random guesses
  AnswerFigures answers;           // of the averaged student, given the expert's tokens
};

class DistillTrainer {
 public:
  // The student begins as the teacher. `samples` are those of the trajectories (samplesOf()).
  // Measures the teacher on so many samples kept apart.
  DistillTrainer(const Distillation& settings, const Teacher& teacher, DemonstrationSet data,
                 Trajectories trajectories, std::vector<std::int64_t> samples,
                 std::int64_t heldOut, torch::Device device);

  double step();  // the weighted sum of both losses
  const DistillLosses& last() const { return m_last; }  // of the last step
  std::int64_t steps() const { return m_adam.steps(); }
  DistillFigures heldOut() const;

  void save(const std::filesystem::path& file) const;
  // A state file of save(), or the released weights of a policy (then false). Throws Error where
  // it was trained with other statistics than the data has.
  bool resume(const std::filesystem::path& file);
  // The averaged weights in bfloat16. Where there are none beside them, the teacher's config.json
  // and spiece.model, for loadPolicy() and Tokenizer::open().
  void release(const std::filesystem::path& file);

 private:
  struct Targets {
    Tensor iterates, settled, labels;  // [B, n] int64
  };
  // What is measured on: a batch, its guesses and the teacher's paths from there.
  struct Measured {
    std::vector<std::int64_t> samples;
    std::vector<JacobiPath> teacher;
  };

  Tensor chunkOf(std::int64_t trajectory, std::int64_t iterate) const;  // [n]
  Tensor guess();  // [n] int64
  Targets draw(const std::vector<std::int64_t>& trajectories, const DemonstrationBatch& batch);
  Tensor consistency(const Tensor& settled, const Tensor& logits) const;
  std::pair<Tensor, Tensor> losses(const DemonstrationBatch& batch, const Targets& targets) const;
  std::vector<JacobiPath> paths(const Policy& policy, const Observed& seen,
                                const std::vector<std::int64_t>& samples) const;
  void measureTeacher(std::int64_t most);

  Distillation m_settings;
  Teacher m_teacher;
  DemonstrationSet m_data;
  Trajectories m_trajectories;
  std::vector<std::int64_t> m_samples;  // of each trajectory
  std::vector<std::int64_t> m_begins;   // and its first row in tokens
  torch::Device m_device;
  torch::Generator m_generator;
  BatchOrder m_order;  // of trajectories
  Policy m_policy, m_average;
  Adam m_adam;
  PolicyLoss m_loss;
  DistillLosses m_last;
  std::vector<Measured> m_measured;
};

}  // namespace jacobiscope
