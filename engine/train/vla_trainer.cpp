#include "engine/train/vla_trainer.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <utility>

#include "engine/checkpoint/json_text.h"
#include "engine/core/error.h"
#include "engine/train/autocast.h"
#include "engine/train/policy_files.h"
#include "engine/train/training_state.h"
#include "engine/vla/load_policy.h"
#include "engine/vla/sim/things.h"

namespace jacobiscope {

namespace {

Dense freshDense(std::int64_t outputs, std::int64_t inputs) {
  return {torch::randn({outputs, inputs}) / std::sqrt(static_cast<double>(inputs)),
          torch::zeros({outputs})};
}

Tensor run(const Dense& layer, const Tensor& x) {
  return torch::linear(x.to(torch::kFloat32), layer.weight, layer.bias);
}

}  // namespace

void TrainedPolicy::visit(const ParameterVisitor& visitor) {
  policy.visit(visitor);
  const std::pair<const char*, Dense*> heads[] = {
      {"where", &where}, {"within", &within}, {"named", &named}};
  for (const auto& [name, head] : heads) {
    const std::string before = std::string(kTrainingOnly) + name;
    visitor(before + ".weight", head->weight, {});
    visitor(before + ".bias", head->bias, {});
  }
}

TrainedPolicy VlaTrainer::create(const VlaTraining& training, torch::Device device) {
  TrainedPolicy trained{createPolicy(training.policy), {}, {}, {}};
  const int seen = training.policy.visionWidth();
  trained.where = freshDense(kThings, seen);
  trained.within = freshDense(2 * kThings, seen);
  trained.named = freshDense(4, training.policy.llama.width);
  moveParameters(trained.walk(), device);
  return trained;
}

VlaTrainer::VlaTrainer(const VlaTraining& training, DemonstrationSet data, torch::Device device)
    : m_training(training), m_data(std::move(data)), m_device(device),
      m_generator(torch::make_generator<at::CPUGeneratorImpl>(training.seed)),
      m_order(textLengths(m_data, m_data.trained()), training.batch, training.seed),
      m_policy((torch::manual_seed(training.seed), create(training, device))),
      m_average(create(training, device)),
      m_adam(training.adam, m_policy.walk(), m_average.walk()),
      m_loss(training.policy, training.answers, m_data.codec(), device) {}

VlaTrainer::Said VlaTrainer::say(const Policy& policy, const DemonstrationBatch& batch,
                                 const Tensor& pictures) const {
  const Autocast autocast(m_device, m_training.bfloat16);
  const Observed seen = observe(policy, batch, pictures, m_device);
  Said said;
  said.features = seen.features;
  const auto watch = [&](std::size_t layer, const Tensor& q, const Tensor& k) {
    if (layer == kLookingLayer) said.looks = looks(batch, q, k, seen.prefix.size(1));
  };
  const PolicyRows rows =
      policyRows(policy, seen.prefix, seen.mask, batch.tokens.to(m_device), watch);
  said.words = rows.words;
  said.logits = m_loss.ofAnswers(rows.logits);
  return said;
}

// Of the first heads of q [B, T, h, e] and k [B, T, g, e], in the last rows of the first `rows`.
Tensor VlaTrainer::looks(const DemonstrationBatch& batch, const Tensor& q, const Tensor& k,
                         std::int64_t rows) const {
  const std::int64_t words = batch.text.ids.size(1);
  const std::int64_t heads = std::min<std::int64_t>({2, q.size(2), k.size(2)});
  const auto first = [&](const Tensor& x, std::int64_t begin) {
    return x.slice(1, begin, rows).slice(2, 0, heads).transpose(1, 2).to(torch::kFloat32);
  };
  const Tensor scores = torch::matmul(first(q, rows - words), first(k, 0).transpose(2, 3)) /
                        std::sqrt(static_cast<double>(q.size(3)));
  const auto truth = torch::dtype(torch::kBool).device(m_device);
  Tensor unseen = torch::ones({words, rows}, truth).triu(rows - words + 1);
  if (batch.text.mask.defined()) {
    const Tensor padding = torch::constant_pad_nd(batch.text.mask == 0, {rows - words, 0});
    unseen = unseen.logical_or(padding.to(m_device).view({-1, 1, 1, rows}));
  }
  return scores.masked_fill(unseen, -1e9);
}

namespace {

// The places of the things named, [B, 2, 2], and whether there are such, [B, 2] truth.
std::pair<Tensor, Tensor> namedPlaces(const DemonstrationBatch& batch, torch::Device device) {
  const Tensor index = batch.named.clamp_min(0).unsqueeze(2).expand({-1, -1, 2});
  return {batch.places.gather(1, index).to(device), (batch.named >= 0).to(device)};
}

}  // namespace

// Three terms of about the same size at first. Differences count by their absolute value: a thing
// that the gripper hides is guessed, and must not outweigh those that are seen.
Tensor VlaTrainer::placeLoss(const TrainedPolicy& trained, const Said& said,
                             const DemonstrationBatch& batch) const {
  const int grid = m_training.policy.towers.front().grid();
  const std::int64_t count = said.words.size(0);
  const Tensor places = grid * batch.places.to(m_device);            // [B, 6, 2], in patches
  const Tensor cells = places.floor().clamp(0, grid - 1);            // column, row
  const Tensor seen = ((places >= 0) & (places < grid)).all(2);      // [B, 6]
  const Tensor patch = (cells.select(2, 1) * grid + cells.select(2, 0)).to(torch::kInt64);
  const Tensor where = run(trained.where, said.features).transpose(1, 2);  // [B, 6, P]
  const Tensor missed = -torch::log_softmax(where, 2).gather(2, patch.unsqueeze(2)).squeeze(2);
  const Tensor within = run(trained.within, said.features)
                            .view({count, -1, kThings, 2})
                            .gather(1, patch.view({count, 1, kThings, 1}).expand({-1, -1, -1, 2}))
                            .squeeze(1);
  const Tensor off = (within - (places - cells - 0.5)).abs().sum(2);
  const auto [named, given] = namedPlaces(batch, m_device);
  const Tensor told = run(trained.named, said.words).view({count, -1, 2, 2});
  const Tensor astray = (told - named.unsqueeze(1)).abs().sum(3);  // [B, L, 2]
  const Tensor counts = batch.text.mask.defined()
                            ? given.unsqueeze(1) * batch.text.mask.to(m_device).unsqueeze(2)
                            : given.unsqueeze(1).expand_as(astray);
  Tensor loss = meanWhere(missed + 2 * off, seen) + 5 * meanWhere(astray, counts) +
                5 * meanWhere(astray.select(1, -1), given);
  if (said.looks.defined()) {
    const std::int64_t heads = said.looks.size(1), words = said.looks.size(2);
    const Tensor column = patch.gather(1, batch.named.clamp_min(0).to(m_device)) + 1;
    const Tensor rows = column.slice(1, 0, heads).view({count, heads, 1, 1});
    const Tensor away = -torch::log_softmax(said.looks, 3)
                             .gather(3, rows.expand({-1, -1, words, -1}))
                             .squeeze(3);  // [B, heads, L]
    loss = loss + meanWhere(away, counts.transpose(1, 2).slice(1, 0, heads));
  }
  return loss;
}

// An instruction for each sample, or -1.
std::vector<std::int64_t> VlaTrainer::drawAsked(std::size_t samples) {
  const auto count = static_cast<std::int64_t>(samples);
  const Tensor texts = torch::randint(m_data.texts(), {count}, m_generator, torch::kInt64);
  const Tensor own = torch::rand({count}, m_generator) >= m_training.asked;
  const Tensor asked = texts.masked_fill(own, -1);
  return {asked.data_ptr<std::int64_t>(), asked.data_ptr<std::int64_t>() + count};
}

double VlaTrainer::step() {
  std::vector<std::int64_t> samples = m_order.batchOf(m_adam.steps());
  for (std::int64_t& sample : samples) sample = m_data.trained()[sample];
  const bool places = m_training.places > 0 && m_data.hasPlaces();
  std::vector<std::int64_t> asked;
  Tensor counts;
  if (places && m_training.asked > 0) {
    asked = drawAsked(samples.size());
    counts = (torch::tensor(asked) < 0).to(torch::kFloat32).to(m_device);
  }
  const DemonstrationBatch batch = m_data.batch(samples, asked);
  const Tensor pictures = variedPictures(batch.pictures, m_training.variation, m_generator);
  const Said said = say(m_policy.policy, batch, pictures);
  const Tensor found = m_loss.crossEntropy(said.logits, m_loss.labels(batch.tokens), counts);
  (places ? found + m_training.places * placeLoss(m_policy, said, batch) : found).backward();
  m_adam.step();
  return found.item<double>();
}

double VlaTrainer::namedError(const Said& said, const DemonstrationBatch& batch) const {
  if (!batch.places.defined()) return std::nan("");
  const auto [named, given] = namedPlaces(batch, m_device);
  const Tensor told = run(m_average.named, said.words.select(1, -1)).view({-1, 2, 2});
  const Tensor apart = m_data.pictureSize() * (told - named).norm(2, 2).select(1, 0);
  return meanWhere(apart, given.select(1, 0)).item<double>();
}

// Each figure times the number of samples.
void VlaTrainer::addFigures(const DemonstrationBatch& batch, VlaFigures& sums) const {
  const Said answer = say(m_average.policy, batch, batch.pictures);
  const std::int64_t count = answer.logits.size(0);
  m_loss.addFigures(answer.logits, m_loss.labels(batch.tokens), batch.actions, sums);
  sums.place += static_cast<double>(count) * namedError(answer, batch);
}

VlaFigures VlaTrainer::heldOut(std::int64_t samples) const {
  const torch::NoGradGuard noGrad;
  const auto chosen = evenlyChosen(m_data, m_data.heldOut(), samples);
  const std::int64_t count = std::ssize(chosen);
  VlaFigures figures;
  for (std::int64_t begin = 0; begin < count; begin += kHeldOutBatch) {
    const auto size = std::min(kHeldOutBatch, count - begin);
    addFigures(m_data.batch(std::span(chosen).subspan(begin, size)), figures);
  }
  figures.divideBy(static_cast<double>(count));
  figures.place /= static_cast<double>(count);
  return figures;
}

void VlaTrainer::save(const std::filesystem::path& file) const {
  saveTrainingState(file, m_adam, m_generator,
                    {{kStatisticsName, statisticsTensor(m_data)}});
}

bool VlaTrainer::resume(const std::filesystem::path& file) {
  const Checkpoint checkpoint = Checkpoint::open(file);
  const bool released = looksLikePolicy(checkpoint);
  requireSameStatistics(checkpoint, released, m_data);
  return resumeTraining(checkpoint, released, m_adam, m_generator);
}

void VlaTrainer::release(const std::filesystem::path& file) {
  savePolicy(file, m_average.policy);
  const auto beside = file.parent_path() / "config.json";
  nlohmann::json config = nlohmann::json::object();
  if (std::ifstream in(beside); in) config = nlohmann::json::parse(in, nullptr, false);
  if (!config.is_object()) throw Error(beside.string() + " is not a JSON object.");
  config["family"] = "vla";
  if (!config.contains("name")) config["name"] = file.parent_path().stem().string();
  config.update(policyJson(m_training.policy));
  config.update(m_data.config());
  config["action_tokens_only"] = m_training.answers.binsOnly;
  writeJson(beside, config);
}

}  // namespace jacobiscope
