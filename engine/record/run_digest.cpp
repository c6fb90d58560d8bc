#include "engine/record/run_digest.h"

#include <algorithm>
#include <cmath>

namespace jacobiscope {

void RunDigest::update(const RunRecord* record) {
  if (!m_followed.goesOn(record, size())) {
    *this = {};
    m_followed = FollowedRecord(record);
    if (!record) return;
    m_stages.resize(record->start.plan.stages.size());
  }
  m_followed.eachNew(size(), [this](const Sweep& sweep) { append(sweep); });
  m_ended = record->ended();
  if (m_ended && record->finished && record->finished->outcome == Outcome::Done)
    for (StageSpan& stage : m_stages) stage.ended = stage.sweeps > 0;
}

void RunDigest::append(const Sweep& sweep) {
  const auto column = static_cast<std::int64_t>(m_sweeps.size());
  const Window& window = sweep.window;
  const int index = std::max(0, window.stage);
  if (index >= static_cast<int>(m_stages.size())) m_stages.resize(index + 1);
  for (int before = 0; before < index; ++before)
    m_stages[before].ended = m_stages[before].sweeps > 0;
  StageSpan& stage = m_stages[index];
  if (stage.first < 0) stage.first = column;
  stage.last = column;
  stage.verdict = sweep.verdict;
  ++stage.sweeps;
  if (!std::isnan(sweep.residual)) ++m_residuals;
  m_frontier = sweep.frontier;
  PieceSpan* piece = m_pieces.empty() ? nullptr : &m_pieces.back();
  if (piece && piece->stage == index && window.begin < piece->end) {
    piece->begin = std::min(piece->begin, window.begin);
    piece->end = std::max(piece->end, window.end);
    piece->last = column;
    piece->verdict = sweep.verdict;
  } else {
    m_pieces.push_back({index, window.begin, window.end, column, column, sweep.verdict});
    piece = &m_pieces.back();
  }
  m_sweeps.push_back({index, stage.sweeps, static_cast<int>(piece->sweeps()),
                      static_cast<float>(sweep.residual), sweep.verdict, sweep.kind});
}

std::vector<PlannedSpan> plannedAhead(const Plan& plan, const RunDigest& digest) {
  std::vector<PlannedSpan> ahead;
  if (digest.ended()) return ahead;
  std::int64_t column = digest.size();
  const PieceSpan* now = digest.pieces().empty() ? nullptr : &digest.pieces().back();
  for (const Window& window : plan.windows) {
    if (now && window.stage < now->stage) continue;
    const bool running = now && window.stage == now->stage && window.begin < now->end;
    int begin = window.begin;
    if (now && window.stage == now->stage) begin = std::max(begin, digest.frontier());
    // Every sweep settles a position at least.
    std::int64_t columns = window.end - begin;
    if (window.cap > 0) {
      const std::int64_t done = running && window.end >= now->end ? now->sweeps() : 0;
      columns = std::min(columns, window.cap - done);
    }
    if (columns <= 0) continue;
    ahead.push_back({window.stage, column, columns});
    column += columns;
  }
  return ahead;
}

}  // namespace jacobiscope
