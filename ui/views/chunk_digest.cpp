#include "ui/views/chunk_digest.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <numbers>

#include "engine/core/fact_column.h"

namespace jacobiscope {

namespace {

constexpr double kDegrees = 180 / std::numbers::pi;

void readCells(ChunkField& field, const Sweep& sweep, int positions) {
  const Integers tokens(sweep, "token"), states(sweep, "state");
  const Numbers values(sweep, "value"), changes(sweep, "change");
  field.cells.resize(positions);
  for (int p = 0; p < positions; ++p) {
    ActionCell& cell = field.cells[p];
    cell.token = tokens.at(p, -1);
    cell.value = values.at(p, NAN);
    cell.change = changes.at(p, NAN);
    const std::int32_t state = states.at(p, 0);
    cell.state = static_cast<TokenState>(
        std::clamp(state, 0, static_cast<std::int32_t>(TokenState::Drawn)));
  }
}

// What the episode has carried out up to the cursor.
void readExecuted(ChunkField& field, const ActionTimeline& timeline) {
  const auto& acts = timeline.acts();
  const auto end = std::ranges::upper_bound(acts, field.sweep, {}, &ActedStep::sweep);
  auto begin = end;
  while (begin != acts.begin() && std::prev(begin)->episode == field.episode) --begin;
  for (auto act = begin; act != end; ++act) field.executed.push_back(act->tool);
}

}  // namespace

ChunkField chunkAt(const RunRecord& record, const ActionTimeline& timeline, std::int64_t sweep) {
  ChunkField field;
  field.run = record.start.run;
  field.sweep = std::min(sweep, timeline.size() - 1);
  const ChunkSpan* chunk = field.sweep >= 0 ? timeline.chunkAt(field.sweep) : nullptr;
  if (!chunk) return field;
  field.stage = chunk->stage;
  field.episode = chunk->episode;
  field.whole = chunk->decoded >= 0 && chunk->last > chunk->decoded;
  const Sweep& opening = record.snapshots[chunk->first]->sweep;
  if (cameraLooks(opening))
    if (const auto path = pathOf(opening); !path.empty()) field.begin = path.front();
  const int dimensions = static_cast<int>(record.start.model.action.size());
  for (int k = 0; k < chunk->iterations(); ++k) {
    const std::int64_t at = chunk->begun + k;
    const Sweep& facts = record.snapshots[at]->sweep;
    field.iterations.push_back({at, k, pathOf(facts)});
    if (at > field.sweep) continue;
    ++field.reached;
    if (at == std::min(field.sweep, chunk->decoded))
      readCells(field, facts, record.start.model.chunk * dimensions);
  }
  if (field.whole && field.sweep > chunk->decoded)
    field.acted = record.snapshots[field.sweep]->sweep.window.begin / std::max(1, dimensions);
  readExecuted(field, timeline);
  return field;
}

double degreesBetween(const glm::vec3& a, const glm::vec3& b) {
  const Quaternion from = fromRotationVector({a.x, a.y, a.z});
  const Quaternion to = fromRotationVector({b.x, b.y, b.z});
  return length(rotationVector(to * inverse(from))) * kDegrees;
}

std::optional<EarlyStop> earlyStop(const ChunkField& field, int iteration) {
  if (iteration < 0 || iteration >= std::ssize(field.iterations)) return std::nullopt;
  const auto& path = field.iterations[iteration].path;
  const auto& last = field.iterations.back().path;
  if (path.empty() || last.empty()) return std::nullopt;
  EarlyStop stop;
  stop.there = path.back();
  stop.millimetres = double(glm::distance(path.back().at, last.back().at)) * 1000;
  stop.degrees = degreesBetween(path.back().turn, last.back().turn);
  return stop;
}

}  // namespace jacobiscope
