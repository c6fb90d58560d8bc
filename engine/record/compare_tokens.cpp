#include "engine/record/compare_tokens.h"

#include <algorithm>
#include <cmath>

#include "engine/core/fact_column.h"
#include "engine/record/token_timeline.h"

namespace jacobiscope {

namespace {

// Calls with the facts of every sweep on record up to one, the first one first.
template <class See>
void eachUpTo(const RunRecord& run, std::int64_t sweep, const See& see) {
  const std::int64_t end = std::min(sweep + 1, std::ssize(run.snapshots));
  for (std::int64_t i = 0; i < end; ++i)
    if (run.snapshots[i]) see(run.snapshots[i]->sweep);
}

}  // namespace

std::vector<int> tokensStanding(const RunRecord& run, std::int64_t sweep) {
  if (!decodesTokens(run.start.model)) return {};
  const ModelInfo& model = run.start.model;
  std::vector<int> standing(static_cast<std::size_t>(model.gridRows) * model.gridColumns, -1);
  eachUpTo(run, sweep, [&](const Sweep& facts) {
    const Integers tokens(facts, "token");
    const int end = std::min(tokens.end(), static_cast<int>(standing.size()));
    for (int p = std::max(0, tokens.first); p < end; ++p) standing[p] = tokens.at(p, -1);
  });
  return standing;
}

std::optional<TokenComparison> compareTokens(const std::vector<int>& a,
                                             const std::vector<int>& b) {
  if (a.empty() || a.size() != b.size()) return std::nullopt;
  TokenComparison compared;
  for (std::size_t p = 0; p < a.size(); ++p) {
    const bool one = a[p] >= 0, other = b[p] >= 0;
    const TokenMatch match = one != other   ? TokenMatch::OneSided
                             : !one         ? TokenMatch::Nothing
                             : a[p] == b[p] ? TokenMatch::Equal
                                            : TokenMatch::Different;
    compared.positions.push_back(match);
    compared.equal += match == TokenMatch::Equal;
    compared.oneSided += match == TokenMatch::OneSided;
    if (match == TokenMatch::Different && ++compared.different == 1)
      compared.first = static_cast<int>(p);
  }
  return compared;
}

StandingChunk chunkStanding(const RunRecord& run, std::int64_t sweep) {
  if (!movesRobot(run.start.model)) return {};
  const ModelInfo& model = run.start.model;
  const int positions = model.chunk * static_cast<int>(model.action.size());
  for (std::int64_t i = std::min(sweep, std::ssize(run.snapshots) - 1); i >= 0; --i) {
    // What the simulator does leaves the chunk as it was decoded.
    if (!run.snapshots[i] || run.snapshots[i]->sweep.kind == SweepKind::World) continue;
    const Sweep& facts = run.snapshots[i]->sweep;
    const Integers tokens(facts, "token");
    const Numbers values(facts, "value");
    StandingChunk chunk{facts.window.stage, {}, {}, pathOf(facts)};
    for (int p = 0; p < positions; ++p) {
      chunk.tokens.push_back(tokens.at(p, -1));
      chunk.values.push_back(values.at(p, NAN));
    }
    return chunk;
  }
  return {};
}

std::vector<ToolPoint> pathCarriedOut(const RunRecord& run, std::int64_t sweep) {
  std::vector<ToolPoint> path;
  std::int32_t episode = -1;
  eachUpTo(run, sweep, [&](const Sweep& facts) {
    if (facts.kind != SweepKind::World) return;
    const Integers episodes(facts, "episode");
    const std::int32_t now = episodes.at(facts.window.begin, episode);
    if (now != episode) path.clear();
    episode = now;
    // The camera looks from where the last step led; only the first look is a place of its own.
    if (cameraLooks(facts) && !path.empty()) return;
    for (const ToolPoint& tool : pathOf(facts)) path.push_back(tool);
  });
  return path;
}

std::optional<ActionComparison> compareActions(const ModelInfo& modelA, const StandingChunk& a,
                                               const ModelInfo& modelB, const StandingChunk& b) {
  const auto tokens = compareTokens(a.tokens, b.tokens);
  if (!tokens || modelA.action != modelB.action || modelA.chunk != modelB.chunk)
    return std::nullopt;
  ActionComparison compared;
  compared.steps = modelA.chunk;
  compared.dimensions = static_cast<int>(modelA.action.size());
  compared.tokens = *tokens;
  for (std::size_t p = 0; p < a.values.size(); ++p) {
    const bool known = a.tokens[p] >= 0 && b.tokens[p] >= 0;
    compared.bins.push_back(known ? std::abs(b.tokens[p] - a.tokens[p]) : -1);
    compared.values.push_back(b.values[p] - a.values[p]);
  }
  compared.millimetres = pathDistances(a.path, b.path);
  return compared;
}

std::vector<double> pathDistances(const std::vector<ToolPoint>& a,
                                  const std::vector<ToolPoint>& b) {
  std::vector<double> distances;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const auto &from = a[i].at, &to = b[i].at;
    distances.push_back(1000.0 * std::hypot(from[0] - to[0], from[1] - to[1], from[2] - to[2]));
  }
  return distances;
}

double farthest(const std::vector<double>& distances) {
  return distances.empty() ? 0 : *std::ranges::max_element(distances);
}

}  // namespace jacobiscope
