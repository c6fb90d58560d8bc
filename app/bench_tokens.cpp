#include "app/bench_tokens.h"

#include <algorithm>

#include "app/bench.h"
#include "app/decode.h"
#include "engine/core/error.h"
#include "engine/core/median.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/t2i/t2i_tools.h"
#endif

namespace jacobiscope {

namespace {

// Whether the tokens of this mode must be the sequential ones of the same seed.
bool sameTokens(const BenchMode& mode) {
  const bool greedy = mode.knobs.contains("temperature") &&
                      numberAt(mode.knobs, "temperature") == 0;
  return greedy || mode.mode == "gumbel" || mode.mode == "sequential";
}

std::int64_t different(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) count += a[i] != b[i];
  return count;
}

void addClocks([[maybe_unused]] const Decoder& decoder, [[maybe_unused]] TokenTime& time) {
#ifdef JACOBISCOPE_WITH_TORCH
  if (const auto clocks = t2iClocks(decoder)) {
    time.passes = clocks->passes;
    time.rules = clocks->rules;
    time.facts = clocks->facts;
    time.picture = clocks->picture;
    time.rows = static_cast<double>(clocks->rows);
  }
#endif
}

}  // namespace

struct TokenBench::Candidate {
  TokenResult result;
  std::vector<double> times;
  double warmUp = 0;

  void add(const DecodeReport& report, const TokenTime& time) {
    times.push_back(report.seconds);
    result.calls += static_cast<double>(report.calls);
    result.time.passes += time.passes;
    result.time.rules += time.rules;
    result.time.facts += time.facts;
    result.time.picture += time.picture;
    result.time.rows += time.rows;
    result.time.all += report.seconds;
  }

  // Sums become means.
  TokenResult finish() {
    const auto n = static_cast<double>(times.size());
    TokenTime& t = result.time;
    for (double* sum :
         {&result.calls, &t.passes, &t.rules, &t.facts, &t.picture, &t.rows, &t.all}) {
      *sum /= n;
    }
    result.seeds = static_cast<int>(times.size());
    result.seconds = medianOf(times);
    return result;
  }
};

TokenBench::TokenBench(Family& model, Input input, TokenBenchPlan plan,
                       std::function<void(const std::string&)> say)
    : m_model(model),
      m_input(std::move(input)),
      m_plan(plan),
      m_say(std::move(say)),
      m_begin(Clock::now()) {}

double TokenBench::secondsLeft() const { return m_plan.budget - seconds(Clock::now() - m_begin); }

double TokenBench::decodeOnce(Candidate& candidate, int seed, bool warmUp) {
  Input input = m_input;
  input.seed += static_cast<std::uint64_t>(seed);
  input.count = candidate.result.batch;
  TokenTime time;
  const BenchMode& mode = candidate.result.mode;
  const auto swept = [&](const Decoder& decoder, const Sweep&, double) {
    addClocks(decoder, time);
  };
  const DecodeReport report = decode(m_model, mode.knobs, input, {.swept = swept});
  if (warmUp) return report.seconds;
  candidate.add(report, time);
  const auto& tokens = std::get<std::vector<std::int64_t>>(report.result.at("tokens").values);
  if (std::ssize(m_reference) == seed) m_reference.push_back(tokens);  // sequential comes first
  if (sameTokens(mode)) {
    std::optional<std::int64_t>& sum = candidate.result.tokensDiffer;
    sum = sum.value_or(0) + different(tokens, m_reference[static_cast<std::size_t>(seed)]);
  }
  return report.seconds;
}

std::vector<TokenResult> TokenBench::measure(const std::vector<BenchMode>& modes, int batch,
                                             double share) {
  const double until = secondsLeft() * (1 - share);  // what is to be left
  m_reference.clear();
  std::vector<Candidate> candidates;
  double round = 0;  // seconds that decoding once in every mode takes
  for (const BenchMode& mode : modes) {
    const double sequential = candidates.empty() ? 0 : candidates.front().warmUp;
    // No mode is assumed to be faster than sequential before it was seen, and everything that
    // was warmed up is to be run once more.
    if (sequential > 0 && round + 2 * sequential > secondsLeft() - until) {
      m_say("left out for lack of time: " + nameOf(mode) + ", batch " + std::to_string(batch));
      continue;
    }
    m_say("warming up " + nameOf(mode) + ", batch " + std::to_string(batch));
    Candidate candidate;
    candidate.result.mode = mode;
    candidate.result.batch = batch;
    candidate.warmUp = decodeOnce(candidate, 0, true);
    round += candidate.warmUp;
    candidates.push_back(std::move(candidate));
  }
  for (int seed = 0; seed < m_plan.seeds; ++seed) {
    if (seed > 0 && round > secondsLeft() - until) break;
    m_say("seed " + std::to_string(seed + 1) + ", batch " + std::to_string(batch));
    for (Candidate& candidate : candidates) decodeOnce(candidate, seed, false);
  }
  std::vector<TokenResult> results;
  for (Candidate& candidate : candidates) {
    results.push_back(candidate.finish());
    results.back().speedup = results.front().seconds / results.back().seconds;
  }
  return results;
}

}  // namespace jacobiscope
