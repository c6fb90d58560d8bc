// How a chunk begins, whoever carries it out: what is guessed, and the pass over what is seen.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/vla/chunk_solver.h"
#include "engine/vla/knobs.h"
#include "engine/vla/loaded_vla.h"

namespace jacobiscope {

// The chunk before within an episode.
struct ChunkBefore {
  std::vector<std::int64_t> tokens;  // empty: there is none
  int executed = 0;                  // steps of it that were carried out
};

// `count` action tokens, each as likely as the next, that follow from the seed and the number of
// a stream: those behind the first `skipped` of it.
std::vector<std::int64_t> randomActionTokens(const PolicyConfig& config, std::uint64_t seed,
                                             std::uint32_t stream, std::size_t skipped,
                                             std::size_t count);

// With a warm start the steps that were not carried out, then the last one again and again; at
// an episode's beginning, and where it is not wanted, random action tokens that follow from the
// episode's seed and the chunk's number in it. chunk * kActionSize tokens.
std::vector<std::int64_t> chunkGuess(const LoadedVla& model, const VlaSettings& settings,
                                     const ChunkBefore& before, std::uint64_t seed, int number);

// Computes nothing yet: the solver's first step runs the network over what is seen. `state` and
// `text` as in LoadedVla::prefix(). `model` and `brain` outlive the solver.
std::unique_ptr<ChunkSolver> startChunk(const LoadedVla& model, VlaBrain& brain,
                                        const VlaSettings& settings, CameraPicture picture,
                                        std::span<const float> state,
                                        const std::vector<std::int64_t>& text,
                                        std::vector<std::int64_t> guess);

}  // namespace jacobiscope
