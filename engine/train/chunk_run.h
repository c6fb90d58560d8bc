// Decoders of a robot chunk by chunk, with a clock that stops while the simulator acts
// and its camera looks.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/core/family.h"

namespace jacobiscope {

// One chunk, decoded and perhaps carried out.
struct ChunkRun {
  int stage = 0;
  std::int64_t calls = 0;
  double prefillSeconds = 0, iterateSeconds = 0;
  std::vector<std::int32_t> tokens;  // as they were carried out
  std::vector<float> path;           // [steps, 7]: the fact "path"
  int steps = 0;                     // carried out: sweeps of the simulator
  EpisodeState outcome = EpisodeState::Running;  // after the last of them

  double seconds() const { return prefillSeconds + iterateSeconds; }
};

enum class RunUntil {
  Decoded,  // one step has been carried out, which shows that the chunk is decoded
  Done      // the whole stage
};

// The next stage. Nothing where the run is over, or where `cancel` stopped it.
std::optional<ChunkRun> runChunk(Decoder& decoder, RunUntil until,
                                 const std::atomic<bool>* cancel = nullptr);

// The largest distance in metres between the tool's places of two paths in their first `steps`.
double largestDistance(const std::vector<float>& a, const std::vector<float>& b, int steps);

}  // namespace jacobiscope
