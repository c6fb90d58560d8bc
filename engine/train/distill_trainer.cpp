#include "engine/train/distill_trainer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/checkpoint/json_text.h"
#include "engine/core/error.h"
#include "engine/train/autocast.h"
#include "engine/train/held_out_seed.h"
#include "engine/train/policy_files.h"
#include "engine/train/training_state.h"
#include "engine/vla/load_policy.h"

namespace jacobiscope {

namespace {

// In a state, so that one of another recipe for policies is not gone on from: its steps are others.
NamedTensors marker() { return {{"distilled", torch::ones({1})}}; }

std::vector<std::int64_t> beginsOf(const std::vector<std::int64_t>& lengths) {
  std::vector<std::int64_t> begins;
  std::int64_t row = 0;
  for (const std::int64_t length : lengths) {
    begins.push_back(row);
    row += length;
  }
  return begins;
}

AnswerRule ruleOf(AnswerRule rule, const Teacher& teacher) {
  rule.binsOnly = teacher.binsOnly;
  return rule;
}

}  // namespace

DistillTrainer::DistillTrainer(const Distillation& settings, const Teacher& teacher,
                               DemonstrationSet data, Trajectories trajectories,
                               std::vector<std::int64_t> samples, std::int64_t heldOut,
                               torch::Device device)
    : m_settings(settings), m_teacher(teacher), m_data(std::move(data)),
      m_trajectories(std::move(trajectories)), m_samples(std::move(samples)),
      m_begins(beginsOf(m_trajectories.lengths)), m_device(device),
      m_generator(torch::make_generator<at::CPUGeneratorImpl>(settings.seed)),
      m_order(textLengths(m_data, m_samples), settings.batch, settings.seed),
      m_policy(loadPolicy(teacher.checkpoint, device)),
      m_average(loadPolicy(teacher.checkpoint, device)),
      m_adam(settings.adam, m_policy.walk(), m_average.walk()),
      m_loss(teacher.config, ruleOf(settings.answers, teacher), m_data.codec(), device) {
  measureTeacher(heldOut);
}

Tensor DistillTrainer::chunkOf(std::int64_t trajectory, std::int64_t iterate) const {
  return m_trajectories.tokens[m_begins[trajectory] + iterate].to(torch::kInt64);
}

// From every guess iteration ends in the same: a new one each time teaches more than the one that
// the trajectory began from.
Tensor DistillTrainer::guess() {
  const int first = m_teacher.config.firstActionToken();
  return torch::randint(first, first + kActionBins, {m_teacher.config.actionTokens()}, m_generator,
                        torch::kInt64);
}

DistillTrainer::Targets DistillTrainer::draw(const std::vector<std::int64_t>& trajectories,
                                             const DemonstrationBatch& batch) {
  const auto count = std::ssize(trajectories);
  const Tensor drawn = torch::rand({2, count}, m_generator, torch::dtype(torch::kFloat64));
  const auto chance = drawn.accessor<double, 2>();
  std::vector<Tensor> iterates, settled;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t trajectory = trajectories[i], length = m_trajectories.lengths[trajectory];
    // A guess that was right from the start is all there is of its trajectory.
    const auto stages = static_cast<double>(std::max<std::int64_t>(length - 1, 1));
    const auto any = static_cast<std::int64_t>(chance[0][i] * stages);
    const bool first = m_settings.points == PointRule::First && chance[1][i] < 0.5;
    const auto iterate = first ? 0 : any;
    iterates.push_back(iterate == 0 ? guess() : chunkOf(trajectory, iterate));
    settled.push_back(chunkOf(trajectory, length - 1));
  }
  Targets targets{torch::stack(iterates), torch::stack(settled), {}};
  targets.labels = distillLabels(m_teacher.config, m_settings.labels, m_settings.mostDeviation,
                                 targets.settled, batch.tokens);
  return targets;
}

// Of answers' logits [B, n + 1, A]; what is said behind the chunk does not count.
Tensor DistillTrainer::consistency(const Tensor& settled, const Tensor& logits) const {
  const Tensor wanted = torch::log_softmax(settled.slice(1, 0, -1), 2);
  const Tensor said = torch::log_softmax(logits.slice(1, 0, -1), 2);
  return (wanted.exp() * (wanted - said)).sum(2).mean();
}

// The loss of consistency, undefined where it has no weight, and that of labels.
std::pair<Tensor, Tensor> DistillTrainer::losses(const DemonstrationBatch& batch,
                                                 const Targets& targets) const {
  const Autocast autocast(m_device, m_settings.bfloat16);
  const Observed seen = observe(m_policy, batch, batch.pictures, m_device);
  std::vector<Tensor> tokens = {targets.labels};
  if (m_settings.consistency > 0) tokens.insert(tokens.end(), {targets.iterates, targets.settled});
  const Tensor logits = m_loss.ofAnswers(policyLogitsOfEach(
      m_policy, seen.prefix, seen.mask, torch::stack(tokens).to(m_device)));  // [K, B, n + 1, A]
  const Tensor labels = m_loss.crossEntropy(logits[0], m_loss.labels(targets.labels));
  if (tokens.size() == 1) return {Tensor(), labels};
  return {consistency(logits[2].detach(), logits[1]), labels};
}

double DistillTrainer::step() {
  const std::vector<std::int64_t> trajectories = m_order.batchOf(m_adam.steps());
  std::vector<std::int64_t> samples;
  for (const std::int64_t trajectory : trajectories) samples.push_back(m_samples[trajectory]);
  const DemonstrationBatch batch = m_data.batch(samples);
  const Targets targets = draw(trajectories, batch);
  const auto [consistent, labels] = losses(batch, targets);
  Tensor total = m_settings.omega * labels;
  if (consistent.defined()) total = total + m_settings.consistency * consistent;
  total.backward();
  m_adam.step();
  const std::vector<std::int64_t> steps = {targets.labels.size(0), -1, m_teacher.config.actionSize};
  const Tensor replaced = (targets.labels != targets.settled).view(steps).any(2);
  m_last = {consistent.defined() ? consistent.item<double>() : 0, labels.item<double>(),
            replaced.to(torch::kFloat32).mean().item<double>()};
  return total.item<double>();
}

std::vector<JacobiPath> DistillTrainer::paths(const Policy& policy, const Observed& seen,
                                              const std::vector<std::int64_t>& samples) const {
  std::vector<Tensor> guesses;
  for (const std::int64_t sample : samples) {
    guesses.push_back(randomChunk(policy.config, kHeldOutSeed, sample));
  }
  const PreparedLlama prepared(policy.llama, torch::kFloat32, m_teacher.ids());
  return jacobiPaths(prepared, m_teacher.ids(), seen.prefix, seen.mask, torch::stack(guesses));
}

void DistillTrainer::measureTeacher(std::int64_t most) {
  const torch::NoGradGuard noGrad;
  const auto chosen = evenlyChosen(m_data, m_data.heldOut(), most);
  const std::int64_t count = std::ssize(chosen);
  for (std::int64_t begin = 0; begin < count; begin += kHeldOutBatch) {
    const auto end = std::min(begin + kHeldOutBatch, count);
    Measured measured{{chosen.begin() + begin, chosen.begin() + end}, {}};
    const DemonstrationBatch batch = m_data.batch(measured.samples);
    const Observed seen = observe(m_policy, batch, batch.pictures, m_device);
    measured.teacher = paths(m_policy, seen, measured.samples);
    m_measured.push_back(std::move(measured));
  }
}

DistillFigures DistillTrainer::heldOut() const {
  const torch::NoGradGuard noGrad;
  DistillFigures figures;
  std::vector<JacobiPath> student, teacher;
  for (const Measured& measured : m_measured) {
    const DemonstrationBatch batch = m_data.batch(measured.samples);
    const Observed seen = observe(m_average, batch, batch.pictures, m_device);
    const auto say = [&](const Tensor& tokens) {
      return m_loss.ofAnswers(
          policyLogits(m_average, seen.prefix, seen.mask, tokens.to(m_device)));
    };
    std::vector<Tensor> iterates, settled;
    for (const JacobiPath& path : measured.teacher) {
      // All stages alike, and the same ones each time.
      const auto stages = std::max<std::int64_t>(path.iterates.size(0) - 1, 1);
      iterates.push_back(path.iterates[std::ssize(teacher) % stages]);
      settled.push_back(path.settled());
      teacher.push_back(path);
    }
    const Tensor apart =
        consistency(say(torch::stack(settled)), say(torch::stack(iterates)));
    figures.consistency += apart.item<double>() * static_cast<double>(measured.samples.size());
    m_loss.addFigures(say(batch.tokens), m_loss.labels(batch.tokens), batch.actions,
                      figures.answers);
    const auto found = paths(m_average, seen, measured.samples);
    student.insert(student.end(), found.begin(), found.end());
  }
  figures.student = jacobiFigures(student, m_data.codec());
  figures.teacher = jacobiFigures(teacher, m_data.codec());
  figures.consistency /= static_cast<double>(student.size());
  figures.answers.divideBy(static_cast<double>(student.size()));
  return figures;
}

void DistillTrainer::save(const std::filesystem::path& file) const {
  NamedTensors more = marker();
  more.emplace_back(kStatisticsName, statisticsTensor(m_data));
  saveTrainingState(file, m_adam, m_generator, more);
}

bool DistillTrainer::resume(const std::filesystem::path& file) {
  const Checkpoint checkpoint = Checkpoint::open(file);
  const bool released = looksLikePolicy(checkpoint);
  requireSameStatistics(checkpoint, released, m_data);
  return resumeTraining(checkpoint, released, m_adam, m_generator, marker());
}

void DistillTrainer::release(const std::filesystem::path& file) {
  savePolicy(file, m_average);
  const auto folder = file.parent_path(), from = m_teacher.checkpoint.path().parent_path();
  if (!std::filesystem::exists(folder / "spiece.model")) {
    std::filesystem::copy_file(from / "spiece.model", folder / "spiece.model");
  }
  if (std::filesystem::exists(folder / "config.json")) return;
  nlohmann::json config = m_teacher.checkpoint.config();
  config["name"] = folder.stem().string();
  writeJson(folder / "config.json", config);
}

}  // namespace jacobiscope
