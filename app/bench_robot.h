// Times the decoders of a robot's policy against each other on the same observations.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/clocks.h"
#include "engine/core/family.h"
#include "engine/train/decoder_list.h"

namespace jacobiscope {

struct RobotBenchResult {
  DecoderChoice choice;
  std::int64_t chunks = 0;      // observations
  int repetitions = 0;          // of each, at least
  double calls = 0;             // mean per chunk
  double seconds = 0;           // median per chunk: the pass over what is seen, and iterating
  double prefillSeconds = 0, iterateSeconds = 0;  // medians
  double tokens = 0;            // of a chunk
  double steps = 0;             // of a chunk
  double speedup = 0;           // median of the first decoder over this median
  // Tokens of all chunks that differ from those of the autoregressive decoder of the same policy;
  // nothing where that is not measured.
  std::optional<std::int64_t> tokensDiffer;

  double tokensPerSecond() const { return seconds > 0 ? tokens / seconds : 0; }
  double controlHz() const { return seconds > 0 ? steps / seconds : 0; }
};

struct RobotBenchPlan {
  int episodes = 6;         // whose first chunks are decoded
  int chunksPerEpisode = 4;
  int repetitions = 8;
  double budget = 220;      // seconds for everything; further repetitions are left out
};

class RobotBench {
 public:
  // Episodes count up from the seed of `input`; where it has no prompt each has a task of its
  // own. `say` is told what is measured.
  RobotBench(Family& model, Input input, RobotBenchPlan plan,
             std::function<void(const std::string&)> say);

  // The first choice drives the robot to the observations and is what the others are compared
  // with. All take turns. Throws Cancelled after ^C.
  std::vector<RobotBenchResult> measure(const std::vector<DecoderChoice>& choices);

 private:
  struct Candidate;
  // An episode and where it stands before each of its first chunks.
  struct Scene {
    Input input;
    std::vector<std::shared_ptr<const Decoder::State>> states;
  };
  Scene sceneOf(int episode, const DecoderChoice& driver);
  void decode(const Scene& scene, Candidate& candidate, bool warmUp);
  std::vector<RobotBenchResult> summaries(const std::vector<Candidate>& candidates) const;

  Family& m_model;
  Input m_input;
  RobotBenchPlan m_plan;
  std::function<void(const std::string&)> m_say;
  Clock::time_point m_begin;
};

}  // namespace jacobiscope
