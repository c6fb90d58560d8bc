#include "ui/views/speed_up.h"

namespace jacobiscope {

std::optional<double> speedUp(const RunRecord& run, const std::map<int, Baseline>& baselines) {
  const auto found = baselines.find(run.start.run);
  const bool done = run.finished && run.finished->outcome == Outcome::Done;
  if (found == baselines.end() || !done || run.start.warm) return std::nullopt;
  const double seconds = run.decodeSeconds();
  if (seconds <= 0 || found->second.seconds <= 0) return std::nullopt;
  return found->second.seconds / seconds;
}

}  // namespace jacobiscope
