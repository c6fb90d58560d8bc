// Runs that are branched and judged: what a test posts, hears and compares.
#pragma once

#include <QtTest>
#include <functional>

#include "engine/core/past.h"
#include "engine/record/replay.h"
#include "tests/core/session_listener.h"

namespace jacobiscope::test {

// Everything that was heard until a run ended, as a recording holds it.
class Heard {
 public:
  explicit Heard(std::vector<FamilyEntry> families, const Session::Options& options = {0, false, 0, nullptr})
      : m_listener(std::move(families), options) {}

  Listener& session() { return m_listener; }

  // Waits for the end of what runs, by Finished or Failed "run".
  const RunRecord& untilEnd() {
    for (;;) {
      const Event event = hear();
      const auto* failed = std::get_if<Failed>(&event);
      if (std::holds_alternative<Finished>(event) || (failed && failed->what == "run")) {
        return last();
      }
    }
  }
  template <class T>
  T until() {
    for (;;) {
      const Event event = hear();
      if (const T* wanted = std::get_if<T>(&event)) return *wanted;
    }
  }
  void untilPaused() {
    while (!until<Paused>().paused) {
    }
  }
  // Steps a paused run on and waits for it.
  void step(int sweeps) {
    m_listener.post(command::Step{sweeps, false});
    while (until<Paused>().paused) {
    }
    untilPaused();
  }
  const RunRecord& last() const { return m_recording.runs().rbegin()->second; }
  const Recording& recording() const { return m_recording; }
  // The last Failed so far.
  const std::optional<Failed>& failed() const { return m_failed; }

 private:
  Event hear() {
    Event event = m_listener.any();
    m_recording.add(event);
    if (const auto* failed = std::get_if<Failed>(&event)) m_failed = *failed;
    return event;
  }

  Recording m_recording;
  std::optional<Failed> m_failed;
  Listener m_listener;
};

// Whether the branch's sweeps, knobs and result are the parent's.
inline bool sameRun(const RunRecord& parent, const RunRecord& branch) {
  if (!parent.finished || !branch.finished) return false;
  if (parent.snapshots.size() != branch.snapshots.size()) return false;
  for (std::size_t i = 0; i < parent.snapshots.size(); ++i) {
    const Snapshot &a = *parent.snapshots[i], &b = *branch.snapshots[i];
    if (!samePass(a.sweep, b.sweep) || *a.knobs != *b.knobs) return false;
    if (parent.planAt(a.sweep.index) != branch.planAt(b.sweep.index)) return false;
  }
  return parent.finished->result == branch.finished->result &&
         parent.finished->timeline == branch.finished->timeline &&
         parent.finished->calls == branch.finished->calls;
}

// A branch after `at` sweeps in which every knob is set again where the parent's changed later.
inline const RunRecord& branchedAgain(Heard& heard, const RunRecord& parent, std::int64_t at) {
  heard.session().post(command::Branch{replayOf(parent, at), {}, true});
  const bool atEnd = at == std::ssize(parent.snapshots);
  if (!atEnd) heard.untilPaused();
  KnobValues inForce = *parent.snapshots[static_cast<std::size_t>(at - 1)]->knobs;
  std::int64_t sweeps = at;
  for (const auto& [from, values] : parent.finished->timeline) {
    if (from < at || values == inForce) continue;
    if (from > sweeps) heard.step(static_cast<int>(from - std::exchange(sweeps, from)));
    for (const auto& [key, value] : values) {
      if (inForce.at(key) != value) heard.session().post(command::SetKnob{key, value});
    }
    inForce = values;
  }
  if (!atEnd) heard.session().post(command::Resume{});
  return heard.untilEnd();
}

// ---- Any family -------------------------------------------------------------------------

using MakeFamily = std::function<std::unique_ptr<Family>()>;

// A run in the middle of which knobs change, each after so many more sweeps.
struct Changeful {
  KnobValues knobs;
  Input input;
  std::vector<std::pair<int, command::SetKnob>> changes;
};

inline std::unique_ptr<Heard> sessionOf(const MakeFamily& make) {
  const FamilyEntry only{"only", [](const LoadRequest&) { return true; },
                         [make](const LoadRequest&) { return make(); }};
  auto heard = std::make_unique<Heard>(std::vector<FamilyEntry>{only});
  heard->session().post(command::Load{{"model", {}, {}}});
  heard->until<Loaded>();
  return heard;
}

inline RunRecord changefulRun(Heard& heard, const Changeful& run) {
  heard.session().post(command::Start{run.knobs, run.input, false, true});
  heard.untilPaused();
  for (const auto& [sweeps, change] : run.changes) {
    heard.step(sweeps);
    heard.session().post(change);
  }
  heard.session().post(command::Resume{});
  return heard.untilEnd();
}

// Branches with the same changes as their parent at `points` places spread over the run, from boundaries that are
// held and from the beginning. Empty, or which one was not its parent again.
inline QString unlikeBranch(const MakeFamily& make, const Changeful& changeful, int points) {
  const auto held = sessionOf(make);
  const RunRecord parent = changefulRun(*held, changeful);
  if (!parent.finished || parent.finished->outcome != Outcome::Done) return "the parent failed";
  // Changes that waited for the same stage came into force together.
  if (parent.finished->timeline.size() < 3) return "hardly anything changed";
  const auto all = std::ssize(parent.snapshots);
  for (int i = 0; i < points; ++i) {
    const std::int64_t at = 1 + i * (all - 1) / std::max(1, points - 1);
    const auto fresh = i % 2 == 0 ? nullptr : sessionOf(make);
    Heard& heard = fresh ? *fresh : *held;
    const RunRecord& branch = branchedAgain(heard, parent, at);
    if (branch.failed) return QString::fromStdString(branch.failed->message);
    if (!sameRun(parent, branch)) return QString("another run from sweep %1 on").arg(at);
  }
  return {};
}

// The run's sweeps judged.
inline RunRecord judgedRun(Heard& heard, const RunRecord& run) {
  heard.session().post(command::Judge{replayOf(run, std::ssize(run.snapshots))});
  while (heard.until<Progress>().fraction < 1) {
  }
  return *heard.recording().run(run.start.run);
}

inline float largestOf(const Exactness& exactness, int end = 1 << 30) {
  const auto& errors = std::get<std::vector<float>>(exactness.error.values);
  float most = 0;
  for (int i = 0; i < std::min<int>(end, int(errors.size())); ++i) most = std::max(most, errors[i]);
  return most;
}

}  // namespace jacobiscope::test
