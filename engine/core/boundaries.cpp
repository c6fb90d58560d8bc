#include "engine/core/boundaries.h"

#include <algorithm>
#include <utility>

#include "engine/core/past.h"

namespace jacobiscope {

namespace {

// Whether the boundary is one of this run, and not of another one of the same number.
bool liesOn(const Replay& run, const Boundary& boundary) {
  if (!boundary.last) return true;
  const auto before = static_cast<std::size_t>(boundary.sweeps - 1);
  return before < run.past.size() && samePass(run.past[before]->sweep, *boundary.last);
}

}  // namespace

std::size_t Boundaries::Held::bytes() const {
  std::size_t sum = 0;
  for (const Boundary& boundary : boundaries) sum += boundary.state->bytes();
  return sum;
}

void Boundaries::begin(const Started& start, Boundary first) {
  std::erase_if(m_runs, [&](const Held& held) { return held.start.run == start.run; });
  m_runs.push_back({start, {std::move(first)}});
  keepWithin();
}

void Boundaries::add(int run, Boundary boundary) {
  if (m_runs.empty() || m_runs.back().start.run != run) return;  // it was too large to be kept
  auto& boundaries = m_runs.back().boundaries;
  boundaries.push_back(std::move(boundary));
  if (boundaries.size() > m_limits.perRun) {
    std::vector<Boundary> kept;
    for (std::size_t i = 0; i < boundaries.size(); i += 2) {
      kept.push_back(std::move(boundaries[i]));
    }
    boundaries = std::move(kept);
  }
  keepWithin();
}

void Boundaries::keepWithin() {
  while (m_runs.size() > m_limits.runs || (!m_runs.empty() && bytes() > m_limits.bytes)) {
    // Of the last run its beginning stays: without it a warm run could never be branched.
    if (m_runs.size() > 1) {
      m_runs.pop_front();
      continue;
    }
    auto& boundaries = m_runs.front().boundaries;
    if (boundaries.size() < 2) return;
    boundaries.erase(boundaries.begin() + 1);
  }
}

const Boundaries::Held* Boundaries::held(const Replay& run) const {
  const auto found = std::ranges::find_if(m_runs, [&](const Held& held) {
    const Started &a = held.start, &b = run.start;
    return a.run == b.run && a.model.hash == b.model.hash && a.warm == b.warm &&
           a.knobs == b.knobs && sameInput(a.input, b.input);
  });
  return found == m_runs.end() ? nullptr : &*found;
}

std::vector<Boundary> Boundaries::upTo(const Replay& run, std::int64_t sweeps) const {
  std::vector<Boundary> found;
  const Held* const of = held(run);
  if (!of) return found;
  for (const Boundary& boundary : of->boundaries) {
    if (boundary.sweeps <= sweeps && liesOn(run, boundary)) found.push_back(boundary);
  }
  return found;
}

std::size_t Boundaries::bytes() const {
  std::size_t sum = 0;
  for (const Held& held : m_runs) sum += held.bytes();
  return sum;
}

std::size_t Boundaries::count() const {
  std::size_t sum = 0;
  for (const Held& held : m_runs) sum += held.boundaries.size();
  return sum;
}

}  // namespace jacobiscope
