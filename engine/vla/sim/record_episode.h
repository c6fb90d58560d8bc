// Lets the expert or somebody else act, and writes down what is seen and what the expert does.
#pragma once

#include <cstdint>
#include <functional>

#include "engine/vla/sim/demonstrations.h"
#include "engine/vla/sim/observation.h"
#include "engine/vla/sim/task.h"

namespace jacobiscope {

// Steps after which an episode counts as failed: twice what the expert needs at most.
inline constexpr int kLongestEpisode = 60;

// The action with normal noise on its six movements, of standard deviation `noise` times the
// limit of a step; a number depends on seed and step only.
Action withNoise(const Action& action, double noise, std::uint64_t seed, std::int64_t step);

// Who acts: what the arm is to do at a step, told what is seen there (with the instruction) and
// what the expert would do.
using Actor = std::function<Action(const Observation& seen, const Action& expert, int step)>;

// The expert with noise, see withNoise().
Actor noisyExpert(double noise, std::uint64_t seed);

struct EpisodeResult {
  bool success = false;
  int steps = 0;
};

enum class KeepEpisodes {
  Successful,  // a failed episode leaves the data as it was
  All          // its steps up to the end or the fall of a cube stay: the expert labelled them
};

// One episode of `task` in the scene of the seed: the arm does what the actor says, and what the
// expert would do at each state that is so reached is recorded (aggregation: Ross et al., "A
// Reduction of Imitation Learning and Structured Prediction to No-Regret Online Learning",
// arXiv 1011.0686).
// Where data.planLength is not 0 the expert also goes on from each state so many steps without
// noise, and the world is put back: a recorded action makes up for the noise before it, which
// nobody can know beforehand; a plan has none. Behind the task's end a plan rests: no movement,
// the gripper as it was.
EpisodeResult recordEpisode(World& world, Camera& camera, const Task& task, std::uint64_t seed,
                            const Actor& actor, KeepEpisodes keep, Demonstrations& data);
// The expert acts with noise (so that the data holds states off its path); failed episodes are
// not kept.
EpisodeResult recordEpisode(World& world, Camera& camera, const Task& task, std::uint64_t seed,
                            double noise, Demonstrations& data);

}  // namespace jacobiscope
