// Branches: a recorded run goes on from the cursor with the knobs of the window.
#include <utility>

#include "engine/core/error.h"
#include "engine/record/replay.h"
#include "ui/shell/engine.h"

namespace jacobiscope {

BranchOffer Engine::offerOfBranch() const {
  const RunRecord* run = currentRun();
  if (run) return branchOffer(*run, m_view.cursor.sweep, m_view.model, m_view.knobs);
  BranchOffer none;
  none.why = "There is no run to branch from.";
  none.hint = "Press Generate.";
  return none;
}

bool Engine::atLiveEnd() const {
  const RunRecord* run = currentRun();
  return run && !run->ended() && m_view.cursor.sweep + 1 >= std::ssize(run->snapshots);
}

// The run that goes on from there, or is held there, takes a changed knob by itself.
bool Engine::lookedAtPast() const {
  const RunRecord* run = currentRun();
  return run && !atLiveEnd() && !runToFollow() && (run->ended() || !m_view.cursor.followLive);
}

Job Engine::jobOfBranch(const RunRecord& run, const BranchOffer& offer, bool paused) const {
  const ModelInfo& model = run.start.model;
  const bool loaded = m_view.model && m_view.model->hash == model.hash;
  Job job;
  job.path = loaded       ? m_loadedPath
             : modelFile ? modelFile(model)
                         : model.path;
  job.model = model.title;
  job.modelHash = model.hash;
  job.input = run.start.input;
  job.branch = JobBranch{offer.run, offer.sweeps, offer.changes, offer.what, paused};
  return job;
}

void Engine::branch(bool paused) {
  m_hand.stop();
  const BranchOffer offer = offerOfBranch();
  if (!offer.possible()) return notify("branch", offer.why, offer.hint, Severity::Info);
  const RunRecord& run = *currentRun();
  Job job = jobOfBranch(run, offer, paused);
  if (job.path.empty()) {
    return notify("branch", "The model of run #" + std::to_string(offer.run) + " is not here: " +
                                run.start.model.title + ".",
                  "Open its checkpoint, then branch.");
  }
  if (!offer.newRunOnly.empty()) {
    notify("branch",
           "Not changed in the branch, since only a new run can: " + offer.newRunOnly + ".", {},
           Severity::Info);
  }
  // The parent itself, held: it ends here, and its record stays.
  const bool ofHeld = m_view.running && m_view.paused && offer.run == m_lastRun;
  if (busy() && !ofHeld) return waitBehindTheRun(std::move(job));
  m_view.cursor.followLive = true;
  if (m_view.model && m_view.model->hash == job.modelHash) {
    beginBranch(job);
  } else {
    const std::string path = job.path;
    m_branchOfLoad = std::move(job);
    request(path);
  }
  Q_EMIT eventsArrived();
}

void Engine::beginBranch(const Job& job) {
  const JobBranch& branch = *job.branch;
  const std::string number = "#" + std::to_string(branch.run);
  const RunRecord* parent = m_recording.run(branch.run);
  if (!parent || std::ssize(parent->snapshots) < branch.sweeps) {
    return keep(
        {"branch", "The branch was left out: run " + number + " is not here any more.", {}});
  }
  if (m_view.model->hash != job.modelHash) {
    return keep({"branch", "The branch was left out: the weights of " + job.path +
                               " are not those of run " + number + ".",
                 "Open the checkpoint that it was decoded with."});
  }
  m_hand.stop();
  m_view.transport.playing = false;
  m_starting = true;
  m_session->post(
      command::Branch{replayOf(*parent, branch.sweeps), branch.changes, branch.paused});
}

// A branch that waited for its model.
void Engine::beginBranchOfLoad() {
  if (const auto job = std::exchange(m_branchOfLoad, std::nullopt)) beginBranch(*job);
}

void Engine::repeatWithKnobs() {
  const RunRecord* run = currentRun();
  if (!run || !m_view.model || m_view.model->hash != run->start.model.hash) return;
  Job job = jobFromFields();
  job.input = run->start.input;
  if (busy()) return waitBehindTheRun(std::move(job));
  m_view.cursor.followLive = true;
  start(std::move(job.knobs), std::move(job.input), false);
  Q_EMIT eventsArrived();
}

void Engine::takeKnobsOfRun() {
  const RunRecord* run = currentRun();
  if (!run || !m_view.model || m_view.model->hash != run->start.model.hash) return;
  setKnobs(knobsAt(*run, m_view.cursor.sweep));
}

}  // namespace jacobiscope
