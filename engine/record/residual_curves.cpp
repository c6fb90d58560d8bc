#include "engine/record/residual_curves.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/record/true_error.h"

namespace jacobiscope {

std::vector<ResidualCurve> residualCurves(const RunDigest& digest) {
  std::vector<ResidualCurve> curves;
  if (!digest.hasResiduals()) return curves;
  const auto measured = [](const SweepMark& mark) { return !std::isnan(mark.residual); };
  for (const PieceSpan& piece : digest.pieces()) {
    const auto first = digest.sweeps().begin() + piece.first;
    const auto end = digest.sweeps().begin() + piece.last + 1;
    if (std::none_of(first, end, measured)) continue;
    ResidualCurve& curve = curves.emplace_back(ResidualCurve{piece.stage, piece.first, {}});
    curve.residuals.reserve(static_cast<std::size_t>(end - first));
    for (auto mark = first; mark != end; ++mark) curve.residuals.push_back(mark->residual);
  }
  return curves;
}

std::vector<ResidualCurve> errorCurves(const RunDigest& digest, const RunRecord& run) {
  std::vector<ResidualCurve> curves;
  if (run.exactness.empty()) return curves;
  for (const PieceSpan& piece : digest.pieces()) {
    ResidualCurve curve{piece.stage, piece.first, {}};
    bool any = false;
    for (std::int64_t sweep = piece.first; sweep <= piece.last; ++sweep) {
      const Exactness* exactness = exactnessAt(run, sweep);
      const float error = exactness ? largestError(*exactness, piece.begin, piece.end)
                                    : std::numeric_limits<float>::quiet_NaN();
      any |= !std::isnan(error);
      curve.residuals.push_back(error);
    }
    if (any) curves.push_back(std::move(curve));
  }
  return curves;
}

LogScale curvesScale(const std::vector<ResidualCurve>& curves) {
  double low = 1e300, high = 0;
  for (const ResidualCurve& curve : curves) {
    for (float residual : curve.residuals) {
      if (!std::isfinite(residual) || residual <= 0) continue;
      low = std::min(low, double(residual));
      high = std::max(high, double(residual));
    }
  }
  if (high == 0) return {1e-5, 1};
  const double bottom = std::floor(std::log10(low) + 1e-9);
  const double top = std::max(bottom + 1, std::ceil(std::log10(high) - 1e-9));
  return {std::pow(10.0, bottom), std::pow(10.0, top)};
}

}  // namespace jacobiscope
