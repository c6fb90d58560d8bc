// Training of the policy by behaviour cloning: cross-entropy of the expert's action tokens, of
// several steps and then EOS, as OpenVLA trains them (Kim et al., arXiv 2406.09246, section 3.2;
// chunks as in Zhao et al., arXiv 2304.13705). Unlike there the answer may be spread over
// neighbouring bins, the camera's colours vary, and the moving average is what gets released.
#pragma once

#include <cstdint>
#include <filesystem>

#include "engine/train/adam.h"
#include "engine/train/batch_order.h"
#include "engine/train/demonstration_set.h"
#include "engine/train/picture_variation.h"
#include "engine/train/policy_loss.h"
#include "engine/vla/policy.h"

namespace jacobiscope {

struct VlaTraining {
  PolicyConfig policy;
  AdamSettings adam{.steps = 6000, .rate = 1e-3, .warmUp = 200, .averageDecay = 0.998};
  int batch = 32;
  AnswerRule answers;
  // Weight of telling where things are (SceneHeads), where the data says it.
  double places = 1;
  bool bfloat16 = false;  // products under autocast
  PictureVariation variation;
  std::uint64_t seed = 1;
};

// A policy and what only its training has: linear readings of what the vision tower and the
// language model know about places in the picture. Without them the towers, which begin from
// nothing, must learn to see from the actions alone, and take many times as long.
//   where   of each patch and thing, whether the thing's middle is there (softmax over patches)
//   within  where in that patch, in patches from its middle
//   named   of the row that predicts token 0: the places of the things the instruction names
struct TrainedPolicy {
  Policy policy;
  Dense where, within, named;  // [6, D], [12, D], [4, d]

  void visit(const ParameterVisitor& visitor);
  ParameterWalk walk() {
    return [this](const ParameterVisitor& visitor) { visit(visitor); };
  }
};

// What the averaged policy says on episodes kept apart.
struct VlaFigures : AnswerFigures {
  // How far the language model takes the named cube from where it is, in pixels; NaN where the
  // data does not say where things are.
  double place = 0;
};

class VlaTrainer {
 public:
  VlaTrainer(const VlaTraining& training, DemonstrationSet data, torch::Device device);

  double step();  // nats per token
  std::int64_t steps() const { return m_adam.steps(); }
  // Of at most so many samples, evenly chosen.
  VlaFigures heldOut(std::int64_t samples) const;

  void save(const std::filesystem::path& file) const;
  // A state file of save(), or the released weights of a policy (then false). Throws Error where
  // it was trained with other statistics than the data has: its action tokens mean other things.
  bool resume(const std::filesystem::path& file);
  // The averaged weights in bfloat16 and, beside them, config.json with norm_stats: a folder for
  // loadPolicy(). What else config.json holds stays.
  void release(const std::filesystem::path& file);

 private:
  struct Said {
    Tensor features;  // [B, P, D]
    Tensor first;     // [B, d]: the row that predicts token 0
    Tensor logits;    // [B, n + 1, A]: of each answer and what comes behind them
  };

  static TrainedPolicy create(const VlaTraining& training, torch::Device device);
  Said say(const Policy& policy, const DemonstrationBatch& batch, const Tensor& pictures) const;
  Tensor placeLoss(const TrainedPolicy& trained, const Said& said,
                   const DemonstrationBatch& batch) const;
  double namedError(const Said& said, const DemonstrationBatch& batch) const;
  void addFigures(const DemonstrationBatch& batch, VlaFigures& sums) const;

  VlaTraining m_training;
  DemonstrationSet m_data;
  torch::Device m_device;
  torch::Generator m_generator;
  BatchOrder m_order;
  TrainedPolicy m_policy, m_average;
  Adam m_adam;
  PolicyLoss m_loss;
};

}  // namespace jacobiscope
