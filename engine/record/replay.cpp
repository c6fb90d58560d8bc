#include "engine/record/replay.h"

#include <algorithm>

#include "engine/record/branch_text.h"

namespace jacobiscope {

Replay replayOf(const RunRecord& run, std::int64_t sweeps) {
  Replay replay{run.start, {}};
  sweeps = std::min<std::int64_t>(sweeps, std::ssize(run.snapshots));
  std::shared_ptr<const KnobValues> last;
  for (std::int64_t sweep = 0; sweep < sweeps; ++sweep) {
    const auto& snapshot = run.snapshots[static_cast<std::size_t>(sweep)];
    const KnobValues& knobs = knobsAt(run, sweep);
    if (snapshot->knobs && (snapshot->knobs.get() == &knobs || *snapshot->knobs == knobs)) {
      replay.past.push_back(snapshot);
      continue;
    }
    if (!last || *last != knobs) last = std::make_shared<const KnobValues>(knobs);
    replay.past.push_back(std::make_shared<const Snapshot>(
        Snapshot{snapshot->run, snapshot->sweep, {}, last, snapshot->computeSeconds,
                 snapshot->captureSeconds}));
  }
  return replay;
}

}  // namespace jacobiscope
