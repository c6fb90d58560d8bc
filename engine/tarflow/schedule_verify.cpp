#include "engine/tarflow/schedule_verify.h"

#include <algorithm>
#include <set>

#include "engine/core/median.h"
#include "engine/nn/load_tensor.h"
#include "engine/tarflow/stage_bench.h"

namespace jacobiscope {

namespace {

constexpr std::size_t kFinalists = 5;
// In turns, so often and so long.
constexpr int kFewestRounds = 7, kMostRounds = 41;
constexpr double kSeconds = 3;
constexpr double kTooSlow = 1.5;  // against the best so far

}  // namespace

KnobValues ScheduleVerifier::complete(const KnobValues& schedule) const {
  KnobValues knobs = m_request.knobs;
  for (const auto& [key, value] : schedule) knobs[key] = value;
  knobs["denoise"] = 0.0;
  return knobs;
}

bool ScheduleVerifier::has(const KnobValues& schedule) const {
  const KnobValues wanted = complete(schedule);
  const auto& config = m_flow.model.config;
  const auto read = [&](const KnobValues& knobs) {
    return readSchedule(knobs, config.blocks, config.tokens());
  };
  return std::ranges::any_of(m_trials, [&](const ScheduleTrial& trial) {
    const KnobValues knobs = complete(trial.knobs);
    return read(knobs) == read(wanted) && knobs.at("tolerance") == wanted.at("tolerance") &&
           knobs.at("refine") == wanted.at("refine");
  });
}

Steps ScheduleVerifier::decode(KnobValues schedule, Tensor noise, Outcome& outcome) {
  const KnobValues knobs = complete(schedule);
  double begin = m_request.now();
  TarFlowDecoder decoder(m_flow, knobs, noise, m_request.labels, {});
  outcome.seconds = m_request.now() - begin;
  while (true) {
    begin = m_request.now();
    const auto sweep = decoder.sweep();
    outcome.seconds += m_request.now() - begin;
    if (!sweep) break;
    outcome.calls += sweep->calls;
    co_yield {};
  }
  outcome.image = toTensor(decoder.result().at("image"));
}

Steps ScheduleVerifier::addSequential() {
  const KnobValues sequential{{"mode", std::string("sequential")}};
  ScheduleTrial trial{"sequential", sequential, {}, {}, 0.0, {}};
  std::vector<double> times;
  for (const Tensor& noise : m_request.noise) {
    Outcome outcome;
    for (Steps p = decode(sequential, noise, outcome); p.step();) co_yield {};
    times.push_back(outcome.seconds);
    trial.calls = outcome.calls;
    m_references.push_back(outcome.image);
  }
  trial.seconds = medianOf(times);
  m_trials.push_back(trial);
  m_news = true;
}

Steps ScheduleVerifier::add(std::string name, KnobValues schedule,
                            std::optional<double> predictedSeconds) {
  Outcome outcome;
  const Tensor noise = m_request.noise.front();
  for (Steps p = decode(schedule, noise, outcome); p.step();) co_yield {};
  ScheduleTrial trial{name, schedule, predictedSeconds, outcome.seconds,
                      largestError(outcome.image, m_references.front()), outcome.calls};
  // Who is much too slow need not be checked any further.
  if (outcome.seconds <= kTooSlow * *best().seconds) {
    for (Steps p = checkOthers(trial); p.step();) co_yield {};
  }
  m_trials.push_back(trial);
  m_news = true;
}

Steps ScheduleVerifier::checkOthers(ScheduleTrial& trial) {
  for (std::size_t i = 1; i < m_request.noise.size(); ++i) {
    Outcome outcome;
    const Tensor noise = m_request.noise[i];
    for (Steps p = decode(trial.knobs, noise, outcome); p.step();) co_yield {};
    trial.error = std::max(*trial.error, largestError(outcome.image, m_references[i]));
  }
}

std::vector<std::size_t> ScheduleVerifier::finalists() const {
  std::vector<std::size_t> found;
  for (std::size_t i = 1; i < m_trials.size(); ++i) {
    const bool tooSlow = *m_trials[i].seconds > kTooSlow * *best().seconds;
    if (within(m_trials[i]) && !tooSlow) found.push_back(i);
  }
  std::ranges::sort(found, {}, [&](std::size_t i) { return *m_trials[i].seconds; });
  if (found.size() > kFinalists) found.resize(kFinalists);
  found.push_back(0);
  return found;
}

int ScheduleVerifier::rounds() const {
  double one = 0;
  for (const std::size_t i : finalists()) one += *m_trials[i].seconds;
  return static_cast<int>(std::clamp<double>(kSeconds / one, kFewestRounds, kMostRounds));
}

double ScheduleVerifier::comparedSweeps() const {
  double sweeps = 0;
  for (const std::size_t i : finalists()) sweeps += double(*m_trials[i].calls);
  return rounds() * sweeps;
}

Steps ScheduleVerifier::compareFastest() {
  const int rounds = this->rounds();
  const std::vector<std::size_t> finalists = this->finalists();
  std::vector<std::vector<double>> times(finalists.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t f = 0; f < finalists.size(); ++f) {
      ScheduleTrial& trial = m_trials[finalists[f]];
      Outcome outcome;
      const Tensor noise = m_request.noise.front();
      for (Steps p = decode(trial.knobs, noise, outcome); p.step();) co_yield {};
      times[f].push_back(outcome.seconds);
      trial.seconds = medianOf(times[f]);
      m_news = true;
    }
  }
  // A time that was taken once may be luck: what seems best now has its turns as well.
  std::set<std::size_t> compared(finalists.begin(), finalists.end());
  while (compared.insert(&best() - m_trials.data()).second) {
    const std::size_t index = &best() - m_trials.data();
    for (Steps p = compareOne(index, rounds); p.step();) co_yield {};
  }
}

Steps ScheduleVerifier::compareOne(std::size_t index, int rounds) {
  ScheduleTrial& trial = m_trials[index];
  for (Steps p = checkOthers(trial); p.step();) co_yield {};
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    Outcome outcome;
    const Tensor noise = m_request.noise.front();
    for (Steps p = decode(trial.knobs, noise, outcome); p.step();) co_yield {};
    times.push_back(outcome.seconds);
  }
  trial.seconds = medianOf(times);
  m_news = true;
}

const ScheduleTrial& ScheduleVerifier::best() const {
  const ScheduleTrial* best = &m_trials.front();
  for (const ScheduleTrial& trial : m_trials) {
    if (within(trial) && *trial.seconds < *best->seconds) best = &trial;
  }
  return *best;
}

}  // namespace jacobiscope
