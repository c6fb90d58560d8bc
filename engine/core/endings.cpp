#include "engine/core/endings.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/core/fact_column.h"

namespace jacobiscope {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinite = std::numeric_limits<double>::infinity();

// How far the sweep moved this position; NaN where it does not say.
double changeOf(const Sweep& sweep, int position) {
  return Numbers(sweep, "change").at(position, std::numeric_limits<float>::quiet_NaN());
}

}  // namespace

void Endings::add(const Sweep& sweep) {
  std::vector<Frozen>& frozen = m_stages[sweep.window.stage];
  const auto frontier = static_cast<std::size_t>(std::max(0, sweep.frontier));
  const bool capped = sweep.verdict == Verdict::Capped;
  if (frozen.size() > frontier) frozen.resize(frontier);
  while (frozen.size() < frontier) {
    if (std::ssize(frozen) < sweep.window.begin) {  // known before: the first token is the noise
      frozen.push_back({false, kNone});
      continue;
    }
    const double change = changeOf(sweep, static_cast<int>(frozen.size()));
    // A sweep that overflowed and has no changes to show (one token at a time) overflowed
    // everywhere.
    const bool finite = sweep.verdict != Verdict::Diverged || std::isfinite(change);
    // The last one that a window freezes was computed from inputs that stay.
    const bool exact = !capped && frozen.size() + 1 == frontier;
    frozen.push_back({!finite || capped, !finite ? kInfinite : exact ? kNone : change});
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
