#include "engine/train/robot_figures.h"

#include <algorithm>

namespace jacobiscope {

RobotFigures figuresOf(const std::vector<EpisodeRecord>& episodes) {
  EpisodeRecord sum;
  std::int64_t right = 0;
  for (const EpisodeRecord& episode : episodes) {
    right += episode.success;
    sum.steps += episode.steps;
    sum.chunks += episode.chunks;
    sum.calls += episode.calls;
    sum.tokens += episode.tokens;
    sum.seconds += episode.seconds;
    sum.deviation += episode.deviation;
  }
  const auto chunks = static_cast<double>(std::max<std::int64_t>(1, sum.chunks));
  const auto perSecond = [&](std::int64_t count) {
    return sum.seconds > 0 ? static_cast<double>(count) / sum.seconds : 0;
  };
  RobotFigures figures;
  figures.success = wilsonShare(right, std::ssize(episodes));
  figures.tokensPerSecond = perSecond(sum.tokens);
  figures.callsPerChunk = static_cast<double>(sum.calls) / chunks;
  figures.controlHz = perSecond(sum.steps);
  figures.deviation = sum.deviation / chunks;
  return figures;
}

PairedDifference differenceOf(const std::vector<EpisodeRecord>& first,
                              const std::vector<EpisodeRecord>& second) {
  PairedCounts counts;
  for (std::size_t e = 0; e < std::min(first.size(), second.size()); ++e) {
    counts.add(first[e].success, second[e].success);
  }
  return pairedDifference(counts);
}

}  // namespace jacobiscope
