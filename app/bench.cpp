#include "app/bench.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/decode.h"
#include "app/interrupt.h"
#include "engine/core/median.h"
#include "engine/core/run.h"
#include "engine/record/recording.h"

namespace jacobiscope {

namespace {

// What counts as the same picture when a schedule is chosen (quality.md's budget).
constexpr double kSameResult = 1e-3;
constexpr int kMostTurns = 200;
constexpr std::size_t kPictureCap = std::size_t{512} << 20;

}  // namespace

std::string nameOf(const BenchMode& mode) {
  std::string name = mode.mode;
  if (mode.window > 0) name += ' ' + std::to_string(mode.window);
  return mode.preset.empty() || mode.preset == mode.mode ? name : name + " (" + mode.preset + ")";
}

double largestDifference(const Arrays& a, const Arrays& b) {
  constexpr double kUnequal = std::numeric_limits<double>::infinity();
  double largest = 0;
  for (const auto& [name, array] : a) {
    const auto other = b.find(name);
    const auto* left = std::get_if<std::vector<float>>(&array.values);
    if (left == nullptr) continue;
    const auto* right =
        other == b.end() ? nullptr : std::get_if<std::vector<float>>(&other->second.values);
    if (right == nullptr || right->size() != left->size()) return kUnequal;
    for (std::size_t i = 0; i < left->size(); ++i) {
      const double difference = std::abs(double{(*left)[i]} - (*right)[i]);
      if (std::isnan(difference)) return kUnequal;
      largest = std::max(largest, difference);
    }
  }
  return largest;
}

struct Bench::Candidate {
  BenchResult result;
  std::vector<double> times, passTimes;
  double warmUp = 0;

  void add(const DecodeReport& report, std::size_t stages) {
    times.push_back(report.seconds);
    passTimes.push_back(ofModel(report.stageSeconds, stages));
  }

  // The sum over the model's own stages: a last step such as denoising is no pass of theirs.
  template <class T>
  static T ofModel(const std::vector<T>& perStage, std::size_t stages) {
    T sum = 0;
    for (std::size_t i = 0; i < std::min(stages, perStage.size()); ++i) sum += perStage[i];
    return sum;
  }
};

// Seconds that running every candidate once takes.
double Bench::roundOf(const std::vector<Candidate>& candidates) {
  double round = 0;
  for (const Candidate& candidate : candidates) round += candidate.warmUp;
  return round;
}

Bench::Bench(Family& model, Input input, BenchPlan plan,
             std::function<void(const std::string&)> say)
    : m_model(model),
      m_input(std::move(input)),
      m_plan(plan),
      m_say(std::move(say)),
      m_begin(Clock::now()) {}

double Bench::secondsLeft() const {
  return m_plan.budget - seconds(Clock::now() - m_begin);
}

Input Bench::inputFor(int batch) const {
  Input input = m_input;
  input.count = batch;
  return input;
}

// One run of each mode: it fills caches, counts calls, measures the error, and its time
// tells how often the mode can be repeated.
void Bench::warmUp(std::vector<Candidate>& candidates, const std::vector<BenchMode>& modes,
                   int batch) {
  for (const BenchMode& mode : modes) {
    const double sequential = candidates.empty() ? 0 : candidates.front().warmUp;
    // No mode is assumed to be faster than sequential before it was seen, and everything
    // that was warmed up is to be run once more.
    if (sequential > 0 && roundOf(candidates) + 2 * sequential > secondsLeft()) {
      m_say("left out for lack of time: " + nameOf(mode) + ", batch " + std::to_string(batch));
      continue;
    }
    m_say("warming up " + nameOf(mode) + ", batch " + std::to_string(batch));
    DecodeReport report = decode(m_model, mode.knobs, inputFor(batch));
    Candidate candidate{{mode, batch}, {}, {}, report.seconds};
    candidate.result.calls = report.calls;
    candidate.result.passes =
        Candidate::ofModel(report.iterations, m_model.info().stages.size());
    if (candidates.empty()) {
      m_reference = std::move(report.result);
    } else {
      candidate.result.maxError = largestDifference(m_reference, report.result);
    }
    candidates.push_back(std::move(candidate));
  }
}

void Bench::keepBestSchedule(std::vector<Candidate>& candidates) const {
  const auto isSchedule = [](const Candidate& c) { return c.result.mode.mode == "gs-jacobi"; };
  const auto better = [](const Candidate& a, const Candidate& b) {
    const bool aSame = a.result.maxError <= kSameResult, bSame = b.result.maxError <= kSameResult;
    return aSame != bSame ? aSame : a.warmUp < b.warmUp;
  };
  const Candidate* best = nullptr;
  for (const Candidate& candidate : candidates) {
    if (isSchedule(candidate) && (best == nullptr || better(candidate, *best))) best = &candidate;
  }
  if (best == nullptr) return;
  const std::string kept = best->result.mode.preset;
  std::erase_if(candidates, [&](const Candidate& candidate) {
    return isSchedule(candidate) && candidate.result.mode.preset != kept;
  });
}

std::vector<BenchMode> Bench::refinedModes(const std::vector<Candidate>& candidates) const {
  std::vector<const Candidate*> parallel;
  for (std::size_t i = 1; i < candidates.size(); ++i) parallel.push_back(&candidates[i]);
  std::ranges::sort(parallel, {}, &Candidate::warmUp);
  std::vector<BenchMode> refined;
  for (std::size_t i = 0; i < std::min<std::size_t>(2, parallel.size()); ++i) {
    const BenchMode& mode = parallel[i]->result.mode;
    if (auto low = lowPrecisionFirst(m_model.info(), mode, m_plan.given)) refined.push_back(*low);
  }
  return refined;
}

std::vector<BenchResult> Bench::measure(const std::vector<BenchMode>& modes, int batch) {
  std::vector<Candidate> candidates;
  warmUp(candidates, modes, batch);
  if (!m_plan.all) keepBestSchedule(candidates);
  warmUp(candidates, refinedModes(candidates), batch);
  const double round = roundOf(candidates);
  for (int repetition = 0; repetition < m_plan.repetitions; ++repetition) {
    if (repetition > 0 && round > secondsLeft()) break;
    m_say("round " + std::to_string(repetition + 1) + ", batch " + std::to_string(batch));
    for (Candidate& candidate : candidates) {
      candidate.add(decode(m_model, candidate.result.mode.knobs, inputFor(batch)),
                    m_model.info().stages.size());
    }
  }
  std::vector<BenchResult> results;
  const double sequential = medianOf(candidates.front().times);
  for (Candidate& candidate : candidates) {
    BenchResult& result = candidate.result;
    result.repetitions = static_cast<int>(candidate.times.size());
    result.seconds = medianOf(candidate.times);
    result.passSeconds = medianOf(candidate.passTimes);
    result.speedup = sequential / result.seconds;
    results.push_back(std::move(result));
  }
  return results;
}

double Bench::watchedSeconds(const BenchMode& mode) {
  Recording recording;
  EventBox events({}, kPictureCap);
  const auto begin = Clock::now();
  Run::Options options{PictureClock(60), true};
  Run run(1, m_model.begin(mode.knobs, inputFor(1)), mode.knobs, false, options, events);
  run.announce(inputFor(1), m_model.info());
  while (run.sweep(false)) {
    throwIfInterrupted();
    for (const Event& event : events.drain()) recording.add(event);
  }
  events.publish(run.finish(Outcome::Done));
  for (const Event& event : events.drain()) recording.add(event);
  return seconds(Clock::now() - begin);
}

Bench::Watching Bench::costOfWatching(const BenchMode& mode) {
  m_say("cost of watching " + nameOf(mode));
  std::vector<double> plain, watched;
  watchedSeconds(mode);
  // A difference of a few percent needs more turns than a ratio of modes, and short
  // decodes many more.
  const double before = secondsLeft();
  for (int turn = 0; turn < kMostTurns; ++turn) {
    plain.push_back(decode(m_model, mode.knobs, inputFor(1)).seconds);
    watched.push_back(watchedSeconds(mode));
    const bool enough = turn + 1 >= 3 * m_plan.repetitions && before - secondsLeft() > 3;
    if (enough || 2 * (plain.back() + watched.back()) > secondsLeft()) break;
  }
  return {medianOf(plain), medianOf(watched)};
}

}  // namespace jacobiscope
