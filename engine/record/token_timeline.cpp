#include "engine/record/token_timeline.h"

#include <algorithm>
#include <cmath>

namespace jacobiscope {

namespace {

template <class Value>
const std::vector<Value>* valuesOf(const FactColumn* fact) {
  return fact ? std::get_if<std::vector<Value>>(&fact->values) : nullptr;
}

}  // namespace

bool decodesTokens(const ModelInfo& model) {
  return model.action.empty() && model.vocabulary > 0 && model.gridRows > 0 &&
         model.gridColumns > 0 && model.stages.size() <= 1;
}

bool decodesTokens(const RunRecord* run, const std::optional<ModelInfo>& model) {
  return run ? decodesTokens(run->start.model) : model && decodesTokens(*model);
}

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
  const FactColumn* stateFact = findFact(sweep, "state");
  const FactColumn* changeFact = findFact(sweep, "change");
  const auto* states = valuesOf<std::int32_t>(stateFact);
  const auto* changes = valuesOf<float>(changeFact);
  CallMark call;
  if (states) {
    for (std::int32_t state : *states) {
      call.accepted += state == static_cast<std::int32_t>(TokenState::Accepted);
      call.resampled += state == static_cast<std::int32_t>(TokenState::Resampled);
      call.drawn += state == static_cast<std::int32_t>(TokenState::Drawn);
    }
  }
  call.passes = sweep.calls + (m_calls.empty() ? 0 : m_calls.back().passes);
  m_calls.push_back(call);

  const int first = stateFact ? stateFact->first : sweep.window.begin;
  const int end = states ? first + static_cast<int>(states->size()) : sweep.window.end;
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
        const std::int64_t i = changes ? std::int64_t{p} - changeFact->first : -1;
        if (i < 0 || i >= std::ssize(*changes) || std::isnan((*changes)[i])) continue;
        sum += (*changes)[i];
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
