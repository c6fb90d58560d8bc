#include "engine/record/true_error.h"

#include <algorithm>
#include <cmath>

#include "engine/core/scales.h"
#include "engine/record/action_timeline.h"
#include "engine/record/token_timeline.h"

namespace jacobiscope {

namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

template <class Visit>
void eachError(const Exactness& exactness, const Visit& visit) {
  std::visit(
      [&](const auto& values) {
        int position = exactness.error.first;
        for (const auto value : values) visit(position++, static_cast<float>(value));
      },
      exactness.error.values);
}

int positionsAt(const RunRecord& run, std::int64_t sweep) {
  const auto& positions = run.planAt(sweep).positions;
  const int stage = run.snapshots[sweep]->sweep.window.stage;
  const bool told = stage >= 0 && stage < std::ssize(positions);
  return told ? positions[stage] : run.start.model.positions;
}

// The larger of two, as far as they are known.
float worse(float a, float b) { return std::isnan(a) || b > a ? b : a; }

}  // namespace

const Exactness* exactnessAt(const RunRecord& run, std::int64_t sweep) {
  const auto found = run.exactness.find(sweep);
  return found == run.exactness.end() ? nullptr : &found->second;
}

std::vector<float> errorsOf(const Exactness& exactness, int positions) {
  std::vector<float> errors(static_cast<std::size_t>(std::max(0, positions)), kUnknown);
  eachError(exactness, [&](int position, float error) {
    if (position >= 0 && position < positions) errors[position] = error;
  });
  return errors;
}

float largestError(const Exactness& exactness, int begin, int end) {
  float largest = kUnknown;
  eachError(exactness, [&](int position, float error) {
    if (position >= begin && position < end) largest = worse(largest, error);
  });
  return largest;
}

void ErrorTimeline::update(const RunRecord* record) {
  if (!record) {
    *this = {};
    return;
  }
  const auto& judged = record->exactness;
  if (record->start.run == m_run && judged.size() == m_judged) return;
  const std::int64_t known = size();
  const auto fresh = judged.lower_bound(known);
  // Nothing but later sweeps was added: what is kept still holds.
  const auto added = static_cast<std::size_t>(std::distance(fresh, judged.end()));
  const bool goesOn = record->start.run == m_run && judged.size() == m_judged + added;
  if (!goesOn) {
    *this = {};
    m_run = record->start.run;
    const ModelInfo& model = record->start.model;
    m_tokens = decodesTokens(model);
    m_rows = movesRobot(model) ? model.chunk : m_tokens ? model.gridRows : 0;
    m_perRow = movesRobot(model) ? static_cast<int>(model.action.size()) : model.gridColumns;
  }
  if (!judged.empty()) {
    const std::int64_t last = std::min(judged.rbegin()->first + 1,
                                       std::int64_t(std::ssize(record->snapshots)));
    for (std::int64_t sweep = size(); sweep < last; ++sweep) append(*record, sweep);
  }
  m_judged = judged.size();
}

void ErrorTimeline::append(const RunRecord& record, std::int64_t sweep) {
  ErrorMark mark;
  mark.stage = record.snapshots[sweep]->sweep.window.stage;
  std::vector<float> parts(static_cast<std::size_t>(m_rows), kUnknown);
  std::vector<int> sizes(static_cast<std::size_t>(m_rows), 0);
  if (const Exactness* exactness = exactnessAt(record, sweep)) {
    mark.known = true;
    mark.exact = exactness->exact;
    eachError(*exactness, [&](int position, float error) {
      mark.largest = worse(mark.largest, error);
      ++mark.of;
      mark.equal += error == 0;
      const int row = m_perRow > 0 ? position / m_perRow : -1;
      if (row < 0 || row >= m_rows) return;
      float& part = parts[row];
      if (m_tokens) part = (std::isnan(part) ? 0 : part) + (error != 0);
      else part = worse(part, error);
      ++sizes[row];
    });
  }
  if (m_tokens) {
    for (int row = 0; row < m_rows; ++row)
      if (sizes[row] > 0) parts[row] /= float(sizes[row]);
  }
  m_marks.push_back(mark);
  m_parts.insert(m_parts.end(), parts.begin(), parts.end());
}

std::optional<JudgedEnd> judgedEnd(const RunRecord& run) {
  const bool chunks = movesRobot(run.start.model);
  std::optional<JudgedEnd> end;
  const auto count = std::ssize(run.snapshots);
  for (std::int64_t sweep = 0; sweep < count; ++sweep) {
    const Sweep& one = run.snapshots[sweep]->sweep;
    if (one.kind == SweepKind::World) continue;
    const Sweep* next = sweep + 1 < count ? &run.snapshots[sweep + 1]->sweep : nullptr;
    // The last that decodes of its chunk, or of the run.
    if (next && (!chunks || (next->kind != SweepKind::World &&
                             next->window.stage == one.window.stage)))
      continue;
    const Exactness* exactness = exactnessAt(run, sweep);
    if (!exactness) return std::nullopt;
    if (!end) end.emplace();
    eachError(*exactness, [&](int, float error) {
      end->largest = std::max(end->largest, double(error));
      ++end->of;
      end->equal += error == 0;
    });
  }
  return end;
}

bool judgedWhole(const RunRecord& run) {
  if (run.snapshots.empty()) return false;
  return std::ranges::all_of(run.snapshots, [&](const auto& snapshot) {
    return snapshot->sweep.kind == SweepKind::World || exactnessAt(run, snapshot->sweep.index);
  });
}

std::string trueErrorText(const RunRecord& run, std::int64_t sweep) {
  const Exactness* exactness = exactnessAt(run, sweep);
  if (!exactness || sweep < 0 || sweep >= std::ssize(run.snapshots)) return {};
  const int positions = positionsAt(run, sweep);
  const float largest = largestError(*exactness, 0, positions);
  std::string text;
  if (decodesTokens(run.start.model)) {
    std::int64_t equal = 0, of = 0;
    eachError(*exactness, [&](int, float error) { equal += error == 0, ++of; });
    text = std::to_string(equal) + " of " + std::to_string(of) + " tokens as decoded sequentially";
  } else if (!std::isnan(largest)) {
    text = "true error " + numberText(largest) +
           (exactness->error.unit.empty() ? "" : " (" + exactness->error.unit + ")");
    const double residual = run.snapshots[sweep]->sweep.residual;
    if (std::isfinite(residual) && residual > 0 && std::isfinite(largest))
      text += ", " + numberText(largest / residual) + " × the residual";
  }
  return text + (text.empty() ? "" : "\n") + "first " + std::to_string(exactness->exact) + " of " +
         std::to_string(positions) + " positions exact";
}

}  // namespace jacobiscope
