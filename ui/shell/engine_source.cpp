// Where the engine's events come from, and what happens to what was under way when that changes.
#include "ui/shell/engine.h"

namespace jacobiscope {

std::function<void()> Engine::wake() {
  // On another thread: one queued call however many events are waiting.
  return [this] {
    QMetaObject::invokeMethod(
        this, [this] { drain(); }, Qt::QueuedConnection);
  };
}

void Engine::useOwn() {
  Session::Options options;
  options.lastRun = m_lastNumber;
  use(sourceOf(std::make_shared<Session>(m_families, wake(), options)), {});
}

void Engine::use(EventSource source, const std::string& place) {
  if (m_session) leaveSource();
  m_session = std::make_unique<EventSource>(std::move(source));
  m_place = place;
  if (m_pace > 0) m_session->post(command::SetPace{m_pace});
  if (!m_breakpoints.empty()) m_session->post(command::SetBreakpoints{m_breakpoints});
  Q_EMIT eventsArrived();
}

// Nobody hears any more what the old source says of its end.
void Engine::leaveSource() {
  drain();
  m_hand.stop();
  m_rest.stop();
  m_idle.stop();
  m_jobs.setHeld(true);
  m_requested.clear();
  m_jobOfLoad = 0;
  m_branchOfLoad.reset();
  m_generateLater = m_stopsAnalysis = m_judgeStopped = false;
  // Whoever waits for the run that was asked for, a verification, is to know that none comes.
  if (m_starting) take(Failed{0, "run", "The run did not begin: another engine is used now.", {}});
  m_movedDuringWarm = false;
  m_modelIsElsewhere = true;
  m_lookedHash.clear();
  endJudging();
  m_view.moved.reset();
  m_view.progress.reset();
  const RunRecord* run = m_recording.run(m_lastRun);
  if (run && !run->ended()) take(brokenOff(*run));
  take(Paused{false});
}

}  // namespace jacobiscope
