// One chunk of action tokens by parallel fixed-point iteration: Jacobi decoding of a greedy
// autoregressive model (Santilli et al., arXiv 2305.10427; for action chunks PD-VLA, arXiv
// 2503.02310, and CEED-VLA, arXiv 2506.13725), with what those leave out: the settled prefix is
// frozen and its keys and values are kept, everything behind it is rolled back.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/vla/llama_pass.h"

namespace jacobiscope {

enum class ChunkRule {
  Autoregressive,  // one token a pass: window 1
  Jacobi,          // y[i + 1] = argmax p(. | prefix, x[0 ... i]) for all i at once, until x = y
  Bounded          // the same, until what still changes moves little: see exitBins
};

struct ChunkSettings {
  ChunkRule rule = ChunkRule::Jacobi;
  // Jacobi and Bounded: after so many passes the chunk is taken as it stands (CEED-VLA's early
  // exit, there 2 to 16); 0: never.
  int exit = 0;
  // Bounded: the pass after which every token that changed has moved at most so many bins is the
  // last one. 0 is Jacobi.
  int exitBins = 0;
  // Whether the settled prefix leaves the window. Without, every pass is over the whole chunk, as
  // published; what comes out is the same.
  bool freeze = true;
  bool operator==(const ChunkSettings&) const = default;
};

// What a pass did to the tokens [begin, n) behind the settled ones.
struct ChunkPass {
  int begin = 0;               // the first token this pass said anew
  int inputs = 0;              // width of the window: tokens it read
  std::vector<int> moved;      // of tokens begin, begin + 1, ...: by how many ids
  int frontier = 0;            // tokens [0, frontier) are what greedy decoding gives
  bool done = false;           // settled, or left early
  bool early = false;          // left early: tokens behind the frontier may differ from it
};

// Batch 1. Tokens are ids; the network answers with the ids given (ids of a PreparedLlama; empty:
// the whole vocabulary).
class ChunkSolver {
 public:
  // `pass` holds the prefix with nothing committed, and outlives the solver; `guess`: n tokens to
  // begin from, of which the first is replaced by what the prefix's own pass says: it is exact.
  // Throws UsageError where the pass has no room for n tokens.
  ChunkSolver(LlamaPass& pass, const std::vector<std::int64_t>& ids, const ChunkSettings& settings,
              std::vector<std::int64_t> guess);

  // One call of the network. Not to be called once done().
  ChunkPass step();

  const std::vector<std::int64_t>& tokens() const { return m_tokens; }  // n, as they stand
  int frontier() const { return m_frontier; }
  int passes() const { return m_passes; }
  bool done() const { return m_done; }
  // From the next pass on; a chunk that is done stays so.
  void set(const ChunkSettings& settings) { m_settings = settings; }

 private:
  int size() const { return static_cast<int>(m_tokens.size()); }
  std::vector<std::int64_t> likeliest(const Tensor& logits) const;  // [..., A] to ids
  bool exits(const ChunkPass& pass) const;

  LlamaPass& m_pass;
  std::vector<std::int64_t> m_ids;
  ChunkSettings m_settings;
  std::vector<std::int64_t> m_tokens;
  int m_frontier = 1;
  int m_passes = 0;
  bool m_done = false;
};

}  // namespace jacobiscope
