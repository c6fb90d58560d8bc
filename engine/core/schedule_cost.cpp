#include "engine/core/schedule_cost.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace jacobiscope {

namespace {

// A curve through known points, linear between them.
using Curve = std::map<double, double>;

std::optional<double> within(const Curve& curve, double at) {
  const auto above = curve.lower_bound(at);
  if (above == curve.end()) return {};
  if (above->first == at || above == curve.begin()) {
    return above->first == at ? std::optional(above->second) : std::nullopt;
  }
  const auto below = std::prev(above);
  const double share = (at - below->first) / (above->first - below->first);
  return below->second + share * (above->second - below->second);
}

// Level before the first point; behind the last, on along the last piece.
double beyond(const Curve& curve, double at) {
  if (const auto inside = within(curve, at)) return *inside;
  if (at < curve.begin()->first || curve.size() == 1) {
    return at < curve.begin()->first ? curve.begin()->second : curve.rbegin()->second;
  }
  const auto last = std::prev(curve.end()), before = std::prev(last);
  const double slope = (last->second - before->second) / (last->first - before->first);
  return last->second + slope * (at - last->first);
}

}  // namespace

std::optional<double> passSeconds(const std::vector<PassTime>& passes, int prefix, double width) {
  std::map<int, Curve> byPrefix;
  for (const PassTime& pass : passes) byPrefix[pass.prefix][pass.width] = pass.seconds;
  if (byPrefix.empty()) return {};
  const auto above = byPrefix.lower_bound(prefix);
  if (above == byPrefix.end()) return beyond(byPrefix.rbegin()->second, width);
  if (above->first == prefix || above == byPrefix.begin()) return beyond(above->second, width);
  const auto below = std::prev(above);
  const double share = double(prefix - below->first) / (above->first - below->first);
  return (1 - share) * beyond(below->second, width) + share * beyond(above->second, width);
}

namespace {

// What a method does, whatever fields it does not look at say.
bool same(const BlockSchedule& a, const BlockSchedule& b) {
  if (a.method != b.method) return false;
  if (a.method == Method::Sequential) return true;
  if (a.zeroGuess != b.zeroGuess) return false;
  if (a.method == Method::Sliding) return a.width == b.width;
  return a.cap == b.cap && (a.method == Method::Jacobi || a.segments == b.segments);
}

bool sameTolerance(double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(a, b); }

// The trials of one stage at one tolerance, as curves.
class StageCurves {
 public:
  StageCurves(const ScheduleCosts& costs, int stage, double tolerance, bool refine, int positions,
              bool zeroGuess)
      : m_passTimes(costs.passes), m_positions(positions) {
    // The sequential trial holds for every tolerance.
    add(m_settle, m_settleError, 0, 1, 0);
    add(m_slide, m_slideError, 0, std::log(positions - 1.0), 0);
    for (const bool sameGuess : {false, true}) {  // the same guess has the last word
      for (const StageTrial& trial : costs.trials) {
        const bool fits = trial.stage == stage && trial.refine == refine &&
                          sameTolerance(trial.tolerance, tolerance);
        if (fits && (trial.schedule.zeroGuess == zeroGuess) == sameGuess) add(trial);
      }
    }
  }

  std::optional<StageEstimate> segments(int count, int cap) const {
    const double length = double(m_positions) / count;
    const auto settle = within(m_settle, std::log(length));
    if (!settle || m_passTimes.empty()) return {};
    const double passes = std::max(1.0, cap > 0 ? std::min<double>(*settle, cap) : *settle);
    StageEstimate estimate;
    double inSegment = 0;
    for (int s = 0; s < count; ++s) {
      for (int k = 0; k < static_cast<int>(std::ceil(passes)); ++k) {
        const double gone = k / passes * length;
        const double share = std::min(1.0, passes - k);
        inSegment += share * *passSeconds(m_passTimes, int(s * length + gone), length - gone);
      }
    }
    estimate.seconds = inSegment;
    estimate.passes = std::llround(passes * count);
    if (passes >= *settle) estimate.error = errorNear(m_settleError, std::log(length));
    return estimate;
  }

  std::optional<StageEstimate> sliding(int width) const {
    const double at = std::log(std::min(width, m_positions));
    const auto logPasses = within(m_slide, at);
    if (!logPasses || m_passTimes.empty()) return {};
    StageEstimate estimate;
    estimate.passes = std::llround(std::max(1.0, std::exp(*logPasses)));
    const double advance = double(m_positions - 1) / estimate.passes;
    for (std::int64_t k = 0; k < estimate.passes; ++k) {
      const double prefix = k * advance;
      const double span = std::min<double>(width, m_positions - 1 - prefix);
      estimate.seconds += *passSeconds(m_passTimes, int(prefix), span);
    }
    estimate.error = errorNear(m_slideError, at);
    return estimate;
  }

 private:
  static void add(Curve& curve, Curve& errors, double at, double value, double error) {
    curve[at] = value;
    errors[at] = error;
  }

  void add(const StageTrial& trial) {
    const BlockSchedule& s = trial.schedule;
    // Costs may come from another machine: what cannot be is passed over.
    if (trial.passes < 1 || trial.passes > kMostPasses || s.width < 1 || s.segments < 1) return;
    const double all = std::log(m_positions);
    if (s.method == Method::Sliding) {
      add(m_slide, m_slideError, std::log(s.width), std::log(trial.passes), trial.error);
    }
    if (s.method == Method::Jacobi && (s.cap <= 0 || trial.passes < s.cap)) {
      add(m_settle, m_settleError, all, trial.passes, trial.error);
      add(m_slide, m_slideError, all, std::log(trial.passes), trial.error);
    }
    const double each = double(trial.passes) / s.segments;
    if (s.method == Method::Segments && (s.cap <= 0 || each < s.cap)) {
      add(m_settle, m_settleError, std::log(double(m_positions) / s.segments), each, trial.error);
    }
  }

  static double errorNear(const Curve& errors, double at) {
    const auto above = errors.lower_bound(at);
    if (above == errors.end()) return errors.rbegin()->second;
    const double here = above->second;
    return above->first == at || above == errors.begin() ? here
                                                         : std::max(here, std::prev(above)->second);
  }

  const std::vector<PassTime>& m_passTimes;
  const int m_positions;
  Curve m_settle, m_settleError;  // log of a segment's length -> passes, error
  Curve m_slide, m_slideError;    // log of the window's width -> log of passes, error
};

// Plain Jacobi that a cap ends: its error is known after every pass.
void readDecay(const ScheduleCosts& costs, int stage, const BlockSchedule& schedule,
               StageEstimate& estimate) {
  if (schedule.method != Method::Jacobi || estimate.error || schedule.cap <= 0) return;
  if (stage >= static_cast<int>(costs.decay.size())) return;
  const std::vector<double>& decay = costs.decay[stage];
  if (schedule.cap <= static_cast<int>(decay.size())) estimate.error = decay[schedule.cap - 1];
}

}  // namespace

std::optional<StageEstimate> estimateStage(const ScheduleCosts& costs, int stage,
                                           const BlockSchedule& schedule, double tolerance,
                                           bool refine, int positions) {
  const bool sequential = schedule.method == Method::Sequential;
  for (const StageTrial& trial : costs.trials) {
    const bool sameRule = trial.refine == refine && sameTolerance(trial.tolerance, tolerance);
    if (trial.stage == stage && same(trial.schedule, schedule) && (sequential || sameRule)) {
      return StageEstimate{trial.seconds, trial.passes, trial.error, true};
    }
  }
  if (positions < 2) return {};
  const StageCurves curves(costs, stage, tolerance, refine, positions, schedule.zeroGuess);
  std::optional<StageEstimate> estimate;
  if (sequential) estimate = curves.sliding(1);
  else if (schedule.method == Method::Sliding) estimate = curves.sliding(schedule.width);
  else if (schedule.method == Method::Jacobi) estimate = curves.segments(1, schedule.cap);
  else estimate = curves.segments(schedule.segments, schedule.cap);
  if (estimate) readDecay(costs, stage, schedule, *estimate);
  return estimate;
}

std::optional<ScheduleEstimate> estimate(const ScheduleCosts& costs, int stages, int positions,
                                         const KnobValues& knobs) {
  if (costs.batch == 0) return {};
  for (const auto& [key, value] : costs.conditions) {
    const auto found = knobs.find(key);
    if (found == knobs.end() || found->second != value) return {};
  }
  const std::vector<BlockSchedule> schedule = readSchedule(knobs, stages, positions);
  ScheduleEstimate sum;
  sum.error = 0;
  for (int stage = 0; stage < stages; ++stage) {
    const auto one = estimateStage(costs, stage, schedule[stage], numberAt(knobs, "tolerance"),
                                   toggleAt(knobs, "refine"), positions);
    if (!one) return {};
    sum.seconds += one->seconds;
    sum.calls += one->passes;
    const bool amplified = stage < static_cast<int>(costs.amplification.size());
    if (!one->error || (!amplified && *one->error > 0)) sum.error.reset();
    if (sum.error && *one->error > 0) *sum.error += *one->error * costs.amplification[stage];
    sum.stages.push_back(*one);
  }
  return sum;
}

}  // namespace jacobiscope
