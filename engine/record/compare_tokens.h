// Two runs that decode tokens or actions side by side, position by position. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/record/action_timeline.h"
#include "engine/record/recording.h"

namespace jacobiscope {

// The token that stands at every position of the picture's grid after `sweep`; -1: none yet.
// Empty for a run of another kind.
std::vector<int> tokensStanding(const RunRecord& run, std::int64_t sweep);

enum class TokenMatch : std::uint8_t {
  Nothing,   // no token stands there on either side
  OneSided,  // on one side only
  Equal,
  Different
};

struct TokenComparison {
  std::vector<TokenMatch> positions;
  int equal = 0, different = 0, oneSided = 0;
  int first = -1;  // position of the first different token; -1: none is
};
// Nothing where the numbers of positions differ or there are none.
std::optional<TokenComparison> compareTokens(const std::vector<int>& a, const std::vector<int>& b);

// The chunk of actions that stands after a sweep: steps x dimensions, row by row.
struct StandingChunk {
  int stage = -1;                // -1: nothing was decoded yet
  std::vector<int> tokens;       // -1: none
  std::vector<float> values;     // in the dimension's unit; NaN: none
  std::vector<ToolPoint> path;   // of the tool after each step
};
StandingChunk chunkStanding(const RunRecord& run, std::int64_t sweep);

// Where the tool was in the episode of `sweep`, from where it began up to then.
std::vector<ToolPoint> pathCarriedOut(const RunRecord& run, std::int64_t sweep);

struct ActionComparison {
  int steps = 0, dimensions = 0;
  TokenComparison tokens;
  std::vector<int> bins;            // between the tokens per step and dimension; -1: unknown
  std::vector<float> values;        // b - a per step and dimension, in its unit; NaN: unknown
  std::vector<double> millimetres;  // between the tools after each step of the chunk
};
// Nothing where the robots' actions differ in kind or number, or nothing stands on one side.
std::optional<ActionComparison> compareActions(const ModelInfo& modelA, const StandingChunk& a,
                                               const ModelInfo& modelB, const StandingChunk& b);

// Distances of the tools in millimetres, point by point as far as both paths go.
std::vector<double> pathDistances(const std::vector<ToolPoint>& a,
                                  const std::vector<ToolPoint>& b);
// The largest of them; 0 where there is none.
double farthest(const std::vector<double>& distances);

}  // namespace jacobiscope
