// Runs that come from a file: they are looked at like any other.
#include "engine/record/run_tree.h"
#include "ui/shell/baselines.h"
#include "ui/shell/engine.h"

namespace jacobiscope {

Finished brokenOff(const RunRecord& run) {
  Finished finished;
  finished.run = run.start.run;
  finished.outcome = Outcome::Stopped;
  finished.sweeps = std::ssize(run.snapshots);
  finished.calls = run.calls();
  if (run.snapshots.empty()) return finished;
  finished.computeSeconds = run.snapshots.back()->computeSeconds;
  finished.captureSeconds = run.snapshots.back()->captureSeconds;
  return finished;
}

TraceContents Engine::openRecording(const std::filesystem::path& file, const std::string& origin) {
  // A run that begins in these moments takes the next number.
  const int first = *m_lastNumber + (m_starting ? 2 : 1);
  TraceContents contents = readTrace(file, m_recording, first);
  for (const int id : contents.runs) {
    const RunRecord& run = *m_recording.run(id);
    if (!run.ended()) m_recording.add(brokenOff(run));
    m_origins[id] = origin;
    // Every run may lie in a file of its own.
    if (const int parent = findParent(m_recording, id)) m_recording.adopt(id, parent);
  }
  if (!contents.runs.empty()) *m_lastNumber = contents.runs.back();
  m_view.baselines = findBaselines(m_recording, m_origins);
  if (!contents.runs.empty() && !busy()) selectRun(contents.runs.back());
  Q_EMIT eventsArrived();
  return contents;
}

}  // namespace jacobiscope
