#include "engine/record/compare_align.h"

#include <algorithm>

namespace jacobiscope {

namespace {

// Sweeps on record: a gap ends what can be looked at. Looks through all of them.
std::int64_t sweepsOf(const RunRecord& run) {
  const auto gap = std::ranges::find(run.snapshots, nullptr);
  return gap - run.snapshots.begin();
}

int stageOf(const RunRecord& run, std::int64_t sweep) {
  return run.snapshots[sweep]->sweep.window.stage;
}

std::int64_t callsAt(const RunRecord& run, std::int64_t sweep) {
  std::int64_t calls = 0;
  for (std::int64_t i = 0; i <= sweep; ++i) calls += run.snapshots[i]->sweep.calls;
  return calls;
}

std::int64_t lastWithin(const RunRecord& run, std::int64_t calls) {
  std::int64_t spent = 0, last = -1;
  const std::int64_t end = sweepsOf(run);
  for (std::int64_t i = 0; i < end; ++i) {
    spent += run.snapshots[i]->sweep.calls;
    if (spent > calls) break;
    last = i;
  }
  return last;
}

std::int64_t lastWithin(const RunRecord& run, double seconds) {
  std::int64_t last = -1;
  const std::int64_t end = sweepsOf(run);
  for (std::int64_t i = 0; i < end; ++i)
    if (run.snapshots[i]->computeSeconds <= seconds) last = i;
  return last;
}

std::int64_t sameOfStage(const RunRecord& a, std::int64_t sweep, const RunRecord& b) {
  const int stage = stageOf(a, sweep);
  const Sweep& facts = a.snapshots[sweep]->sweep;
  // A stage is over where the next one began, and where the run ended.
  const bool next = sweep + 1 < sweepsOf(a) && stageOf(a, sweep + 1) != stage;
  const bool ends = next || (sweep + 1 == sweepsOf(a) && a.ended()) ||
                    endsStage(a.planAt(sweep), facts);
  std::int64_t last = -1;
  const std::int64_t end = sweepsOf(b);
  for (std::int64_t i = 0; i < end && stageOf(b, i) <= stage; ++i) {
    if (!ends && stageOf(b, i) == stage && b.snapshots[i]->sweep.iteration > facts.iteration &&
        last >= 0 && stageOf(b, last) == stage)
      break;
    last = i;
  }
  return last;
}

}  // namespace

const std::vector<AlignmentName>& alignmentNames() {
  static const std::vector<AlignmentName> names = {
      {Alignment::Stage, "stage", "stage and iteration"},
      {Alignment::Iteration, "iteration", "iteration of the run"},
      {Alignment::Calls, "calls", "model calls"},
      {Alignment::Seconds, "seconds", "seconds"}};
  return names;
}

std::int64_t alignedSweep(const RunRecord& a, std::int64_t sweep, const RunRecord& b,
                          Alignment alignment) {
  sweep = std::min(sweep, sweepsOf(a) - 1);
  if (sweep < 0) return -1;
  switch (alignment) {
    case Alignment::Stage: return sameOfStage(a, sweep, b);
    case Alignment::Iteration: return std::min(sweep, sweepsOf(b) - 1);
    case Alignment::Calls: return lastWithin(b, callsAt(a, sweep));
    case Alignment::Seconds: return lastWithin(b, a.snapshots[sweep]->computeSeconds);
  }
  return -1;
}

bool shareTimeAxis(const RunRecord& a, const RunRecord& b) {
  // A parent of another file has no number, and need not be that of the other branch.
  const auto rootOf = [](const RunRecord& run) {
    const auto& parent = run.start.parent;
    return parent && parent->run > 0 ? parent->run : run.start.run;
  };
  return rootOf(a) == rootOf(b);
}

}  // namespace jacobiscope
