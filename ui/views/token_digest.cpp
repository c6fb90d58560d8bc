#include "ui/views/token_digest.h"

#include <algorithm>
#include <limits>
#include <string>

#include "engine/core/fact_column.h"

namespace jacobiscope {

namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

bool isState(std::int32_t value) {
  return value >= 0 && value <= static_cast<std::int32_t>(TokenState::Drawn);
}

bool settles(TokenState state) { return state >= TokenState::Accepted; }

void add(TokenField& field, const Sweep& sweep) {
  const Integers tokens(sweep, "token"), states(sweep, "state");
  const int end = std::min(states.end(), static_cast<int>(field.cells.size()));
  for (int p = std::max(0, states.first); p < end; ++p) {
    const std::int32_t state = states.at(p, -1);
    if (!isState(state)) continue;
    TokenCell& cell = field.cells[p];
    if (cell.settled >= 0 && cell.state == TokenState::Resampled) --field.resampled;
    cell = {tokens.at(p, -1), static_cast<TokenState>(state), sweep.index, -1};
    if (settles(cell.state)) cell.settled = sweep.index;
    if (cell.state == TokenState::Resampled) ++field.resampled;
  }
  // A decode that began again gives settled positions back.
  const int before = std::min(field.frontier, static_cast<int>(field.cells.size()));
  for (int p = std::max(0, sweep.frontier); p < before; ++p) {
    if (field.cells[p].touched == sweep.index) continue;
    field.resampled -= field.cells[p].state == TokenState::Resampled;
    field.cells[p] = {};
  }
  field.window = sweep.window;
  field.frontier = sweep.frontier;
  field.sweep = sweep.index;
}

}  // namespace

bool decodesTokens(const ModelInfo& model) {
  return model.action.empty() && model.vocabulary > 0 && model.gridRows > 0 &&
         model.gridColumns > 0 && model.stages.size() <= 1;
}

bool decodesTokens(const RunRecord* run, const std::optional<ModelInfo>& model) {
  return run ? decodesTokens(run->start.model) : model && decodesTokens(*model);
}

TokenField tokensAt(const RunRecord& record, std::int64_t sweep, const TokenField* previous) {
  const auto& snapshots = record.snapshots;
  sweep = std::min(sweep, std::ssize(snapshots) - 1);
  TokenField field;
  const ModelInfo& model = record.start.model;
  const std::size_t positions = static_cast<std::size_t>(model.gridRows) * model.gridColumns;
  const bool goesOn = previous && previous->run == record.start.run && previous->sweep <= sweep &&
                      previous->cells.size() == positions;
  if (goesOn) {
    field = *previous;
  } else {
    field.run = record.start.run;
    field.cells.resize(positions);
  }
  for (std::int64_t next = field.sweep + 1; next <= sweep; ++next)
    if (snapshots[next]) add(field, snapshots[next]->sweep);
  return field;
}

std::vector<TokenCall> tokenCalls(const RunRecord& record, std::int64_t sweep, int position) {
  static const std::array<std::string, kTopTokens> kTop{"top0", "top1", "top2", "top3"};
  static const std::array<std::string, kTopTokens> kTopP{"top_p0", "top_p1", "top_p2", "top_p3"};
  std::vector<TokenCall> calls;
  const std::int64_t last = std::min(sweep, std::ssize(record.snapshots) - 1);
  for (std::int64_t i = 0; i <= last; ++i) {
    if (!record.snapshots[i]) continue;
    const Sweep& facts = record.snapshots[i]->sweep;
    const std::int32_t state = Integers(facts, "state").at(position, -1);
    if (!isState(state)) continue;
    TokenCall& call = calls.emplace_back();
    call.sweep = i;
    call.state = static_cast<TokenState>(state);
    call.token = Integers(facts, "token").at(position, -1);
    call.draft = Integers(facts, "draft").at(position, -1);
    call.draftP = Numbers(facts, "draft_p").at(position, kNone);
    call.targetP = Numbers(facts, "target_p").at(position, kNone);
    call.draw = Numbers(facts, "draw").at(position, kNone);
    call.change = Numbers(facts, "change").at(position, kNone);
    for (int k = 0; k < kTopTokens; ++k) {
      call.top[k] = Integers(facts, kTop[k]).at(position, -1);
      call.topP[k] = Numbers(facts, kTopP[k]).at(position, kNone);
    }
  }
  return calls;
}

DraftOrigin draftOrigin(const std::vector<TokenCall>& calls, std::size_t at) {
  DraftOrigin origin;
  if (at >= calls.size() || calls[at].draft < 0) return origin;
  while (at > 0) {
    const TokenCall& before = calls[--at];
    if (before.token != calls[at + 1].draft) break;
    if (before.state != TokenState::Kept) {
      origin.sweep = before.sweep;
      break;
    }
    ++origin.kept;
  }
  return origin;
}

}  // namespace jacobiscope
