#include "engine/record/action_timeline.h"

#include <algorithm>
#include <cmath>

#include "engine/core/fact_column.h"

namespace jacobiscope {

namespace {

constexpr int kPathNumbers = 7;

bool isSettled(std::int32_t state) {
  return state == static_cast<std::int32_t>(TokenState::Accepted) ||
         state == static_cast<std::int32_t>(TokenState::Drawn);
}

}  // namespace

bool movesRobot(const ModelInfo& model) { return !model.action.empty() && model.chunk > 0; }

bool movesRobot(const RunRecord* run, const std::optional<ModelInfo>& model) {
  return run ? movesRobot(run->start.model) : model && movesRobot(*model);
}

std::vector<ToolPoint> pathOf(const Sweep& sweep) {
  std::vector<ToolPoint> path;
  const Numbers numbers(sweep, "path");
  if (!numbers.values) return path;
  const std::vector<float>& v = *numbers.values;
  for (std::size_t i = 0; i + kPathNumbers <= v.size(); i += kPathNumbers)
    path.push_back({{v[i], v[i + 1], v[i + 2]}, {v[i + 3], v[i + 4], v[i + 5]}, v[i + 6]});
  return path;
}

void ActionTimeline::update(const RunRecord* record) {
  if (record && !movesRobot(record->start.model)) record = nullptr;
  if (!m_followed.goesOn(record, size())) {
    *this = {};
    m_followed = FollowedRecord(record);
    if (!record) return;
    m_rows = record->start.model.chunk;
    m_dimensions = static_cast<int>(record->start.model.action.size());
  }
  m_followed.eachNew(size(), [this](const Sweep& sweep) { append(sweep); });
}

const ChunkSpan* ActionTimeline::chunkAt(std::int64_t sweep) const {
  const auto chunk = std::ranges::lower_bound(m_chunks, sweep, {}, &ChunkSpan::last);
  return chunk != m_chunks.end() && chunk->first <= sweep ? &*chunk : nullptr;
}

void ActionTimeline::append(const Sweep& sweep) {
  const std::int64_t column = size();
  ActionCount count = m_counts.empty() ? ActionCount{} : m_counts.back();
  const bool acts = sweep.kind == SweepKind::World;
  if (m_chunks.empty() || m_chunks.back().stage != sweep.window.stage || cameraLooks(sweep)) {
    m_chunks.push_back({sweep.window.stage, count.episode, column, -1, -1, column});
    m_settled.assign(static_cast<std::size_t>(m_rows) * m_dimensions, false);
    m_passes = m_steps = 0;
    m_seconds = 0;
  }
  ChunkSpan& chunk = m_chunks.back();
  chunk.last = column;
  if (!acts) {
    if (chunk.begun < 0) chunk.begun = column;
    chunk.decoded = column;
  }
  m_marks.resize(m_marks.size() + m_rows);
  CallMark& call = m_calls.emplace_back();
  call.passes = sweep.calls + (column > 0 ? m_calls[column - 1].passes : 0);
  acts ? act(sweep, count) : decode(sweep);
  chunk.episode = count.episode;
  m_counts.push_back(count);
}

void ActionTimeline::decode(const Sweep& sweep) {
  const Integers states(sweep, "state");
  const Numbers changes(sweep, "change");
  // A chunk may have fewer steps than the model's have at most.
  if (states.values) m_settled.resize(std::min(states.end(), m_rows * m_dimensions), false);
  const int steps = static_cast<int>(m_settled.size()) / m_dimensions;
  for (int step = 0; step < steps; ++step) {
    StepMark& mark = m_marks[m_marks.size() - m_rows + step];
    bool settled = true, compared = false;
    for (int p = step * m_dimensions; p < (step + 1) * m_dimensions; ++p) {
      settled = settled && m_settled[p];
      const float change = changes.at(p, NAN);
      if (std::isnan(change)) continue;
      compared = true;
      mark.bins = std::max(mark.bins, std::abs(change));
    }
    mark.kind = settled              ? StepMark::Kind::Settled
                : compared           ? StepMark::Kind::Moved
                : states.values      ? StepMark::Kind::New
                                     : StepMark::Kind::Untouched;
    if (settled) mark.bins = 0;
  }
  for (int p = 0; p < static_cast<int>(m_settled.size()); ++p) {
    const std::int32_t state = states.at(p, -1);
    const bool settles = isSettled(state);
    if (settles && !m_settled[p]) {
      CallMark& call = m_calls.back();
      ++(state == static_cast<std::int32_t>(TokenState::Drawn) ? call.drawn : call.accepted);
    }
    if (states.values) m_settled[p] = settles;
  }
  m_passes += sweep.calls;
  m_seconds += sweep.seconds;
}

void ActionTimeline::act(const Sweep& sweep, ActionCount& count) {
  const int begin = sweep.window.begin, step = begin / std::max(1, m_dimensions);
  count.episode = Integers(sweep, "episode").at(begin, count.episode);
  const std::int32_t outcome = Integers(sweep, "outcome").at(begin, 0);
  count.outcome = static_cast<EpisodeState>(std::clamp(outcome, 0, 4));
  // Within an episode the tool is where the last step left it.
  const bool looks = cameraLooks(sweep);
  if (looks && !m_acts.empty() && m_acts.back().episode == count.episode) return;
  const std::vector<ToolPoint> path = pathOf(sweep);
  m_acts.push_back({size(), count.episode, count.outcome,
                    path.empty() ? ToolPoint{} : path.front()});
  if (looks) return;
  if (step >= 0 && step < m_rows)
    m_marks[m_marks.size() - m_rows + step].kind = StepMark::Kind::Acted;
  ++m_steps;
  if (count.outcome != EpisodeState::Running) {
    ++count.episodes;
    count.succeeded += count.outcome == EpisodeState::Succeeded;
  }
  if (sweep.verdict != Verdict::Settled) return;
  ++count.chunks;
  count.passes += m_passes;
  count.tokens += static_cast<std::int64_t>(m_settled.size());
  count.steps += m_steps;
  count.seconds += m_seconds;
}

}  // namespace jacobiscope
