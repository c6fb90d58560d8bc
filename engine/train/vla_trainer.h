// Training of the policy by behaviour cloning: cross-entropy of the expert's action tokens, of
// several steps and then EOS, as OpenVLA trains them (Kim et al., arXiv 2406.09246, section 3.2;
// chunks as in Zhao et al., arXiv 2304.13705). Unlike there the answer may be spread over
// neighbouring bins, the camera's colours vary, and the moving average is what gets released.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

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
  // Share of samples that are given another instruction and asked only where what it names is.
  // Otherwise where the arm is gives that away, and few samples are left to learn from how words
  // and what is seen belong together. Without effect where places has none.
  double asked = 0.3;
  bool bfloat16 = false;  // products under autocast
  PictureVariation variation;
  std::uint64_t seed = 1;
};

// In this layer of the language model, head k of the attention is told where to look from the
// rows of the instruction: at the patch with the middle of the k-th thing it names. (Words come
// behind the picture: they can look at it, and layers before have told later words what the
// earlier ones name.)
inline constexpr std::size_t kLookingLayer = 1;

// A policy and what only its training has: linear readings of what the vision tower and the
// language model know about places in the picture. Without them the towers, which begin from
// nothing, must learn to see from the actions alone, and take many times as long.
//   where   of each patch and thing, whether the thing's middle is there (softmax over patches)
//   within  where in that patch, in patches from its middle
//   named   of the rows of the instruction: the places of the things it names. Those of words
//           that name a thing learn it soonest, for they can look for it; the last one, which
//           predicts token 0, then finds it there
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
    Tensor words;     // [B, L, d]: see PolicyRows
    Tensor looks;     // [B, 2, L, R]: what the looking heads think of each row before, log odds
    Tensor logits;    // [B, n + 1, A]: of each answer and what comes behind them
  };

  static TrainedPolicy create(const VlaTraining& training, torch::Device device);
  Said say(const Policy& policy, const DemonstrationBatch& batch, const Tensor& pictures) const;
  std::vector<std::int64_t> drawAsked(std::size_t samples);
  Tensor looks(const DemonstrationBatch& batch, const Tensor& q, const Tensor& k,
               std::int64_t rows) const;
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
