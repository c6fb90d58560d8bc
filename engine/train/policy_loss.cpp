#include "engine/train/policy_loss.h"

#include <algorithm>

namespace jacobiscope {

namespace {

Tensor answersOf(const PolicyConfig& policy, bool binsOnly) {
  if (binsOnly) return torch::tensor(answerTokens(policy), torch::kInt64);
  return torch::arange(policy.llama.vocabulary, torch::kInt64);
}

// Of each answer, first where it is spread: a Gaussian over the bins around each action token, cut
// off at the ends. Then where it is certain.
Tensor targetsOf(double softness, std::int64_t answers, std::int64_t begin) {
  const Tensor certain = torch::eye(answers, torch::kFloat32);
  Tensor targets = torch::cat({certain, certain});
  if (softness <= 0) return targets;
  const Tensor bins = torch::arange(kActionBins, torch::kFloat32);
  const Tensor apart = (bins.unsqueeze(1) - bins) / softness;
  targets.slice(0, begin, begin + kActionBins)
      .slice(1, begin, begin + kActionBins)
      .copy_(torch::softmax(-0.5 * apart.square(), 1));
  return targets;
}

Tensor valuesOf(const ActionCodec& codec, const Tensor& answers) {
  Tensor values = torch::empty({std::ssize(codec.ranges().low), answers.size(0)});
  auto written = values.accessor<float, 2>();
  const auto ids = answers.accessor<std::int64_t, 1>();
  for (std::int64_t d = 0; d < values.size(0); ++d) {
    for (std::int64_t a = 0; a < values.size(1); ++a) {
      written[d][a] = static_cast<float>(codec.value(d, ids[a]));
    }
  }
  return values;
}

// For each answer to a chunk what is added to its label to find its row of targetsOf(). A dimension
// whose values are taken as they are is a switch, the gripper's: between open and closed lies
// nothing, and a policy that is in doubt must not learn to say half.
Tensor rowsOf(const PolicyConfig& policy, const ActionCodec& codec, std::int64_t answers) {
  Tensor rows = torch::zeros({policy.actionTokens() + 1}, torch::kInt64);
  for (int i = 0; i < policy.actionTokens(); ++i) {
    if (!codec.ranges().mask[i % policy.actionSize]) rows[i] = answers;
  }
  return rows;
}

Tensor weightsOf(const PolicyConfig& policy, double firstWeight) {
  Tensor weights = torch::ones({policy.actionTokens() + 1});
  weights.slice(0, 0, policy.actionSize).fill_(firstWeight);
  return weights / weights.mean();
}

}  // namespace

void AnswerFigures::divideBy(double samples) {
  for (double* sum : {&loss, &accuracy, &error, &firstError, &gripper}) *sum /= samples;
}

PolicyLoss::PolicyLoss(const PolicyConfig& policy, const AnswerRule& rule,
                       const ActionCodec& codec, torch::Device device)
    : m_firstToken(policy.firstActionToken()), m_firstBin(rule.binsOnly ? 0 : m_firstToken),
      m_end(rule.binsOnly ? kActionBins : policy.llama.endToken), m_binsOnly(rule.binsOnly),
      m_answers(answersOf(policy, rule.binsOnly)),
      m_targets(targetsOf(rule.softness, m_answers.size(0), m_firstBin).to(device)),
      m_targetRows(rowsOf(policy, codec, m_answers.size(0)).to(device)),
      m_values(valuesOf(codec, m_answers).to(device)),
      m_weights(weightsOf(policy, rule.firstWeight).to(device)) {
  m_answers = m_answers.to(device);
}

Tensor PolicyLoss::ofAnswers(const Tensor& logits) const {
  return m_binsOnly ? logits.index_select(-1, m_answers) : logits;
}

Tensor PolicyLoss::labels(const Tensor& tokens) const {
  const Tensor ids = tokens.to(m_answers.device());
  // A teacher may say EOS in the middle; among all ids every token is its own answer.
  const Tensor answers =
      m_binsOnly ? (ids - m_firstToken).masked_fill(ids < m_firstToken, m_end) : ids;
  return torch::cat({answers, torch::full({ids.size(0), 1}, m_end, ids.options())}, 1);
}

Tensor meanWhere(const Tensor& values, const Tensor& truth) {
  return (values * truth).sum() / truth.sum().clamp_min(1);
}

Tensor PolicyLoss::crossEntropy(const Tensor& logits, const Tensor& labels,
                                const Tensor& counts) const {
  const Tensor targets = m_targets.index_select(0, (labels + m_targetRows).flatten());
  const Tensor each =
      torch::cross_entropy_loss(logits.flatten(0, 1), targets, {}, at::Reduction::None)
          .view(labels.sizes());
  const Tensor samples = (each * m_weights).mean(1);
  return counts.defined() ? meanWhere(samples, counts) : samples.mean();
}

void PolicyLoss::addFigures(const Tensor& logits, const Tensor& labels, const Tensor& actions,
                            AnswerFigures& sums) const {
  const std::int64_t count = logits.size(0);
  const auto add = [&](double& sum, const Tensor& value) {
    sum += static_cast<double>(count) * value.item<double>();
  };
  add(sums.loss, crossEntropy(logits, labels));
  const Tensor likeliest = logits.slice(1, 0, -1).argmax(2);  // [B, 7 n]
  add(sums.accuracy, (likeliest == labels.slice(1, 0, -1)).to(torch::kFloat32).mean());
  const Tensor steps = likeliest.view({count, -1, m_values.size(0)});
  const Tensor dimensions = torch::arange(m_values.size(0), steps.options());
  const Tensor said = m_values.flatten().take(steps + dimensions * m_values.size(1));
  const Tensor expert = actions.to(m_values.device());
  const Tensor apart = 1000 * (said - expert).abs().slice(2, 0, 3);
  add(sums.error, apart.mean());
  add(sums.firstError, apart.select(1, 0).mean());
  const Tensor alike = (said.select(2, 6) > 0.5) == (expert.select(2, 6) > 0.5);
  add(sums.gripper, alike.to(torch::kFloat32).mean());
}

Observed observe(const Policy& policy, const DemonstrationBatch& batch, const Tensor& pictures,
                 torch::Device device) {
  Observed seen;
  seen.features = policyFeatures(policy, policyPixels(policy.config, pictures.to(device)));
  seen.prefix = prefixOfFeatures(policy, seen.features, batch.proprioception.to(device),
                                 batch.text.ids.to(device));
  if (batch.text.mask.defined()) seen.mask = batch.text.mask.to(device);
  return seen;
}

std::vector<std::int64_t> textLengths(const DemonstrationSet& data,
                                      const std::vector<std::int64_t>& samples) {
  std::vector<std::int64_t> lengths;
  for (const std::int64_t sample : samples) lengths.push_back(data.textLength(sample));
  return lengths;
}

std::vector<std::int64_t> evenlyChosen(const DemonstrationSet& data,
                                       const std::vector<std::int64_t>& samples,
                                       std::int64_t most) {
  const std::int64_t count = std::min<std::int64_t>(most, std::ssize(samples));
  std::vector<std::int64_t> chosen;
  for (std::int64_t i = 0; i < count; ++i) {
    chosen.push_back(samples[i * std::ssize(samples) / count]);
  }
  std::ranges::stable_sort(chosen, {}, [&](auto sample) { return data.textLength(sample); });
  return chosen;
}

}  // namespace jacobiscope
