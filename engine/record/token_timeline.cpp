#include "engine/record/token_timeline.h"

#include <algorithm>
#include <cmath>

#include "engine/core/fact_column.h"

namespace jacobiscope {

bool decodesTokens(const ModelInfo& model) {
  return model.action.empty() && model.vocabulary > 0 && model.gridRows > 0 &&
         model.gridColumns > 0 && model.stages.size() <= 1;
}

bool decodesTokens(const RunRecord* run, const std::optional<ModelInfo>& model) {
  return run ? decodesTokens(run->start.model) : model && decodesTokens(*model);
}

void TokenTimeline::update(const RunRecord* record) {
  if (record && !decodesTokens(record->start.model)) record = nullptr;
  if (!m_followed.goesOn(record, size())) {
    *this = {};
    m_followed = FollowedRecord(record);
    if (!record) return;
    m_rows = record->start.model.gridRows;
    m_columns = record->start.model.gridColumns;
    m_settledFrom.assign(m_rows, -1);
  }
  m_followed.eachNew(size(), [this](const Sweep& sweep) { append(sweep); });
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
