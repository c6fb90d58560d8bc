// Jacobi iteration of many chunks at once (Santilli et al., arXiv 2305.10427), as training and its
// figures need it: what ChunkSolver does for one, over whole chunks and with every iterate kept.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/vla/action_codec.h"
#include "engine/vla/llama_pass.h"
#include "engine/vla/policy.h"

namespace jacobiscope {

struct JacobiPath {
  // [K, n] int64 on the CPU: the guess, what each call makes of it, and last the fixed point,
  // which is what greedy decoding gives. No two neighbours are alike.
  Tensor iterates;
  int calls = 0;  // of the network, until it is known that nothing changes any more

  Tensor settled() const { return iterates[-1]; }                     // [n]
  Tensor after(int calls) const;                                      // [n]
};

// guesses [B, n >= 2] int64, of tokens to begin from; the first call reads them together with the
// prefix. ids: what the network answers with (those of the PreparedLlama; empty: all).
std::vector<JacobiPath> jacobiPaths(const PreparedLlama& llama,
                                    const std::vector<std::int64_t>& ids, const Tensor& prefix,
                                    const Tensor& mask, const Tensor& guesses);

// A chunk of action tokens, each as likely: number `start` of those for number `sample`, [n]
// int64. The same whatever else is drawn.
Tensor randomChunk(const PolicyConfig& config, std::uint64_t seed, std::int64_t sample,
                   std::int64_t start = 0);

// How quickly chunks settle.
struct JacobiFigures {
  static constexpr int kExits = 3;
  double calls = 0;  // mean, until settled
  // Left after 1, 2, 3 calls: share of tokens that are as in the end, and how far x, y and z are
  // from there on average, in mm.
  std::array<double, kExits> right{}, off{};
};
JacobiFigures jacobiFigures(std::span<const JacobiPath> paths, const ActionCodec& codec);

}  // namespace jacobiscope
