#include "engine/vla/run_stages.h"

#include <string>

#include "engine/core/error.h"
#include "engine/vla/sim/action.h"

namespace jacobiscope {

RunStages::RunStages(int episodes, const VlaSettings& settings) : m_episodes(episodes) {
  if (episodes < 1 || episodes > kMostEpisodes) {
    throw UsageError("A run of " + std::to_string(episodes) + " episodes is outside 1 to " +
                         std::to_string(kMostEpisodes) + ".",
                     "Give another count.");
  }
  replan(settings, 0, 0, 0, 0);
}

void RunStages::replan(const VlaSettings& settings, int first, int episode, int chunk,
                       int steps) {
  m_stages.resize(static_cast<std::size_t>(first));
  const int tokens = settings.chunk * kActionSize;
  for (; episode < m_episodes; ++episode, chunk = steps = 0) {
    for (; steps < settings.steps; steps += settings.execute, ++chunk) {
      m_stages.push_back({episode, chunk, tokens});
    }
  }
}

int RunStages::beginOf(int episode, int from) const {
  while (from < size() && m_stages[from].episode < episode) ++from;
  return from;
}

Plan RunStages::plan() const {
  Plan plan;
  plan.acts = true;
  for (int s = 0; s < size(); ++s) {
    const Stage& stage = m_stages[s];
    const std::string chunk = "chunk " + std::to_string(stage.chunk + 1);
    plan.stages.push_back(m_episodes == 1 ? chunk
                                          : "episode " + std::to_string(stage.episode + 1) + ", " +
                                                chunk);
    plan.positions.push_back(stage.tokens);
    plan.windows.push_back({s, 0, stage.tokens, 0});
  }
  return plan;
}

}  // namespace jacobiscope
