#include "engine/train/chunk_run.h"

#include <algorithm>
#include <cmath>

#include "engine/core/clocks.h"
#include "engine/core/error.h"
#include "engine/core/fact_column.h"

namespace jacobiscope {

namespace {

constexpr std::size_t kPathColumns = 7;

template <typename T>
const std::vector<T>& factOf(const Sweep& sweep, const char* name) {
  const Column<T> found(sweep, name);
  if (found.values == nullptr || found.values->empty()) {
    throw Error(std::string("The decoder does not say the \"") + name + "\" of a chunk.");
  }
  return *found.values;
}

}  // namespace

std::optional<ChunkRun> runChunk(Decoder& decoder, RunUntil until,
                                 const std::atomic<bool>* cancel) {
  ChunkRun run;
  for (;;) {
    if (cancel != nullptr && *cancel) return {};
    const auto begin = Clock::now();
    const std::optional<Sweep> sweep = decoder.sweep();
    const double passed = seconds(Clock::now() - begin);
    if (!sweep) return {};
    run.stage = sweep->window.stage;
    run.calls += sweep->calls;
    if (cameraLooks(*sweep)) continue;
    if (sweep->kind == SweepKind::World) {
      ++run.steps;
      run.outcome = static_cast<EpisodeState>(factOf<std::int32_t>(*sweep, "outcome").front());
      if (until == RunUntil::Decoded || sweep->verdict == Verdict::Settled) return run;
      continue;
    }
    (sweep->kind == SweepKind::Prefill ? run.prefillSeconds : run.iterateSeconds) += passed;
    run.tokens = factOf<std::int32_t>(*sweep, "token");
    run.path = factOf<float>(*sweep, "path");
  }
}

double largestDistance(const std::vector<float>& a, const std::vector<float>& b, int steps) {
  const std::size_t most = std::min(a.size(), b.size()) / kPathColumns;
  double largest = 0;
  for (std::size_t step = 0; step < std::min(most, static_cast<std::size_t>(steps)); ++step) {
    double sum = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const double apart = double{a[step * kPathColumns + k]} - b[step * kPathColumns + k];
      sum += apart * apart;
    }
    largest = std::max(largest, std::sqrt(sum));
  }
  return largest;
}

}  // namespace jacobiscope
