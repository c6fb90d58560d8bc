#include "ui/views/token_timeline.h"

#include <algorithm>
#include <cmath>

#include "engine/core/fact_column.h"
#include "ui/views/token_digest.h"

namespace jacobiscope {

void TokenTimeline::update(const RunRecord* record) {
  if (record && !decodesTokens(record->start.model)) record = nullptr;
  const bool same = record && record == m_record && record->start.run == m_run &&
                    std::ssize(record->snapshots) >= size();
  if (!same) {
    *this = {};
    m_record = record;
    if (!record) return;
    m_run = record->start.run;
    m_rows = record->start.model.gridRows;
    m_columns = record->start.model.gridColumns;
    m_settledFrom.assign(m_rows, -1);
  }
  for (auto i = static_cast<std::size_t>(size()); i < record->snapshots.size(); ++i) {
    if (!record->snapshots[i]) break;
    append(record->snapshots[i]->sweep);
  }
}

void TokenTimeline::append(const Sweep& sweep) {
  const std::int64_t column = size();
  const Integers states(sweep, "state");
  const Numbers changes(sweep, "change");
  CallMark call;
  if (states.values) {
    for (std::int32_t state : *states.values) {
      call.accepted += state == static_cast<std::int32_t>(TokenState::Accepted);
      call.resampled += state == static_cast<std::int32_t>(TokenState::Resampled);
      call.drawn += state == static_cast<std::int32_t>(TokenState::Drawn);
    }
  }
  call.passes = sweep.calls + (m_calls.empty() ? 0 : m_calls.back().passes);
  m_calls.push_back(call);

  const int first = states.values ? states.first : sweep.window.begin;
  const int end = states.values ? states.end() : sweep.window.end;
  for (int row = 0; row < m_rows; ++row) {
    const int begin = row * m_columns, stop = begin + m_columns;
    RowMark mark;
    // A decode that began again gives its rows back.
    if (m_settledFrom[row] >= 0 && stop > sweep.frontier) m_settledFrom[row] = -1;
    if (m_settledFrom[row] >= 0) {
      mark.kind = RowMark::Kind::Settled;
    } else if (begin < end && stop > first) {
      double sum = 0;
      int tested = 0;
      for (int p = std::max(begin, first); p < std::min(stop, end); ++p) {
        const float change = changes.at(p, NAN);
        if (std::isnan(change)) continue;
        sum += change;
        ++tested;
      }
      mark.kind = tested > 0 ? RowMark::Kind::Tested : RowMark::Kind::Untested;
      mark.change = tested > 0 ? static_cast<float>(sum / tested) : 0;
    }
    m_marks.push_back(mark);
    if (m_settledFrom[row] < 0 && stop <= sweep.frontier) m_settledFrom[row] = column + 1;
  }
}

}  // namespace jacobiscope
