#include "engine/record/exactness_summary.h"

#include <algorithm>
#include <cmath>

#include "engine/core/median.h"
#include "engine/record/true_error.h"

namespace jacobiscope {

namespace {

std::string stageName(const Plan& plan, int stage) {
  const bool named = stage >= 0 && stage < std::ssize(plan.stages);
  return named ? plan.stages[static_cast<std::size_t>(stage)]
               : "stage " + std::to_string(stage + 1);
}

}  // namespace

ExactnessSummary summaryOf(const RunRecord& run) {
  ExactnessSummary summary;
  std::vector<double> ratios;
  for (const auto& [index, exactness] : run.exactness) {
    const Sweep& sweep = run.snapshots[static_cast<std::size_t>(index)]->sweep;
    const int stage = sweep.window.stage;
    if (summary.stages.empty() || summary.stages.back().stage != stage) {
      summary.stages.push_back(
          {stage, stageName(run.planAt(index), stage), exactness.error.unit, 0, 0});
    }
    const double error = largestError(exactness);
    ExactnessSummary::Stage& of = summary.stages.back();
    if (!std::isnan(error)) {
      of.largest = std::max(of.largest, error);
      of.last = error;
    }
    ++summary.judged;
    const auto positions = std::visit([](const auto& values) { return std::ssize(values); },
                                      exactness.error.values);
    summary.exact += exactness.exact >= positions;
    const bool comparable = sweep.residualUnit == exactness.error.unit;
    if (comparable && error > 0 && std::isfinite(error) && sweep.residual > 0 &&
        std::isfinite(sweep.residual)) {
      ratios.push_back(sweep.residual / error);
    }
  }
  if (!ratios.empty()) summary.residualRatio = medianOf(std::move(ratios));
  return summary;
}

}  // namespace jacobiscope
