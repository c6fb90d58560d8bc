#include "engine/record/replay.h"

#include <algorithm>

namespace jacobiscope {

Replay replayOf(const RunRecord& run, std::int64_t sweeps) {
  const auto count = std::clamp<std::int64_t>(sweeps, 0, std::ssize(run.snapshots));
  return {run.start, {run.snapshots.begin(), run.snapshots.begin() + count}};
}

}  // namespace jacobiscope
