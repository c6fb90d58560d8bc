// Listens to a session, waits for events, and checks what must hold for every session:
// runs are numbered, never overlap and end once, sweeps come in order, pauses alternate.
#pragma once

#include <QtTest>
#include <deque>
#include <semaphore>
#include <set>
#include <string>
#include <vector>

#include "engine/core/session.h"

namespace jacobiscope::test {

class Protocol {
 public:
  // Empty, or what was wrong with the event.
  std::string take(const Event& event) {
    if (const auto* started = std::get_if<Started>(&event)) return begin(started->run);
    if (const auto* finished = std::get_if<Finished>(&event)) return end(finished->run);
    if (const auto* snapshot = std::get_if<std::shared_ptr<const Snapshot>>(&event)) {
      return sweep(**snapshot);
    }
    if (const auto* failed = std::get_if<Failed>(&event); failed && failed->what == "run") {
      ++m_endings;
      return failed->run == 0 ? "" : end(failed->run, false);
    }
    if (const auto* changed = std::get_if<PlanChanged>(&event)) {
      const bool fits = changed->run == m_active && changed->fromSweep == m_nextSweep;
      return fits ? "" : "a plan changed at another moment";
    }
    if (const auto* broke = std::get_if<Broke>(&event)) {
      const bool fits = broke->run == m_active && broke->hit.sweep == m_nextSweep - 1;
      return fits ? "" : "a breakpoint was met elsewhere than at the last sweep";
    }
    if (const auto* paused = std::get_if<Paused>(&event)) {
      if (paused->paused == m_paused) return "paused twice or resumed twice";
      m_paused = paused->paused;
    }
    return {};
  }

  int endings() const { return m_endings; }
  bool active() const { return m_active != 0; }

 private:
  std::string begin(int run) {
    if (m_active) return "a run began before the last had ended";
    if (run != m_last + 1) return "a run has a wrong number";
    m_active = m_last = run;
    m_nextSweep = 0;
    m_late.clear();
    return {};
  }
  std::string end(int run, bool counts = true) {
    if (run != m_active) return "a run ended that was not active";
    m_active = 0;
    m_endings += counts;
    return {};
  }
  std::string sweep(const Snapshot& snapshot) {
    // A picture made afterwards.
    if (m_active == 0 && snapshot.run == m_last && !snapshot.panels.empty()) {
      const bool known = snapshot.sweep.index >= 0 && snapshot.sweep.index < m_nextSweep;
      const bool first = m_late.insert(snapshot.sweep.index).second;
      return known && first ? "" : "a late picture of no sweep, or a second one";
    }
    if (snapshot.run != m_active) return "a sweep of a run that is not active";
    const bool again = snapshot.sweep.index == m_nextSweep - 1 && !snapshot.panels.empty();
    if (!again && snapshot.sweep.index != m_nextSweep) return "a sweep out of order";
    m_nextSweep = snapshot.sweep.index + 1;
    return {};
  }

  int m_last = 0, m_active = 0, m_endings = 0;
  std::int64_t m_nextSweep = 0;
  std::set<std::int64_t> m_late;
  bool m_paused = false;
};

class Listener {
 public:
  explicit Listener(std::vector<FamilyEntry> families, Session::Options options = {})
      : m_session(
            std::move(families), [this] { m_wake.release(); }, options) {}

  void post(Command command) { m_session.post(std::move(command)); }

  void load(const std::string& path = "model") {
    post(command::Load{{path, {}, {}}});
    wait<Loaded>();
  }
  void start(KnobValues knobs = {}, bool warm = false) {
    post(command::Start{std::move(knobs), {}, warm, false});
  }
  // Held before its first sweep.
  Started startPaused(KnobValues knobs = {}) {
    post(command::Start{std::move(knobs), {}, false, true});
    const Started started = wait<Started>();
    waitPaused(true);
    return started;
  }
  void step(int sweeps) {
    post(command::Step{sweeps, false});
    waitPaused(false);
    waitPaused(true);
  }
  void waitPaused(bool paused) {
    if (wait<Paused>().paused != paused) qFatal("paused and resumed in the wrong order");
  }

  // The next event of this type; those passed over are in passed(). Every wait of a test
  // has this one time limit, after which the test has failed.
  template <class T>
  T wait() {
    for (;;) {
      const Event event = next();
      if (const T* wanted = std::get_if<T>(&event)) return *wanted;
      m_passed.push_back(event);
    }
  }
  // The next event, whatever it is.
  Event any() { return next(); }
  std::shared_ptr<const Snapshot> waitSnapshot() { return wait<std::shared_ptr<const Snapshot>>(); }

  // What wait() passed over since the last call.
  std::vector<Event> passed() { return std::exchange(m_passed, {}); }
  template <class T>
  std::vector<T> passed() {
    std::vector<T> found;
    for (const Event& event : passed()) {
      if (const T* wanted = std::get_if<T>(&event)) found.push_back(*wanted);
    }
    return found;
  }

  const Protocol& protocol() const { return m_protocol; }

 private:
  Event next() {
    while (m_waiting.empty()) {
      if (!m_wake.try_acquire_for(std::chrono::seconds(60))) qFatal("no event came");
      for (Event& event : m_session.drain()) {
        const std::string fault = m_protocol.take(event);
        if (!fault.empty()) qFatal("%s", fault.c_str());
        m_waiting.push_back(std::move(event));
      }
    }
    Event event = std::move(m_waiting.front());
    m_waiting.pop_front();
    return event;
  }

  std::counting_semaphore<> m_wake{0};
  std::deque<Event> m_waiting;
  std::vector<Event> m_passed;
  Protocol m_protocol;
  Session m_session;  // last: its thread uses m_wake
};

}  // namespace jacobiscope::test
