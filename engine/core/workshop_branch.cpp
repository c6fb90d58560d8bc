// Runs that are decoded again: branches, and the oracle's.
#include <algorithm>
#include <utility>

#include "engine/core/error.h"
#include "engine/core/workshop_attempt.h"

namespace jacobiscope {

namespace {

// Complete and checked: those that differ from what is in force at the branch point.
std::vector<std::pair<Knob, KnobValue>> branchChanges(const ModelInfo& model, const Past& past,
                                                      const KnobValues& wanted) {
  const KnobValues& inForce = *past.knobs(past.size() - 1);
  std::vector<std::pair<Knob, KnobValue>> changes;
  for (const auto& [key, value] : wanted) {
    const Knob& knob = requireKnob(model.knobs, key);
    KnobValue accepted = acceptKnob(knob, value);
    if (inForce.at(key) == accepted) continue;
    if (knob.scope == KnobScope::NextRun) {
      throw UsageError("A branch cannot change " + key + ": it takes effect when a run begins.",
                       "Start a new run with it.");
    }
    changes.emplace_back(knob, std::move(accepted));
  }
  return changes;
}

Plan planBefore(const Plan& first, const Boundary& boundary, std::int64_t sweep) {
  const Plan* plan = &first;
  for (const auto& change : boundary.plans) {
    if (change->fromSweep <= sweep) plan = &change->plan;
  }
  return *plan;
}

void requireBeginning(const Past& past, const Boundary* held) {
  if (!past.start().warm || held) return;
  throw UsageError("Run " + std::to_string(past.start().run) + " began from the solution of the "
                       "run before it, which is not held any more.",
                   "Branch or judge a run that began cold.");
}

}  // namespace

// ---- Branches ---------------------------------------------------------------------------

void Workshop::on(command::Branch& request) {
  stopRun();
  attempt("run", [&] { branch(request); });
}

void Workshop::branch(command::Branch& request) {
  const ModelInfo& info = model().info();
  auto past = std::make_shared<const Past>(std::move(request.parent), info);
  auto changes = branchChanges(info, *past, request.changes);
  // A copy: the run that begins may push the parent's out.
  const auto held = m_boundaries.upTo(past->replay(), past->size());
  const Boundary* const from = held.empty() ? nullptr : &held.back();
  requireBeginning(*past, from);

  forgetPrevious();
  const Started& parent = past->start();
  makeRun(m_family->begin(past->startKnobs(), parent.input), past->startKnobs(), parent.warm);
  m_pacer.begin(request.paused);
  m_watch.begin();
  const Started started =
      m_run->announce(parent.input, info, BranchPoint{parent.run, past->size()});
  const Boundary first = m_run->boundary();
  m_replay.reset(new BranchReplay{past, Replayer(m_run->decoder(), past, from),
                                  std::move(changes)});
  m_boundaries.begin(started, from && held.front().sweeps == 0 ? held.front() : first);
  for (const Boundary& boundary : held) {
    if (boundary.sweeps > 0) m_boundaries.add(started.run, boundary);
  }
  if (from) tellUndecodedPast(*from);
}

// What the decoder was spared by a state that is held.
void Workshop::tellUndecodedPast(const Boundary& from) {
  const Past& past = *m_replay->past;
  const Plan first = m_run->plan();
  for (std::int64_t i = 0; i < from.sweeps; ++i) {
    Plan plan = planBefore(first, from, i);
    m_run->retell(past.at(i), past.knobs(i), std::move(plan), false);
    m_watch.look(m_run->plan(), m_run->lastSweep());
  }
}

void Workshop::replay() {
  attempt("run", [this] {
    const Past& past = *m_replay->past;
    Replayer& replayer = m_replay->replayer;
    if (!replayer.done()) {
      const std::int64_t i = replayer.next();
      std::optional<Plan> plan = replayer.step();
      m_run->retell(past.at(i), past.knobs(i), plan ? std::move(*plan) : m_run->plan(), true);
      m_watch.look(m_run->plan(), m_run->lastSweep());
      if (m_run->betweenStages() && !m_run->atEnd()) {
        m_boundaries.add(m_run->id(), m_run->boundary());
      }
    }
    if (!replayer.done()) return;
    const auto changes = std::move(m_replay->changes);
    m_replay.reset();
    if (m_run->atEnd() && !changes.empty()) {
      throw UsageError("The run is over there: no sweep is left for the change to act on.",
                       "Branch at an earlier sweep.");
    }
    m_run->goOn(changes);
    // Held at the last sweep of all, a run completes.
    if (m_pacer.paused() && m_run->atEnd()) m_pacer.step(1);
  });
  publishPause();
}

// ---- The oracle -------------------------------------------------------------------------

void Workshop::on(command::Judge& request) {
  stopTask("a judging begins");
  attempt("judge", [&] { beginJudging(request); });
}

void Workshop::beginJudging(command::Judge& request) {
  auto past = std::make_shared<const Past>(std::move(request.run), model().info());
  const auto held = m_boundaries.upTo(past->replay(), 0);
  const Boundary* const from = held.empty() || !past->start().warm ? nullptr : &held.front();
  requireBeginning(*past, from);
  m_judge = std::make_unique<JudgeTask>(*m_family, std::move(past), from, m_reference, m_events);
  m_judgeSteps = {};
}

void Workshop::judge() {
  const auto start = Clock::now();
  attempt("judge", [this] {
    if (m_judgeSteps.step(*m_judge, "judge", m_events)) return;
    m_reference = m_judge->reference();
    m_judge.reset();
    m_events.publish(Progress{"judge", 1});
  });
  waited(Clock::now() - start);
}

}  // namespace jacobiscope
