// What a policy is to say and how far it is from it: shared by behaviour cloning and distillation.
#pragma once

#include "engine/train/demonstration_set.h"
#include "engine/vla/policy.h"

namespace jacobiscope {

struct AnswerRule {
  // Standard deviation, in bins, of the Gaussian over which an action token's label is spread:
  // bins are ordered, and a neighbour is a fraction of a millimetre away. The published recipe
  // has none (0: the one bin). The gripper's, which is a switch, is not spread.
  double softness = 6;
  // The softmax goes over the action tokens and EOS only, so that no weight is spent on words.
  // The published recipe's goes over the vocabulary. A policy trained so must be decoded so.
  bool binsOnly = false;
  // The tokens of a chunk's first step weigh so many times as much: they hang on the observation
  // alone, whereas later ones mostly go on from those before.
  double firstWeight = 4;
};

// What a policy says on episodes kept apart, given the expert's tokens before each.
struct AnswerFigures {
  double loss = 0;      // nats per token, of labels spread as in training
  double accuracy = 0;  // share of action tokens whose likeliest id is the label
  // Mean absolute difference of the likeliest x, y and z from the expert's, in mm: of all steps
  // of the chunks, and of the first step, which hangs on nothing but the observation.
  double error = 0, firstError = 0;
  double gripper = 0;   // share of steps at which the gripper is told the same

  // Means, of sums over so many samples.
  void divideBy(double samples);
};

class PolicyLoss {
 public:
  PolicyLoss(const PolicyConfig& policy, const AnswerRule& rule, const ActionCodec& codec,
             torch::Device device);

  // Of logits [..., V] those of the A answers that compete: all ids, or the action tokens in the
  // order of their ids and EOS.
  Tensor ofAnswers(const Tensor& logits) const;
  // What the logits are to say of tokens [B, n] and EOS behind them, as indices of answers,
  // [B, n + 1].
  Tensor labels(const Tensor& tokens) const;
  // Mean cross-entropy of logits [B, n + 1, A], in nats per token. `counts` [B] float32: 0 for
  // samples that are not counted; undefined: all are.
  Tensor crossEntropy(const Tensor& logits, const Tensor& labels,
                      const Tensor& counts = {}) const;
  // Adds each figure of logits [B, n + 1, A] times B; actions [B, steps, 7] are the expert's.
  void addFigures(const Tensor& logits, const Tensor& labels, const Tensor& actions,
                  AnswerFigures& sums) const;

 private:
  int m_firstToken, m_firstBin, m_end;  // the first action token as id and as answer; EOS's answer
  bool m_binsOnly;
  Tensor m_answers;  // [A] int64: the ids that logits are of
  Tensor m_targets;  // [2 A, A] float32: for each answer as label, the shares of all; then unspread
  Tensor m_targetRows;  // [n + 1] int64: what to add to labels to find theirs
  Tensor m_values;   // [7, A] float32: what each answer means in each dimension
  Tensor m_weights;  // [n + 1] float32, of mean 1: of each answer in the loss
};

// Mean of those values at which truth is 1, and not 0.
Tensor meanWhere(const Tensor& values, const Tensor& truth);

// What a policy is shown, up to its first action token.
struct Observed {
  Tensor features;  // [B, P, D] of the vision towers
  Tensor prefix;    // [B, R, d]
  Tensor mask;      // [B, L]; undefined where nothing is padded
};
Observed observe(const Policy& policy, const DemonstrationBatch& batch, const Tensor& pictures,
                 torch::Device device);

// Samples that held-out figures take at once.
inline constexpr std::int64_t kHeldOutBatch = 64;

// In tokens, of each sample's text.
std::vector<std::int64_t> textLengths(const DemonstrationSet& data,
                                      const std::vector<std::int64_t>& samples);

// At most so many of `samples`, evenly chosen, in the order of their texts' lengths: neighbours
// are padded little.
std::vector<std::int64_t> evenlyChosen(const DemonstrationSet& data,
                                       const std::vector<std::int64_t>& samples,
                                       std::int64_t most);

}  // namespace jacobiscope
