#include "engine/record/frontier_line.h"

#include <algorithm>

namespace jacobiscope {

namespace {

void append(std::vector<FrontierPoint>& points, std::int64_t column, int positions) {
  if (points.empty() || points.back().positions != positions)
    points.push_back({column, positions});
}

int positionsOf(const Plan& plan, const ModelInfo& model, int stage) {
  const bool told = stage >= 0 && stage < std::ssize(plan.positions);
  return std::max(1, told ? plan.positions[stage] : model.positions);
}

}  // namespace

std::vector<FrontierPiece> frontierPieces(const RunRecord& run, std::int64_t first,
                                          std::int64_t end) {
  std::vector<FrontierPiece> pieces;
  first = std::max<std::int64_t>(0, first);
  end = std::min<std::int64_t>(end, std::ssize(run.snapshots));
  auto judged = run.exactness.lower_bound(first);
  for (std::int64_t at = first; at < end; ++at) {
    const Sweep& sweep = run.snapshots[at]->sweep;
    if (sweep.kind == SweepKind::World) continue;
    const int stage = sweep.window.stage;
    if (pieces.empty() || pieces.back().stage != stage || pieces.back().end != at)
      pieces.push_back(
          {stage, at, at, positionsOf(run.planAt(at), run.start.model, stage), {}, {}});
    FrontierPiece& piece = pieces.back();
    piece.end = at + 1;
    append(piece.settled, at, sweep.frontier);
    while (judged != run.exactness.end() && judged->first < at) ++judged;
    const bool known = judged != run.exactness.end() && judged->first == at;
    // A gap ends the line: what lies behind it is not drawn as if it were known.
    if (!known || (!piece.exact.empty() && piece.exactEnd != at)) continue;
    append(piece.exact, at, judged->second.exact);
    piece.exactEnd = at + 1;
  }
  return pieces;
}

}  // namespace jacobiscope
