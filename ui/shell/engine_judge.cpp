// The oracle: how far a run is from the sequential decode is measured while nothing runs.
#include <utility>

#include "engine/core/sequential_knobs.h"
#include "engine/record/branch_text.h"
#include "engine/record/replay.h"
#include "engine/record/true_error.h"
#include "ui/shell/engine.h"

namespace jacobiscope {

bool Engine::canJudge() const {
  const RunRecord* run = currentRun();
  if (!run || run->snapshots.empty() || !m_view.model || m_view.progress || m_starting) {
    return false;
  }
  if (m_view.running && !m_view.paused) return false;
  return run->start.model.hash == m_view.model->hash && !judgedWhole(*run);
}

void Engine::judge() {
  if (!canJudge()) return;
  m_view.showError = true;  // what was asked for is shown
  measureError();
}

void Engine::measureError() {
  if (!canJudge()) return;
  const RunRecord& run = *currentRun();
  m_judging = run.start.run;
  m_judgeStopped = false;
  m_judged[m_judging] = std::ssize(run.snapshots);
  m_view.progress = Progress{"judge", 0};
  m_session->post(command::Judge{replayOf(run, std::ssize(run.snapshots))});
  Q_EMIT eventsArrived();
}

// Once for every state of a run: what was stopped or cannot be is not begun again by itself.
void Engine::judgeWhenIdle() {
  const RunRecord* run = currentRun();
  const bool idle = !loading() && !m_hand.isActive() && m_jobs.empty();
  if (!judgesByItself || !run || !idle || !canJudge()) return m_idle.stop();
  if (!leadsToSequential(knobsAt(*run, std::ssize(run->snapshots) - 1))) return m_idle.stop();
  const auto tried = m_judged.find(run->start.run);
  if (tried != m_judged.end() && tried->second == std::ssize(run->snapshots))
    return m_idle.stop();
  // Whoever goes from run to run rests at none of them.
  const bool other = std::exchange(m_idleAt, run->start.run) != run->start.run;
  if (other || !m_idle.isActive()) m_idle.start();
}

void Engine::endJudging() {
  m_judging = 0;
  if (m_view.progress && m_view.progress->what == "judge") m_view.progress.reset();
}

}  // namespace jacobiscope
