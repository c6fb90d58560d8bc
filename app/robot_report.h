// What a run of a robot came to, read off its result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/decode.h"
#include "app/sub_command.h"

namespace jacobiscope {

struct RobotEpisode {
  std::int64_t seed = 0;
  std::optional<bool> success;  // nothing: the instruction says nothing that can be judged
  std::int64_t steps = 0;  // that the arm took
};

struct RobotReport {
  std::vector<RobotEpisode> episodes;
  std::int64_t chunks = 0, calls = 0, tokens = 0;
  double seconds = 0;  // of decoding alone: no simulator

  double callsPerChunk() const;
  double tokensPerSecond() const;
  double controlHz() const;  // action steps carried out per second of decoding
};

// Throws Error where the result is no robot's.
RobotReport robotReport(const DecodeReport& report);

// "episodes", "calls_per_chunk", "tokens_per_second", "control_hz".
Json robotJson(const RobotReport& report);
// What follows the first line's "N calls in S s": figures, then a line per episode.
std::string robotText(const RobotReport& report);

}  // namespace jacobiscope
