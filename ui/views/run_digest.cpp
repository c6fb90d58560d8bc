#include "ui/views/run_digest.h"

#include <algorithm>
#include <cmath>

namespace jacobiscope {

void RunDigest::update(const RunRecord* record) {
  const bool same = record && record == m_record && record->start.run == m_run &&
                    record->snapshots.size() >= m_sweeps.size();
  if (!same) {
    *this = {};
    m_record = record;
    if (!record) return;
    m_run = record->start.run;
    m_stages.resize(record->start.plan.stages.size());
  }
  for (std::size_t i = m_sweeps.size(); i < record->snapshots.size(); ++i) {
    if (!record->snapshots[i]) break;
    append(record->snapshots[i]->sweep);
  }
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
  m_sweeps.push_back({index, stage.sweeps, static_cast<float>(sweep.residual), sweep.verdict,
                      sweep.kind});

  WindowSpan* last = m_windows.empty() ? nullptr : &m_windows.back();
  if (last && last->stage == index && last->begin == window.begin && last->end == window.end) {
    last->last = column;
    last->verdict = sweep.verdict;
  } else {
    m_windows.push_back({index, window.begin, window.end, column, column, sweep.verdict});
  }
}

std::vector<PlannedSpan> plannedAhead(const Plan& plan, const RunDigest& digest) {
  std::vector<PlannedSpan> ahead;
  if (digest.ended()) return ahead;
  std::int64_t column = digest.size();
  const WindowSpan* now = digest.windows().empty() ? nullptr : &digest.windows().back();
  for (const Window& window : plan.windows) {
    std::int64_t columns = window.cap > 0 ? window.cap : std::max(1, window.end - window.begin);
    if (now) {
      if (window.stage < now->stage) continue;
      if (window.stage == now->stage) {
        if (window.end <= now->begin) continue;
        if (window.begin <= now->begin) {
          const bool over = now->verdict != Verdict::Working && now->verdict != Verdict::Accepted;
          const bool whole = window.begin == now->begin && window.end == now->end;
          if (over && whole) continue;
          columns -= whole ? now->sweeps() : digest.stages()[now->stage].sweeps;
        }
      }
    }
    if (columns <= 0) continue;
    ahead.push_back({window.stage, column, columns, window.cap > 0});
    column += columns;
  }
  return ahead;
}

}  // namespace jacobiscope
