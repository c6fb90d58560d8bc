// The chunks of a robot's run as stages: an upper bound beforehand, since nobody knows when an
// episode will succeed.
#pragma once

#include <vector>

#include "engine/core/sweep.h"
#include "engine/vla/knobs.h"

namespace jacobiscope {

class RunStages {
 public:
  // Throws UsageError for a number of episodes outside 1 to kMostEpisodes.
  RunStages(int episodes, const VlaSettings& settings);

  static constexpr int kMostEpisodes = 1000;

  // From stage `first` on all is planned anew: chunk `chunk` of `episode` is next, of which
  // `steps` steps are done.
  void replan(const VlaSettings& settings, int first, int episode, int chunk, int steps);
  // The stage of the first chunk of an episode, looked for from `from` on; size() where there
  // is none.
  int beginOf(int episode, int from) const;
  int size() const { return static_cast<int>(m_stages.size()); }

  Plan plan() const;
  std::size_t bytes() const { return m_stages.size() * sizeof(Stage); }

 private:
  struct Stage {
    int episode = 0, chunk = 0, tokens = 0;
  };

  int m_episodes;
  std::vector<Stage> m_stages;
};

}  // namespace jacobiscope
