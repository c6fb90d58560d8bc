#include "engine/core/endings.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace jacobiscope {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinite = std::numeric_limits<double>::infinity();

// Whether the value that the sweep gave this position is a number. A sweep that overflowed and
// has no changes to show (one token at a time) overflowed everywhere.
bool isFinite(const Sweep& sweep, int position) {
  if (sweep.verdict != Verdict::Diverged) return true;
  const FactColumn* const column = findFact(sweep, "change");
  const auto* change = column ? std::get_if<std::vector<float>>(&column->values) : nullptr;
  if (change == nullptr) return false;
  const std::int64_t at = std::int64_t{position} - column->first;
  return at >= 0 && at < std::ssize(*change) && std::isfinite((*change)[at]);
}

}  // namespace

void Endings::add(const Sweep& sweep) {
  std::vector<Frozen>& frozen = m_stages[sweep.window.stage];
  const auto frontier = static_cast<std::size_t>(std::max(0, sweep.frontier));
  // A sliding window moves on with tokens that are not settled yet: only endings have a
  // residual that says something of the result.
  const bool ends = sweep.verdict == Verdict::Settled || sweep.verdict == Verdict::Capped;
  if (frozen.size() > frontier) frozen.resize(frontier);
  while (frozen.size() < frontier) {
    if (std::ssize(frozen) < sweep.window.begin) {  // known before: the first token is the noise
      frozen.push_back({false, kNone});
      continue;
    }
    const bool finite = isFinite(sweep, static_cast<int>(frozen.size()));
    frozen.push_back({!finite || sweep.verdict == Verdict::Capped,
                      !finite ? kInfinite : ends ? sweep.residual : kNone});
  }
}

bool Endings::settled() const {
  for (const auto& [stage, frozen] : m_stages) {
    if (std::ranges::any_of(frozen, &Frozen::unsettled)) return false;
  }
  return true;
}

double Endings::maxResidual() const {
  double largest = kNone;
  for (const auto& [stage, frozen] : m_stages) {
    for (const Frozen& each : frozen) largest = std::fmax(largest, each.residual);
  }
  return largest;
}

}  // namespace jacobiscope
