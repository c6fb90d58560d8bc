#include "engine/core/sweep.h"

namespace jacobiscope {

const FactColumn* findFact(const Sweep& sweep, const std::string& name) {
  for (const FactColumn& column : sweep.facts) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

bool cameraLooks(const Sweep& sweep) {
  return sweep.kind == SweepKind::World && sweep.window.begin == sweep.window.end;
}

bool endsStage(const Plan& plan, const Sweep& sweep) {
  const auto stage = static_cast<std::size_t>(sweep.window.stage);
  if (sweep.window.stage < 0 || stage >= plan.positions.size()) return false;
  if (plan.acts) return sweep.kind == SweepKind::World && sweep.verdict == Verdict::Settled;
  const int positions = plan.positions[stage];
  if (sweep.frontier >= positions) return true;
  const bool windowEnds = sweep.verdict == Verdict::Settled || sweep.verdict == Verdict::Capped;
  return windowEnds && sweep.window.end >= positions;
}

}  // namespace jacobiscope
