// What a robot's run leaves behind, as arrays.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/array.h"
#include "engine/core/sweep.h"

namespace jacobiscope {

struct EpisodeLog {
  std::uint64_t seed = 0;
  std::int64_t start = 0;  // its first step within the run
  int steps = 0;
  EpisodeState state = EpisodeState::Running;
  bool judged = false;  // there was a task that could succeed
};

struct RunLog {
  struct Chunk {
    std::vector<std::int64_t> tokens;  // as they were carried out
    int calls = 0;
  };

  std::vector<EpisodeLog> episodes;
  std::vector<Chunk> chunks;
  std::vector<float> states, actions;  // [T, 7] each, see arrays()

  std::int64_t steps() const;
  std::size_t bytes() const;
  void addStep(std::span<const float> state, std::span<const float> action);
  // The last ones, of an episode that still runs.
  void dropSteps(int count);

  // Of C chunks, T steps and E episodes:
  //   "tokens" [C, n] int64, filled up with -1 where the knob `chunk` was changed
  //   "chunk_passes" [C] int64: calls of the network
  //   "actions" [T, 7] float: what was carried out, metres and radians
  //   "states" [T, 7] float: proprioception before it
  //   "episode_starts" [E] int64: the first step of each
  //   "success" [E] int64: 1 or 0; -1 where the instruction says no task to be judged
  //   "seeds" [E] int64
  Arrays arrays() const;
};

}  // namespace jacobiscope
