#include "ui/views/residual_field.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace jacobiscope {

namespace {

int positionsOf(const RunRecord& record, int stage) {
  const auto& positions = record.start.plan.positions;
  if (stage < static_cast<int>(positions.size())) return positions[stage];
  return record.start.model.positions;
}

void add(ResidualField& field, const Sweep& sweep) {
  // A step from the first guess to the solution, one position at a time, is no residual.
  const FactColumn* fact = std::isnan(sweep.residual) ? nullptr : findFact(sweep, "change");
  if (fact) {
    if (const auto* values = std::get_if<std::vector<float>>(&fact->values)) {
      const auto room = field.change.size();
      for (std::size_t i = 0; i < values->size() && fact->first + i < room; ++i)
        field.change[fact->first + i] = (*values)[i];
    }
  }
  // A stage that restarts gives settled positions back.
  const int frontier = std::clamp(sweep.frontier, 0, static_cast<int>(field.settledAt.size()));
  for (int p = frontier; p < field.frontier; ++p) field.settledAt[p] = 0;
  for (int p = field.frontier; p < frontier; ++p) field.settledAt[p] = sweep.iteration;
  field.frontier = frontier;
}

bool atOneStroke(const RunRecord& record, const Sweep& sweep) {
  const int positions = positionsOf(record, sweep.window.stage);
  return std::isnan(sweep.residual) && sweep.iteration == 1 && sweep.window.begin == 0 &&
         sweep.window.end >= positions && sweep.frontier >= positions;
}

}  // namespace

bool ResidualField::measured() const {
  return std::any_of(change.begin(), change.end(), [](float v) { return !std::isnan(v); });
}

ResidualField residualAt(const RunRecord& record, std::int64_t sweep,
                         const ResidualField* previous) {
  const auto& snapshots = record.snapshots;
  sweep = std::min(sweep, static_cast<std::int64_t>(snapshots.size()) - 1);
  if (sweep < 0 || !snapshots[sweep]) return {};
  const int stage = snapshots[sweep]->sweep.window.stage;
  std::int64_t from;
  ResidualField field;
  if (previous && previous->stage == stage && previous->sweep <= sweep && previous->sweep >= 0) {
    field = *previous;
    from = previous->sweep + 1;
  } else {
    const int positions = positionsOf(record, stage);
    field.stage = stage;
    field.change.assign(positions, std::numeric_limits<float>::quiet_NaN());
    field.settledAt.assign(positions, 0);
    from = sweep;
    while (from > 0 && snapshots[from - 1] && snapshots[from - 1]->sweep.window.stage == stage)
      --from;
  }
  for (; from <= sweep; ++from) add(field, snapshots[from]->sweep);
  field.sweep = sweep;
  return field;
}

std::int64_t sweepWithResiduals(const RunRecord& record, std::int64_t sweep) {
  const auto& snapshots = record.snapshots;
  if (sweep < 0 || sweep >= std::ssize(snapshots) || !snapshots[sweep]) return sweep;
  // A block solved one position at a time has none either, and is left empty: there the
  // residuals of another block would say nothing.
  if (!atOneStroke(record, snapshots[sweep]->sweep)) return sweep;
  for (std::int64_t before = sweep - 1; before >= 0; --before)
    if (snapshots[before] && !std::isnan(snapshots[before]->sweep.residual)) return before;
  return sweep;
}

std::string residualCaption(const RunRecord& record, std::int64_t shown, std::int64_t cursor) {
  // The facts of a sweep are of the whole batch.
  const std::string caption = record.start.input.count > 1
                                  ? "per-patch residual, largest of the batch"
                                  : "per-patch residual";
  if (shown == cursor) return caption;
  const auto& stages = record.planAt(cursor).stages;
  const int stage = record.snapshots[shown]->sweep.window.stage;
  if (stage < 0 || stage >= std::ssize(stages)) return caption + " · last pass";
  return caption + " · " + stages[stage] + ", last pass";
}

}  // namespace jacobiscope
