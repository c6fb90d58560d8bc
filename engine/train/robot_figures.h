// What a robot's finished episodes come to: pure arithmetic.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/train/evaluate.h"
#include "engine/train/paired_shares.h"

namespace jacobiscope {

// One episode by one decoder.
struct EpisodeRecord {
  bool success = false;
  std::int64_t steps = 0;    // carried out
  std::int64_t chunks = 0, calls = 0, tokens = 0;
  double seconds = 0;        // of decoding: no simulator
  double deviation = 0;      // sum over the chunks, metres; of early exits, where it was measured

  bool operator==(const EpisodeRecord&) const = default;
};

struct RobotFigures {
  Share success;
  double tokensPerSecond = 0, callsPerChunk = 0;
  double controlHz = 0;      // action steps carried out per second of decoding
  double deviation = 0;      // mean over the chunks, metres
};

RobotFigures figuresOf(const std::vector<EpisodeRecord>& episodes);

// Of the second decoder against the first, over the episodes that both have finished.
PairedDifference differenceOf(const std::vector<EpisodeRecord>& first,
                              const std::vector<EpisodeRecord>& second);

}  // namespace jacobiscope
