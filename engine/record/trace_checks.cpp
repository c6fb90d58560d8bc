#include "engine/record/trace_checks.h"

#include <algorithm>

#include "engine/record/trace_fields.h"

namespace jacobiscope::trace {
namespace {

constexpr int kMostStages = 1 << 16;
constexpr int kMostPositions = 1 << 18;  // of a stage
constexpr int kMostRows = 1 << 12;       // of a map: rows of the grid, steps of a chunk
constexpr int kMostFacts = 1 << 22;      // values of a column
// Views keep a mark per row and sweep.
constexpr std::int64_t kMostMarks = std::int64_t{1} << 26;

template <class T>
void within(const std::string& key, T value, T low, T high) {
  if (value < low || value > high) {
    refuse(key, "between " + std::to_string(low) + " and " + std::to_string(high));
  }
}

// A nameless entry of a list could never be found, and takes a hundred times its byte in a file.
template <class T>
void named(const std::string& key, const std::vector<T>& list, std::string T::* name) {
  for (const T& entry : list) {
    if ((entry.*name).empty()) refuse(key, "a list of what has names");
  }
}

void check(const Window& window) {
  within("stage", window.stage, 0, kMostStages);
  within("begin", window.begin, 0, kMostPositions);
  within("end", window.end, window.begin, kMostPositions);
  within("cap", window.cap, 0, std::numeric_limits<int>::max());
}

void check(const FactColumn& column) {
  within("first", column.first, 0, kMostPositions);
  const auto size =
      std::visit([](const auto& values) { return std::ssize(values); }, column.values);
  within<std::int64_t>(column.name, size, 0, kMostFacts);
}

void check(const ModelInfo& model) {
  within("positions", model.positions, 0, kMostPositions);
  within("gridRows", model.gridRows, 0, kMostRows);
  within("gridColumns", model.gridColumns, 0, kMostRows);
  within("gridRows * gridColumns", model.gridRows * model.gridColumns, 0, kMostPositions);
  within("chunk", model.chunk, 0, kMostRows);
  within<std::int64_t>("action", std::ssize(model.action), 0, kMostRows);
  within<std::int64_t>("chunk * action", model.chunk * std::ssize(model.action), 0, kMostPositions);
  within<std::int64_t>("stages", std::ssize(model.stages), 0, kMostStages);
  named("action", model.action, &ActionDimension::name);
  named("knobs", model.knobs, &Knob::key);
  named("presets", model.presets, &Preset::name);
  within("vocabulary", model.vocabulary, 0, std::numeric_limits<int>::max());
  within("channels", model.picture.channels, 0, kMostRows);
  within("height", model.picture.height, 0, kMostPositions);
  within("width", model.picture.width, 0, kMostPositions);
}

}  // namespace

void check(const Started& started) {
  check(started.plan);
  check(started.model);
  check(started.input.arrays);
  within("count", started.input.count, 1, 1 << 16);
  if (!started.parent) return;
  within("parent.run", started.parent->run, 0, std::numeric_limits<int>::max());
  within("parent.sweeps", started.parent->sweeps, std::int64_t{0},
         std::numeric_limits<std::int64_t>::max());
}

void check(const Plan& plan) {
  within<std::int64_t>("stages", std::ssize(plan.stages), 0, kMostStages);
  if (plan.positions.size() != plan.stages.size()) refuse("positions", "one number a stage");
  for (const int positions : plan.positions) within("positions", positions, 0, kMostPositions);
  for (const Window& window : plan.windows) check(window);
}

void check(const Arrays& arrays) {
  for (const auto& [name, array] : arrays) {
    const auto size =
        std::visit([](const auto& values) { return std::ssize(values); }, array.values);
    std::int64_t product = 1;
    for (const std::int64_t side : array.shape) {
      within(name + ".shape", side, std::int64_t{0}, std::int64_t{1} << 31);
      // Past the number of values it need not be exact any more, and never overflows so.
      product = std::min(product * side, size + 1);
    }
    if (product != size) refuse(name + ".values", "as many as the shape says");
  }
}

void check(const PlanChanged& changed, const RunRecord& run) {
  const std::int64_t before = run.planChanges.empty() ? 0 : run.planChanges.back().fromSweep;
  within("from", changed.fromSweep, before, std::int64_t{std::ssize(run.snapshots)});
  check(changed.plan);
}

void check(const Sweep& sweep, const RunRecord& run) {
  const std::int64_t next = std::ssize(run.snapshots);
  if (sweep.index != next) refuse("sweep", std::to_string(next) + ", the next one");
  if (run.ended()) refuse("sweep", "before the end of its run");
  const ModelInfo& model = run.start.model;
  const std::int64_t rows = std::max({1, model.gridRows, model.chunk});
  if (next >= kMostMarks / rows) refuse("sweep", "one of as many as can be shown");
  check(sweep.window);
  within("iteration", sweep.iteration, 0, std::numeric_limits<int>::max());
  within("frontier", sweep.frontier, 0, kMostPositions);
  within("calls", sweep.calls, 0, 1 << 24);
  named("facts", sweep.facts, &FactColumn::name);
  for (const FactColumn& column : sweep.facts) check(column);
}

void check(const Exactness& exactness) {
  within("exact", exactness.exact, 0, kMostPositions);
  if (exactness.error.name.empty()) refuse("error", "a column that has a name");
  check(exactness.error);
}

void check(const Exactness& exactness, const RunRecord& run) {
  within("sweep", exactness.sweep, std::int64_t{0}, std::int64_t{std::ssize(run.snapshots)} - 1);
  check(exactness);
}

void check(const Broke& broke, const RunRecord& run) {
  const BreakpointHit& hit = broke.hit;
  const std::int64_t before = run.breaks.empty() ? 0 : run.breaks.back().sweep;
  within("sweep", hit.sweep, before, std::int64_t{std::ssize(run.snapshots)} - 1);
  within("lastGood", hit.lastGood, std::int64_t{-1}, hit.sweep);
}

void check(const Finished& finished) {
  check(finished.result);
  within("sweeps", finished.sweeps, std::int64_t{0}, std::numeric_limits<std::int64_t>::max());
  within("calls", finished.calls, std::int64_t{0}, std::numeric_limits<std::int64_t>::max());
  std::int64_t next = 0;
  for (const auto& [from, knobs] : finished.timeline) {
    within("from", from, next, std::numeric_limits<std::int64_t>::max() - 1);
    next = from + 1;
  }
}

}  // namespace jacobiscope::trace
