// Runs one after the other: what is asked for while something runs waits as a job.
#include <utility>

#include "engine/core/error.h"
#include "ui/shell/engine.h"

namespace jacobiscope {

Job Engine::jobFromFields() const {
  const ModelInfo& model = *m_view.model;
  Job job;
  job.path = m_loadedPath;
  job.model = model.title;
  job.modelHash = model.hash;
  job.schedule = m_view.preset;
  job.knobs = completeKnobs(model.knobs, m_view.knobs);
  job.input = inputForModel();
  const std::int64_t label = job.input.label.value_or(-1);
  if (label >= 0 && label < std::ssize(model.classes)) job.className = model.classes[label];
  return job;
}

void Engine::start(KnobValues knobs, Input input, bool warm) {
  m_hand.stop();
  m_view.transport.playing = false;
  m_starting = true;
  m_session->post(command::Start{std::move(knobs), std::move(input), warm});
}

void Engine::rerun(command::Start start) {
  m_hand.stop();
  m_view.transport.playing = false;
  m_view.cursor.followLive = true;
  m_starting = true;
  m_session->post(std::move(start));
  Q_EMIT eventsArrived();
}

RunRecord Engine::nextRun() const {
  RunRecord next;
  next.start.model = *m_view.model;
  next.start.knobs = completeKnobs(m_view.model->knobs, m_view.knobs);
  next.start.input = inputForModel();
  return next;
}

void Engine::waitBehindTheRun(Job job) {
  m_jobs.add(std::move(job));
  // Somebody who presses a button is told why nothing seems to happen.
  if (m_jobs.held()) {
    keep({"job", "The new job waits behind others that are held.",
          "Press Start in the list of jobs.", Severity::Info});
  } else if (m_view.paused) {
    keep({"job", "The new job begins when the paused run has ended.", "Resume or stop it.",
          Severity::Info});
  }
  Q_EMIT eventsArrived();
}

void Engine::startJobs() {
  m_jobs.setHeld(false);
  beginNextJob();
}

void Engine::beginNextJob() {
  while (!busy() && !loading() && !m_jobs.empty() && !m_jobs.held()) {
    const Job& next = m_jobs.jobs().front();
    if (!m_view.model || m_loadedPath != next.path) {
      m_jobOfLoad = next.id;
      return request(next.path);
    }
    m_jobOfLoad = 0;
    beginJob(*m_jobs.take(next.id));
  }
}

// The knobs of the window become the job's, since from now on they act on its run.
void Engine::beginJob(const Job& job) {
  if (job.branch) return beginBranch(job);
  KnobValues knobs;
  try {
    knobs = completeKnobs(m_view.model->knobs, job.knobs);
  } catch (const Error& error) {
    keep({"job", "A job was left out: " + std::string(error.what()), error.hint()});
    return;
  }
  if (m_view.model->hash != job.modelHash) {
    keep({"job", "The weights of " + job.path + " are not those that the job was made for.",
          "The outcome will differ.", Severity::Warning});
  }
  m_view.knobs = knobs;
  m_remembered[m_view.model->hash] = knobs;
  nameSchedule();
  start(std::move(knobs), job.input, false);
}

// The model of a job cannot be loaded: the next one may be of another.
void Engine::dropUnloadedJob() {
  const int id = std::exchange(m_jobOfLoad, 0);
  const auto job = m_jobs.take(id);
  if (!job) return;
  const std::string what = "The job “" + jobTitle(*job) + "” was left out";
  keep({"job", what + ": its model could not be loaded.", {}});
}

}  // namespace jacobiscope
