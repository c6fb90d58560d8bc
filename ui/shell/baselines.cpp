#include "ui/shell/baselines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "engine/core/sequential_knobs.h"

namespace jacobiscope {

namespace {

// Knobs that choose how the triangular systems are solved, not which: with enough sweeps
// every setting of these has the same answer or, where tokens are drawn, answers of the same
// distribution. (An early exit is one with too few sweeps, as a cap is.)
constexpr std::array<std::string_view, 16> kSolverKnobs = {
    "mode",   "decoder", "segments", "cap",   "guess", "window",    "tolerance", "remedy",
    "refine", "draft",   "delay",    "exit",  "exit.bins", "fold",  "freeze",    "warm_start"};

KnobValues problemOf(const KnobValues& knobs) {
  KnobValues kept;
  for (const auto& [key, value] : knobs) {
    if (changesAnswer(key)) kept.emplace(key, value);
  }
  return kept;
}

// The knobs of the problem when they held from the first sweep to the last.
std::optional<KnobValues> constantProblem(const RunRecord& run) {
  const KnobValues problem = problemOf(run.start.knobs);
  if (run.finished) {
    for (const auto& [sweep, knobs] : run.finished->timeline) {
      if (problemOf(knobs) != problem) return std::nullopt;
    }
  }
  return problem;
}

bool done(const RunRecord& run) { return run.finished && run.finished->outcome == Outcome::Done; }

// Of as many chunks as the run has decoded, where a robot acts: episodes last as long as they
// take.
double secondsFor(const RunRecord& run, const RunRecord& sequential) {
  const double seconds = sequential.decodeSeconds();
  if (!run.start.plan.acts) return seconds;
  const std::int64_t stages = sequential.stages();
  return stages > 0 ? seconds * double(run.stages()) / double(stages) : 0;
}

std::string originOf(int run, const std::map<int, std::string>& origins) {
  const auto found = origins.find(run);
  return found == origins.end() ? std::string() : found->second;
}

const RunRecord* bestBaseline(const RunRecord& run, const Recording& recording,
                              const std::map<int, std::string>& origins) {
  const std::string origin = originOf(run.start.run, origins);
  const RunRecord* best = nullptr;
  for (const auto& [id, candidate] : recording.runs()) {
    if (id == run.start.run || !isSequential(candidate) || !comparable(run, candidate)) continue;
    if (originOf(id, origins) != origin) continue;
    if (!best || sameInput(run, candidate) || !sameInput(run, *best)) best = &candidate;
  }
  return best;
}

}  // namespace

bool changesAnswer(const std::string& key) {
  return std::find(kSolverKnobs.begin(), kSolverKnobs.end(), key) == kSolverKnobs.end();
}

bool isSequential(const RunRecord& run) {
  // A branch repeats its parent's beginning: its times are not all its own.
  if (!done(run) || run.start.warm || run.start.parent) return false;
  if (!decodesSequentially(run.start.knobs)) return false;
  return std::all_of(run.finished->timeline.begin(), run.finished->timeline.end(),
                     [](const auto& entry) { return decodesSequentially(entry.second); });
}

bool comparable(const RunRecord& run, const RunRecord& sequential) {
  const ModelInfo& a = run.start.model;
  const ModelInfo& b = sequential.start.model;
  if (a.family != b.family || a.hash != b.hash || a.device != b.device || a.dtype != b.dtype ||
      a.threads != b.threads) {
    return false;
  }
  if (run.start.input.count != sequential.start.input.count) return false;
  const auto problem = constantProblem(run);
  return problem && problem == constantProblem(sequential);
}

bool sameInput(const RunRecord& run, const RunRecord& sequential) {
  const Input& a = run.start.input;
  const Input& b = sequential.start.input;
  if (a.arrays != b.arrays) return false;
  // Noise that was given makes the seed idle.
  const bool sameNoise = a.arrays.contains("noise") || a.seed == b.seed;
  return sameNoise && a.label == b.label && a.prompt == b.prompt && a.count == b.count;
}

std::optional<double> maxDifference(const Arrays& a, const Arrays& b) {
  std::optional<double> largest;
  for (const auto& [name, array] : a) {
    const auto other = b.find(name);
    if (other == b.end() || other->second.shape != array.shape) continue;
    const auto* left = std::get_if<std::vector<float>>(&array.values);
    const auto* right = std::get_if<std::vector<float>>(&other->second.values);
    if (!left || !right || left->size() != right->size()) continue;
    double most = largest.value_or(0);
    for (std::size_t i = 0; i < left->size(); ++i) {
      const double difference = std::abs(double((*left)[i]) - double((*right)[i]));
      // An overflow is the largest difference there is, not one to skip.
      if (std::isnan(difference)) return difference;
      most = std::max(most, difference);
    }
    largest = most;
  }
  return largest;
}

std::optional<TokenDifference> tokenDifference(const Arrays& a, const Arrays& b) {
  const auto one = a.find("tokens"), other = b.find("tokens");
  if (one == a.end() || other == b.end() || one->second.shape != other->second.shape) {
    return std::nullopt;
  }
  const auto* left = std::get_if<std::vector<std::int64_t>>(&one->second.values);
  const auto* right = std::get_if<std::vector<std::int64_t>>(&other->second.values);
  if (!left || !right || left->size() != right->size()) return std::nullopt;
  TokenDifference difference{0, std::ssize(*left)};
  for (std::size_t i = 0; i < left->size(); ++i) difference.differ += (*left)[i] != (*right)[i];
  return difference;
}

std::map<int, Baseline> findBaselines(const Recording& recording,
                                      const std::map<int, std::string>& origins) {
  std::map<int, Baseline> found;
  for (const auto& [id, run] : recording.runs()) {
    if (!done(run)) continue;
    const RunRecord* sequential =
        isSequential(run) ? nullptr : bestBaseline(run, recording, origins);
    if (!sequential) continue;
    Baseline baseline;
    baseline.run = sequential->start.run;
    baseline.seconds = run.start.warm ? 0 : secondsFor(run, *sequential);
    baseline.calls = sequential->finished->calls;
    if (sameInput(run, *sequential)) {
      baseline.maxError = maxDifference(run.finished->result, sequential->finished->result);
      baseline.tokens = tokenDifference(run.finished->result, sequential->finished->result);
    }
    found.emplace(id, baseline);
  }
  return found;
}

}  // namespace jacobiscope
