// Times the decoders of a model of tokens against each other. How many calls one needs varies
// with the seed: every mode decodes the same seeds, in turns.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/bench_modes.h"
#include "engine/core/clocks.h"

namespace jacobiscope {

// Where the time of a decode goes, in seconds.
struct TokenTime {
  double passes = 0, rules = 0, facts = 0, picture = 0;
  double all = 0;   // reading the prompt among it
  double rows = 0;  // of the network, in all passes
};

struct TokenResult {
  BenchMode mode;
  int batch = 1;
  int seeds = 0;
  double calls = 0;    // mean over the seeds
  double seconds = 0;  // median over the seeds
  double speedup = 0;  // median of sequential over this median
  // Tokens of all seeds that differ from the sequential ones; nothing for rules that draw anew
  // at every pass, whose samples need not be the same.
  std::optional<std::int64_t> tokensDiffer;
  TokenTime time;  // means over the seeds
};

struct TokenBenchPlan {
  int seeds = 8;
  double budget = 220;  // seconds for everything; modes that do not fit are left out
};

class TokenBench {
 public:
  // Seeds count up from that of `input`. `say` is told what is measured and what left out.
  TokenBench(Family& model, Input input, TokenBenchPlan plan,
             std::function<void(const std::string&)> say);

  // Sequential comes first in `modes` and results. At most `share` of the time that is left is
  // used. Throws Cancelled after ^C.
  std::vector<TokenResult> measure(const std::vector<BenchMode>& modes, int batch, double share);

  double secondsLeft() const;

 private:
  struct Candidate;
  // Decodes one seed, and adds what was seen unless this is the warm-up.
  double decodeOnce(Candidate& candidate, int seed, bool warmUp);

  Family& m_model;
  Input m_input;
  TokenBenchPlan m_plan;
  std::function<void(const std::string&)> m_say;
  std::vector<std::vector<std::int64_t>> m_reference;  // sequential tokens of each seed
  Clock::time_point m_begin;
};

}  // namespace jacobiscope
