// One chunk of action tokens by parallel fixed-point iteration: Jacobi decoding of a greedy
// autoregressive model (Santilli et al., arXiv 2305.10427; for action chunks PD-VLA, arXiv
// 2503.02310, and CEED-VLA, arXiv 2506.13725), with what those leave out: the settled prefix is
// frozen and its keys and values are kept, everything behind it is rolled back.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
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
  // Jacobi and Bounded: the pass over the prefix (picture and instruction) reads the drafts, too,
  // and is an iteration: a call of the network less. As published it gives token 0 alone.
  bool fold = true;
  // Whether the settled prefix leaves the window. Without, every pass is over the whole chunk, as
  // published; what comes out is the same.
  bool freeze = true;
  bool operator==(const ChunkSettings&) const = default;
};

// What a pass did to the tokens.
struct ChunkPass {
  int begin = 0;               // the first token this pass said anew
  int inputs = 0;              // width of the window: tokens it read
  std::vector<int> moved;      // of tokens begin, begin + 1, ...: by how many ids from the draft
  int frontier = 0;            // tokens [0, frontier) are what greedy decoding gives
  bool done = false;           // settled, or left early
  bool early = false;          // left early: tokens behind the frontier may differ from it
};

// Batch 1. Tokens are ids; the network answers with the ids given (ids of the PreparedLlama;
// empty: the whole vocabulary).
class ChunkSolver {
 public:
  // `prefix` gives what stands before the tokens, [1, R, d] as policyPrefix() does, and is called
  // by the first step(); `guess`: n tokens to begin from. Computes nothing yet.
  ChunkSolver(const PreparedLlama& llama, std::function<Tensor()> prefix,
              std::vector<std::int64_t> ids, const ChunkSettings& settings,
              std::vector<std::int64_t> guess);

  // One call of the network; the first is the pass over the prefix. Not to be called once done().
  ChunkPass step();

  const std::vector<std::int64_t>& tokens() const { return m_tokens; }  // n, as they stand
  int frontier() const { return m_frontier; }  // tokens [0, frontier) are final
  int calls() const { return m_calls; }
  int iterations() const { return m_iterations; }  // passes that read drafts
  bool done() const { return m_done; }
  // From the next pass on; a chunk that is done stays so.
  void set(const ChunkSettings& settings) { m_settings = settings; }

 private:
  int size() const { return static_cast<int>(m_tokens.size()); }
  Tensor drafts(int from, int to) const;                            // [1, to - from]
  std::vector<std::int64_t> likeliest(const Tensor& logits) const;  // [..., A] to ids
  ChunkPass begin();
  ChunkPass iterate();
  // `said` are what the network says of tokens begin, begin + 1, ..., having read `inputs` drafts
  // before the last of them.
  ChunkPass take(int begin, int inputs, const std::vector<std::int64_t>& said);
  bool exits(const ChunkPass& pass) const;

  PreparedLlama m_llama;
  std::function<Tensor()> m_prefix;
  std::vector<std::int64_t> m_ids;
  ChunkSettings m_settings;
  std::vector<std::int64_t> m_tokens;
  std::optional<LlamaPass> m_pass;
  int m_frontier = 0;
  int m_calls = 0, m_iterations = 0;
  bool m_done = false;
};

}  // namespace jacobiscope
