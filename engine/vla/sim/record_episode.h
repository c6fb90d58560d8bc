// Lets the expert act and writes down what it sees and does.
#pragma once

#include <cstdint>

#include "engine/vla/sim/demonstrations.h"
#include "engine/vla/sim/observation.h"
#include "engine/vla/sim/task.h"

namespace jacobiscope {

// Steps after which an episode counts as failed: twice what the expert needs at most.
inline constexpr int kLongestEpisode = 60;

// The action with normal noise on its six movements, of standard deviation `noise` times the
// limit of a step; a number depends on seed and step only.
Action withNoise(const Action& action, double noise, std::uint64_t seed, std::int64_t step);

struct EpisodeResult {
  bool success = false;
  int steps = 0;
};

// One episode of `task` in the scene of the seed: the arm does what the expert says with noise
// (so that the data holds states off its path), and what the expert says without is recorded.
// Where data.planLength is not 0 the expert also goes on from each state so many steps without
// noise, and the world is put back: a recorded action makes up for the noise before it, which
// nobody can know beforehand; a plan has none. Behind the task's end a plan rests: no movement,
// the gripper as it was.
// A failed episode leaves `data` as it was.
EpisodeResult recordEpisode(World& world, Camera& camera, const Task& task, std::uint64_t seed,
                            double noise, Demonstrations& data);

}  // namespace jacobiscope
