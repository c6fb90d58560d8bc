#include "engine/vla/chunk_facts.h"

#include <cmath>
#include <limits>
#include <utility>

#include "engine/vla/sim/action_path.h"

namespace jacobiscope {

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

}  // namespace

ChunkThen afterPrefix(const ChunkSolver& solver, const Pose& start) {
  const std::size_t n = solver.tokens().size();
  ChunkThen then{solver.tokens(), std::vector<float>(n, kNan),
                 std::vector<TokenState>(n, TokenState::Drafted), start};
  then.state.front() = TokenState::Drawn;
  return then;
}

ChunkThen afterPass(const ChunkSolver& solver, const ChunkPass& pass, bool oneByOne,
                    const Pose& start) {
  const std::size_t n = solver.tokens().size();
  const auto settled = oneByOne ? TokenState::Drawn : TokenState::Accepted;
  ChunkThen then{solver.tokens(), std::vector<float>(n, oneByOne ? kNan : 0),
                 std::vector<TokenState>(n, settled), start};
  for (std::size_t i = pass.frontier; i < n; ++i) then.state[i] = TokenState::Drafted;
  for (int i = pass.begin; i < pass.begin + pass.inputs; ++i) {
    const int moved = pass.moved[i - pass.begin];
    if (!oneByOne) then.change[i] = static_cast<float>(moved);
    if (i >= pass.frontier) then.state[i] = moved > 0 ? TokenState::Redrawn : TokenState::Kept;
  }
  then.state.front() = TokenState::Drawn;  // by the prefix's own pass
  return then;
}

void addChunkFacts(Sweep& sweep, const ActionCodec& codec, const ChunkThen& chunk) {
  const std::size_t n = chunk.tokens.size();
  std::vector<std::int32_t> tokens(n), states(n);
  std::vector<float> values(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t dimension = i % codec.size();
    tokens[i] = static_cast<std::int32_t>(chunk.tokens[i]);
    states[i] = static_cast<std::int32_t>(chunk.state[i]);
    values[i] = static_cast<float>(codec.value(dimension, chunk.tokens[i]) *
                                   physicalUnit(dimension).factor);
  }
  sweep.residual = kNan;
  sweep.residualUnit = "bins";
  for (const float change : chunk.change) sweep.residual = std::fmax(sweep.residual, change);
  sweep.facts.push_back({"token", "", 0, std::move(tokens)});
  sweep.facts.push_back({"value", "", 0, std::move(values)});
  sweep.facts.push_back({"change", "bins", 0, chunk.change});
  sweep.facts.push_back({"state", "", 0, std::move(states)});
  sweep.facts.push_back({"path", "", 0, actionPath(chunk.start, codec.values(chunk.tokens))});
}

void addStepFacts(Sweep& sweep, const Pose& tool, double open, EpisodeState outcome, int episode) {
  const int first = sweep.window.begin;
  const auto point = pathPoint(tool, open);
  const auto whole = [&](int value) { return std::vector<std::int32_t>{value}; };
  sweep.facts.push_back({"path", "", first, std::vector<float>(point.begin(), point.end())});
  sweep.facts.push_back({"outcome", "", first, whole(static_cast<int>(outcome))});
  sweep.facts.push_back({"episode", "", first, whole(episode)});
}

}  // namespace jacobiscope
