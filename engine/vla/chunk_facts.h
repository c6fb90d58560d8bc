// A chunk of actions as the fact columns of engine/core/sweep.h ("The fact columns of action
// decoders").
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/geometry.h"
#include "engine/core/sweep.h"
#include "engine/vla/action_codec.h"
#include "engine/vla/chunk_solver.h"

namespace jacobiscope {

// What is known of a chunk's n tokens after a sweep of kind Prefill or Iterate.
struct ChunkThen {
  std::vector<std::int64_t> tokens;  // n
  std::vector<float> change;         // n: bins moved in this sweep; NaN where it is new
  std::vector<TokenState> state;     // n
  Pose start;                        // where the tool is told to be before the chunk
};

// After the prefix's own pass, and after one of the solver. `oneByOne`: the pass gave one token,
// with no draft to compare it with.
ChunkThen afterPrefix(const ChunkSolver& solver, const Pose& start);
ChunkThen afterPass(const ChunkSolver& solver, const ChunkPass& pass, bool oneByOne,
                    const Pose& start);

// Adds "token", "value", "change", "state" and "path", and the residual: the largest change, NaN
// where nothing was compared.
void addChunkFacts(Sweep& sweep, const ActionCodec& codec, const ChunkThen& chunk);

// Of the step that a sweep of kind World carried out: adds "path", "outcome" and "episode".
void addStepFacts(Sweep& sweep, const Pose& tool, double open, EpisodeState outcome, int episode);

}  // namespace jacobiscope
