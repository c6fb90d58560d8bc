#include "engine/core/breakpoint_watch.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

namespace jacobiscope {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
// More calls than a breakpoint can look at are never asked for.
constexpr std::size_t kMostCalls = 1000;

template <class Value>
const std::vector<Value>* factValues(const Sweep& sweep, const std::string& name) {
  const FactColumn* const column = findFact(sweep, name);
  return column ? std::get_if<std::vector<Value>>(&column->values) : nullptr;
}

std::string shown(double value) {
  if (std::isinf(value)) return "infinity";
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", value);
  return text;
}

std::string counted(std::int64_t number, const std::string& one) {
  return std::to_string(number) + " " + one + (number == 1 ? "" : "s");
}

std::string stageName(const Plan& plan, int stage) {
  const auto index = static_cast<std::size_t>(stage);
  return stage >= 0 && index < plan.stages.size() ? plan.stages[index]
                                                  : "stage " + std::to_string(stage + 1);
}

// What falls as a piece settles. The probability of a rejection does not: every rejection
// brings drafts that nothing has seen yet.
double convergingResidual(const Sweep& sweep) {
  return findFact(sweep, "draft") ? kNone : sweep.residual;
}

// The first position of which the sweep says that it overflowed; -1: it names none.
int overflowedPosition(const Sweep& sweep) {
  const auto* change = factValues<float>(sweep, "change");
  if (!change) return -1;
  // NaN there says that nothing was compared.
  const auto first = std::ranges::find_if(*change, [](float dx) { return std::isinf(dx); });
  if (first == change->end()) return -1;
  return findFact(sweep, "change")->first + static_cast<int>(first - change->begin());
}

bool worldDiverged(const Sweep& sweep) {
  const auto* outcome = factValues<std::int32_t>(sweep, "outcome");
  return outcome && !outcome->empty() &&
         outcome->front() == static_cast<std::int32_t>(EpisodeState::Diverged);
}

bool overflowed(const Sweep& sweep) {
  return sweep.verdict == Verdict::Diverged || worldDiverged(sweep) ||
         overflowedPosition(sweep) >= 0;
}

}  // namespace

void BreakpointWatch::begin() {
  BreakpointWatch fresh;
  fresh.m_breakpoints = std::move(m_breakpoints);
  *this = std::move(fresh);
}

std::optional<BreakpointHit> BreakpointWatch::look(const Plan& plan, const Sweep& sweep) {
  follow(sweep);
  countDrafts(sweep);
  const std::string stage = stageName(plan, sweep.window.stage);
  std::optional<BreakpointHit> first;
  for (const Breakpoint& breakpoint : m_breakpoints) {
    if (!breakpoint.on) continue;
    auto hit = meets(breakpoint, stage, sweep);
    if (!hit) continue;
    hit->kind = breakpoint.kind;
    hit->sweep = sweep.index;
    // An overflow is what the others come from.
    if (!first || hit->kind == BreakpointKind::Overflow) first = std::move(hit);
  }
  m_overflowed = overflowed(sweep);
  return first;
}

std::optional<BreakpointHit> BreakpointWatch::meets(const Breakpoint& breakpoint,
                                                    const std::string& stage, const Sweep& sweep) {
  const bool iterated = !m_piece.empty() && m_piece.back().sweep == sweep.index;
  switch (breakpoint.kind) {
    case BreakpointKind::Overflow: return overflows(stage, sweep);
    case BreakpointKind::Rise: return iterated ? rises(breakpoint, stage) : std::nullopt;
    case BreakpointKind::Stall: return iterated ? stalls(breakpoint, stage) : std::nullopt;
    case BreakpointKind::Acceptance: return rejects(breakpoint, sweep);
  }
  return std::nullopt;
}

// ---- What was seen ------------------------------------------------------------------------

void BreakpointWatch::follow(const Sweep& sweep) {
  const Window before = std::exchange(m_window, sweep.window);
  const Window& now = m_window;
  const bool sameStage = now.stage == before.stage;
  const bool goesOn = sameStage && !m_piece.empty() && now.begin >= before.begin &&
                      now.begin < before.end && sweep.frontier >= m_piece.back().frontier;
  // One position at a time is solved, not iterated.
  const bool iterates = sweep.kind == SweepKind::Iterate && now.end - now.begin > 1;
  if (!goesOn || !iterates) {
    m_piece.clear();
    m_riseFrom = m_stallFrom = 0;
  }
  if (!iterates) return;
  // Positions that came in from behind have not been iterated yet: their residual says nothing
  // of how the others fare.
  if (!m_piece.empty() && now.end > m_piece.back().end) m_riseFrom = m_piece.size();
  m_piece.push_back({sweep.index, now.end, sweep.frontier, convergingResidual(sweep)});
}

// A draft is decided on when its position settles. Of token decoders the state says whether it
// was the draft that settled; of actions, whose states tell all positions of the chunk, that it
// did not change.
void BreakpointWatch::countDrafts(const Sweep& sweep) {
  if (sweep.window.stage != m_stage) {
    m_stage = sweep.window.stage;
    m_decided = 0;
  }
  const auto* states = factValues<std::int32_t>(sweep, "state");
  if (!states || sweep.kind == SweepKind::World) return;
  const bool ofTokens = findFact(sweep, "draft") != nullptr;
  const auto* change = factValues<float>(sweep, "change");
  const int first = findFact(sweep, "state")->first;
  Decided call{sweep.index};
  for (int i = std::max(0, m_decided - first); i < std::ssize(*states); ++i) {
    const auto state = static_cast<TokenState>((*states)[i]);
    const bool accepted = state == TokenState::Accepted;
    if (!accepted && state != TokenState::Resampled && state != TokenState::Drawn) break;
    m_decided = first + i + 1;
    if (state == TokenState::Drawn) continue;  // there was no draft
    ++call.all;
    call.accepted += accepted && (ofTokens || (change && i < std::ssize(*change) &&
                                               (*change)[i] == 0));
  }
  // The first call of a stage meets guesses that no pass has seen.
  if (call.all == 0 || sweep.kind == SweepKind::Prefill) return;
  m_calls.push_back(call);
  if (m_calls.size() > kMostCalls) m_calls.pop_front();
}

// ---- What is told -------------------------------------------------------------------------

std::optional<BreakpointHit> BreakpointWatch::rises(const Breakpoint& breakpoint,
                                                    const std::string& stage) {
  const auto over = static_cast<std::size_t>(breakpoint.over);
  if (m_piece.size() < m_riseFrom + over + 1) return std::nullopt;
  const auto first = m_piece.end() - breakpoint.over - 1;
  const auto rose = [](const Point& a, const Point& b) { return b.residual > a.residual; };
  for (auto at = first; at + 1 != m_piece.end(); ++at) {
    if (!rose(*at, *(at + 1))) return std::nullopt;  // nor where there is none
  }
  m_riseFrom = m_piece.size() - 1;
  BreakpointHit hit;
  hit.lastGood = first->sweep;
  hit.reason = "The residual of " + stage + " rose over " + counted(breakpoint.over, "iteration") +
               ", from " + shown(first->residual) + " to " + shown(m_piece.back().residual) + ".";
  return hit;
}

std::optional<BreakpointHit> BreakpointWatch::overflows(const std::string& stage,
                                                        const Sweep& sweep) {
  if (!overflowed(sweep) || m_overflowed) return std::nullopt;  // told when it began
  const int position = overflowedPosition(sweep);
  BreakpointHit hit;
  hit.lastGood = sweep.index - 1;
  hit.reason = worldDiverged(sweep) ? "The simulation diverged in " : "A value overflowed in ";
  hit.reason += stage;
  if (position >= 0) hit.reason += " at position " + std::to_string(position);
  hit.reason += ", iteration " + std::to_string(sweep.iteration) + ".";
  return hit;
}

std::optional<BreakpointHit> BreakpointWatch::stalls(const Breakpoint& breakpoint,
                                                     const std::string& stage) {
  const auto over = static_cast<std::size_t>(breakpoint.over);
  if (m_piece.size() < m_stallFrom + over + 1) return std::nullopt;
  const Point& then = *(m_piece.end() - breakpoint.over - 1);
  const Point& now = m_piece.back();
  // A position per sweep is what solving one at a time would give.
  const int settled = now.frontier - then.frontier;
  if (settled > breakpoint.over) return std::nullopt;
  // Residuals of a window that slid on are of other positions.
  const bool comparable = now.end == then.end && !std::isnan(then.residual - now.residual);
  const bool falls = now.residual != then.residual &&
                     !(now.residual * breakpoint.threshold > then.residual);
  if (comparable && falls) return std::nullopt;
  m_stallFrom = m_piece.size() - 1;
  BreakpointHit hit;
  hit.lastGood = then.sweep;
  hit.reason = "The iteration of " + stage + " stalled: " +
               counted(breakpoint.over, "sweep") + " settled " + counted(settled, "position");
  if (comparable) {
    hit.reason += " and took the residual from " + shown(then.residual) + " to " +
                  shown(now.residual);
  }
  hit.reason += ".";
  return hit;
}

std::optional<BreakpointHit> BreakpointWatch::rejects(const Breakpoint& breakpoint,
                                                      const Sweep& sweep) {
  if (std::ssize(m_calls) < breakpoint.over || m_calls.back().sweep != sweep.index) {
    return std::nullopt;
  }
  const auto first = m_calls.end() - breakpoint.over;
  int accepted = 0, all = 0;
  for (auto call = first; call != m_calls.end(); ++call) {
    accepted += call->accepted;
    all += call->all;
  }
  if (accepted >= breakpoint.threshold * all) return std::nullopt;
  BreakpointHit hit;
  hit.lastGood = first->sweep - 1;
  char least[32];
  std::snprintf(least, sizeof least, "%.3g", breakpoint.threshold * 100);
  hit.reason = "Only " + std::to_string(accepted) + " of " + counted(all, "draft") +
               " were accepted in the last " + counted(breakpoint.over, "call") +
               ", fewer than " + least + " %.";
  m_calls.clear();
  return hit;
}

}  // namespace jacobiscope
