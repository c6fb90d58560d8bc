// The second half of StageBench: which methods are tried on a block, and in which order.
#include <algorithm>
#include <limits>

#include "engine/core/median.h"
#include "engine/tarflow/stage_bench.h"

namespace jacobiscope {

namespace {

constexpr double kUnlimited = std::numeric_limits<double>::infinity();
constexpr double kPromising = 1.2;         // of the fastest: measured again
constexpr std::size_t kMostRepeated = 24;  // of a stage
constexpr int kMostSegments = 32;
// Measured again so often and so long.
constexpr int kFewestRounds = 2, kMostRounds = 10;
constexpr double kSeconds = 0.5;

BlockSchedule slidingWindow(int width, bool zeros) {
  return {Method::Sliding, 1, 0, zeros, width};
}

BlockSchedule plainJacobi(int cap, bool zeros) { return {Method::Jacobi, 1, cap, zeros, 1}; }

}  // namespace

// Tolerances around the bound, and the one that is set; in low precision first where that pays.
std::vector<StageBench::Rule> StageBench::rules() const {
  std::vector<double> tolerances = {numberAt(m_request.knobs, "tolerance")};
  for (const double share : {0.1, 0.3, 1.0, 3.0}) {
    tolerances.push_back(roundNumber(share * m_request.errorBound));
  }
  std::ranges::sort(tolerances);
  const auto same = [](double a, double b) { return b <= a * 1.05; };
  tolerances.erase(std::unique(tolerances.begin(), tolerances.end(), same), tolerances.end());
  std::vector<Rule> rules;
  for (const double tolerance : tolerances) rules.push_back({tolerance, false});
  if (m_flow.lowPrecisionPays) {
    for (const double share : {0.3, 1.0}) {
      rules.push_back({roundNumber(share * m_request.errorBound), true});
    }
  }
  return rules;
}

// One method; what is slower than sequential is of no use and left.
Steps StageBench::tryOne(int stage, BlockSchedule schedule, Rule rule) {
  for (const Timed& timed : m_trials) {
    const StageTrial& t = timed.trial;
    if (t.stage == stage && t.schedule == schedule && t.tolerance == rule.tolerance &&
        t.refine == rule.refine) {
      co_return;
    }
  }
  StageRun run;
  const Tensor z = m_truths[stage].z;
  const double most = sequentialSeconds(stage);
  for (Steps p = solve(stage, z, schedule, rule, most, run); p.step();) co_yield {};
  if (!rule.refine) addCaps(stage, schedule, rule, run);
  m_news = true;
  if (run.abandoned) co_return;
  m_trials.push_back({{stage, schedule, rule.tolerance, rule.refine, run.passes, run.seconds,
                       run.error},
                      {run.seconds}});
}

// Plain Jacobi that a cap ends is the same run, cut off: one run tells all caps.
void StageBench::addCaps(int stage, const BlockSchedule& schedule, Rule rule,
                         const StageRun& run) {
  if (schedule.method != Method::Jacobi) return;
  for (const CapPoint& point : run.curve) {
    const bool useful = point.error <= 10 * m_request.errorBound;
    if (!useful || point.passes >= run.passes) continue;
    m_trials.push_back({{stage, plainJacobi(point.passes, schedule.zeroGuess), rule.tolerance,
                         rule.refine, point.passes, point.seconds, point.error},
                        {point.seconds}});
  }
}

Steps StageBench::measureDecay(int stage, bool zeroGuess) {
  StageRun run;
  const Tensor z = m_truths[stage].z;
  const double most = 2 * sequentialSeconds(stage);
  const BlockSchedule jacobi = plainJacobi(kMostPasses, zeroGuess);
  for (Steps p = solve(stage, z, jacobi, {}, most, run); p.step();) {
    // Nothing is left to decay within float32.
    if (!run.curve.empty() && run.curve.back().error < 1e-6) break;
    co_yield {};
  }
  m_costs.decay[stage].clear();
  for (const CapPoint& point : run.curve) m_costs.decay[stage].push_back(point.error);
  m_news = true;
}

// The fastest methods of a stage so far under a rule.
std::vector<BlockSchedule> StageBench::fastest(int stage, Rule rule, std::size_t most) const {
  std::vector<const Timed*> found;
  for (const Timed& timed : m_trials) {
    const StageTrial& t = timed.trial;
    const bool capped = t.schedule.method == Method::Jacobi && t.schedule.cap < kMostPasses;
    if (t.stage == stage && t.tolerance == rule.tolerance && t.refine == rule.refine && !capped &&
        t.schedule.method != Method::Sequential) {
      found.push_back(&timed);
    }
  }
  std::ranges::sort(found, {}, [](const Timed* t) { return medianOf(t->times); });
  std::vector<BlockSchedule> schedules;
  for (const Timed* timed : found) {
    if (schedules.size() < most) schedules.push_back(timed->trial.schedule);
  }
  return schedules;
}

// The widths and segments next to what is fastest at the tolerance of the bound.
Steps StageBench::tryAround(int stage, bool zeroGuess, Rule rule) {
  const auto best = fastest(stage, {m_request.errorBound, false}, 3);
  for (const BlockSchedule& schedule : best) {
    std::vector<BlockSchedule> near = {schedule};
    if (schedule.method == Method::Sliding) {
      for (const int width : {schedule.width * 3 / 4, schedule.width * 3 / 2}) {
        if (width > 1 && width < tokens()) near.push_back(slidingWindow(width, zeroGuess));
      }
    }
    near.push_back(schedule);
    near.back().zeroGuess = !schedule.zeroGuess;
    for (const BlockSchedule& one : near) {
      for (Steps p = tryOne(stage, one, rule); p.step();) co_yield {};
    }
  }
}

// Whether no other of the stage is at least as exact and clearly faster.
bool StageBench::promising(const Timed& timed) const {
  if (timed.trial.error > 3 * m_request.errorBound) return false;
  return std::ranges::none_of(m_trials, [&](const Timed& other) {
    return other.trial.stage == timed.trial.stage && other.trial.error <= timed.trial.error &&
           kPromising * other.times.front() < timed.times.front();
  });
}

// What may end up in a schedule is timed some more times, in turns.
Steps StageBench::repeatPromising(int stage) {
  std::vector<std::size_t> again;
  for (std::size_t i = stages(); i < m_trials.size(); ++i) {  // after the sequential ones
    if (m_trials[i].trial.stage == stage && promising(m_trials[i])) again.push_back(i);
  }
  std::ranges::stable_sort(again, {}, [&](std::size_t i) { return m_trials[i].times.front(); });
  if (again.size() > kMostRepeated) again.resize(kMostRepeated);
  again.push_back(stage);  // sequential
  const Tensor z = m_truths[stage].z;
  double once = 0;
  for (const std::size_t i : again) once += m_trials[i].times.front();
  const double rounds = std::clamp<double>(kSeconds / once, kFewestRounds, kMostRounds);
  for (int round = 0; round < int(rounds); ++round) {
    for (const std::size_t i : again) {
      const StageTrial trial = m_trials[i].trial;
      const Rule rule = {trial.tolerance, trial.refine};
      StageRun run;
      for (Steps p = solve(stage, z, trial.schedule, rule, kUnlimited, run); p.step();) {
        co_yield {};
      }
      m_trials[i].times.push_back(run.seconds);
    }
  }
}

std::vector<BlockSchedule> StageBench::coarseMethods(bool zeros) const {
  std::vector<BlockSchedule> methods = {plainJacobi(kMostPasses, zeros)};
  for (int width = 2; width < tokens(); width *= 2) methods.push_back(slidingWindow(width, zeros));
  for (int count = 2; count <= std::min(kMostSegments, tokens() / 2); count *= 2) {
    methods.push_back({Method::Segments, count, kMostPasses, zeros, 1});
  }
  methods.push_back(plainJacobi(kMostPasses, !zeros));
  return methods;
}

Steps StageBench::tryStage(int stage) {
  const bool zeros = m_metrics[stage].igmZeros < m_metrics[stage].igmZ;
  const Rule atBound = {m_request.errorBound, false};
  const std::vector<BlockSchedule> coarse = coarseMethods(zeros);
  const std::vector<Rule> all = rules();
  // In thirds of a stage: the coarse methods, around the best, once more.
  const double third = 1.0 / (3 * stages());
  for (Steps p = measureDecay(stage, zeros); p.step();) co_yield {};
  for (const BlockSchedule& schedule : coarse) {
    for (Steps p = tryOne(stage, schedule, atBound); p.step();) co_yield {};
    m_tried += third / coarse.size();
  }
  for (const Rule& rule : all) {
    for (Steps p = tryAround(stage, zeros, rule); p.step();) co_yield {};
    m_tried += third / all.size();
  }
  for (Steps p = repeatPromising(stage); p.step();) co_yield {};
  m_tried += third;
}

Steps StageBench::tryMethods() {
  for (const int stage : m_order) {
    for (Steps p = tryStage(stage); p.step();) co_yield {};
    m_news = true;
  }
}

}  // namespace jacobiscope
