// What became of every token of a run up to a moment of it, put together from the facts of all
// sweeps up to there (engine/core/sweep.h names the columns). A sweep is one call of the network
// and is counted from 1, as on the timeline. Pure data: no drawing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/record/token_timeline.h"

namespace jacobiscope {

// A position of the grid at the cursor.
struct TokenCell {
  int token = -1;                 // that stands there; -1: nothing does yet
  TokenState state = TokenState::Drafted;  // after the last call that touched it
  std::int64_t touched = -1;      // sweep of that call; -1: none
  std::int64_t settled = -1;      // sweep that settled it; -1: none has
  bool operator==(const TokenCell&) const = default;
};

struct TokenField {
  int run = 0;
  std::int64_t sweep = -1;
  Window window;     // of the sweep
  int frontier = 0;  // positions [0, frontier) are settled
  int resampled = 0;
  std::vector<TokenCell> cells;  // in raster order
};

// The field at `sweep`; goes on from `previous` where that is of the same run and not later, so
// that following a decode costs one sweep a step.
TokenField tokensAt(const RunRecord& record, std::int64_t sweep,
                    const TokenField* previous = nullptr);

inline constexpr int kTopTokens = 4;

// What one call said of one position; the columns of the facts. -1 and NaN: nothing.
struct TokenCall {
  std::int64_t sweep = 0;
  int token = -1, draft = -1;
  float draftP = 0, targetP = 0, draw = 0, change = 0;
  TokenState state = TokenState::Drafted;
  std::array<int, kTopTokens> top{-1, -1, -1, -1};
  std::array<float, kTopTokens> topP{};
};

// Every call up to `sweep` that touched the position, first one first.
std::vector<TokenCall> tokenCalls(const RunRecord& record, std::int64_t sweep, int position);

// The call in which the token that `calls[at]` put to the test was drafted, and how many tests
// it had passed before; nothing where it was drafted in no call on record.
struct DraftOrigin {
  std::int64_t sweep = -1;
  int kept = 0;
};
DraftOrigin draftOrigin(const std::vector<TokenCall>& calls, std::size_t at);

}  // namespace jacobiscope
