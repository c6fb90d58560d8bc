// The chunk of actions under the cursor: every iteration of it so far, what stands in it, the
// way the tool took before, and where an early stop would have led. Pure data: no drawing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/record/action_timeline.h"

namespace jacobiscope {

// A position of the chunk at the cursor.
struct ActionCell {
  int token = -1;  // -1: nothing stands there yet
  float value = 0;   // in the dimension's unit
  float change = 0;  // bins; NaN: new
  TokenState state = TokenState::Drafted;
  bool changed() const { return change != 0 && change == change; }
  bool settled() const { return state == TokenState::Accepted || state == TokenState::Drawn; }
  bool operator==(const ActionCell&) const = default;
};

struct ChunkIteration {
  std::int64_t sweep = 0;
  int iteration = 0;  // from 0: the tokens that stood there first
  std::vector<ToolPoint> path;
};

struct ChunkField {
  int run = 0;
  std::int64_t sweep = -1;
  int stage = -1, episode = 0;
  std::optional<ToolPoint> begin;  // where the tool was when the camera looked
  // Every sweep on record that decoded the chunk, the first `reached` of them up to the cursor.
  std::vector<ChunkIteration> iterations;
  int reached = 0;
  bool whole = false;  // the last iteration is the one that was carried out
  // After the last decoding sweep up to the cursor; empty before the first.
  std::vector<ActionCell> cells;
  int acted = -1;                    // action step carried out last in this chunk; -1: none
  std::vector<ToolPoint> executed;   // of the episode, up to the cursor, with where it began
};

// The field at `sweep`, in time that depends on the chunk and its episode only.
ChunkField chunkAt(const RunRecord& record, const ActionTimeline& timeline, std::int64_t sweep);

// Where the tool would have ended had the chunk's decoding stopped at an iteration, against where
// its last one ends.
struct EarlyStop {
  ToolPoint there;
  double millimetres = 0, degrees = 0;
};
// Nothing where the chunk has no such iteration or it says no path.
std::optional<EarlyStop> earlyStop(const ChunkField& field, int iteration);

// The angle between two turns given as rotation vectors, in degrees.
double degreesBetween(const std::array<float, 3>& a, const std::array<float, 3>& b);

}  // namespace jacobiscope
