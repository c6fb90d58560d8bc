// What the engine thread said, as it changes what the window shows.
#include <utility>

#include "engine/core/error.h"
#include "ui/shell/analyses.h"
#include "ui/shell/baselines.h"
#include "ui/shell/engine.h"

namespace jacobiscope {

void Engine::drain() {
  const auto events = m_session->drain();
  for (const Event& event : events) take(event);
  if (!events.empty()) Q_EMIT eventsArrived();
}

void Engine::take(const Event& event) {
  m_recording.add(event);
  Q_EMIT happened(event);
  std::visit([this](const auto& held) { handle(held); }, event);
}

void Engine::handle(const Loaded& event) {
  if (loading()) {
    m_loadedPath = m_requested.front();
    m_requested.pop_front();
  }
  ++m_loads;
  m_modelIsElsewhere = false;
  m_view.progress.reset();
  m_view.analysis.reset();
  m_analyses.clear();
  m_view.searchBound = 0;
  m_view.model = event.model;
  m_view.knobs = completeKnobs(event.model.knobs, {});
  if (const auto kept = m_remembered.find(event.model.hash); kept != m_remembered.end()) {
    // Values of another version of the program may no longer be allowed: those are dropped.
    for (const auto& [key, value] : KnobValues(kept->second)) {
      const Knob* knob = findKnob(event.model.knobs, key);
      try {
        if (knob) checkKnob(*knob, value), m_view.knobs[key] = value;
      } catch (const Error&) {
      }
    }
  }
  const auto classes = static_cast<std::int64_t>(event.model.classes.size());
  if (m_input.label && *m_input.label >= classes) m_input.label.reset();
  if (!m_input.label && !anyClass && classes > 0) m_input.label = 0;
  // As with a class: the first press shows something that is known to come out well.
  if (promptIsBlank() && !event.model.prompts.empty()) {
    m_input.prompt = event.model.prompts.front();
  }
  m_view.before.reset();
  m_view.moved.reset();
  m_input.arrays.erase("layout");
  m_view.ownLayout = false;
  m_lookedHash.clear();
  const auto layout = std::exchange(m_layoutToRestore, std::nullopt);
  layout && !event.model.action.empty() ? askForLayout(*layout) : look(true);
  nameSchedule();
  // What was assumed of the model before says nothing of this one.
  std::erase_if(m_view.notices, [](const Notice& notice) {
    return notice.what == "load" && notice.severity == Severity::Warning;
  });
  for (const std::string& note : event.model.notes) keep({"load", note, {}, Severity::Warning});
  Q_EMIT modelChanged();
  if (loading()) return;
  beginBranchOfLoad();
  // Pressed after the branch, it waits behind it.
  if (std::exchange(m_generateLater, false)) generate();
  beginNextJob();
}

void Engine::handle(const Started& event) {
  m_view.running = true;
  m_starting = false;
  m_lastRun = event.run;
  m_warmRun = event.warm;
  m_movedDuringWarm = false;
  if (m_view.cursor.followLive || m_view.cursor.run == 0) m_view.cursor = {event.run, -1, true};
}

void Engine::handle(const std::shared_ptr<const Snapshot>& event) {
  if (!m_view.cursor.followLive || !m_view.running) return;  // made afterwards: moves nothing
  m_view.cursor.run = event->run;
  m_view.cursor.sweep = event->sweep.index;
}

void Engine::handle(const Finished& event) {
  m_view.running = false;
  // The last sweep of all met it: there was nothing left to hold.
  const auto held = std::exchange(m_held, std::nullopt);
  if (held && event.outcome == Outcome::Done) {
    keep({"breakpoint", held->hit.reason, "", Severity::Warning});
  }
  m_view.baselines = findBaselines(m_recording, m_origins);
  look(false);
  beginNextJob();
  // Half of a warm run used the older value: once more, so that the picture is the hand's.
  if (std::exchange(m_movedDuringWarm, false) && m_view.followHand && runToFollow()) {
    m_hand.start();
  }
}

void Engine::handle(const Failed& event) {
  if (event.what == "load" && loading()) {
    m_requested.pop_front();
    // What was pressed was meant for the model that did not come.
    if (!loading()) m_generateLater = false;
  }
  if (event.what == "load" || event.what == "analyse") m_view.progress.reset();
  if (event.what == "load" && m_modelIsElsewhere) m_view.model.reset();
  if (event.run != 0 && event.run == m_lastRun) {
    m_view.running = false;
    m_held.reset();
  }
  if (event.what == "preview") {
    m_view.moved.reset();  // it springs back
    m_lookedHash.clear();
    std::erase_if(m_view.notices, [](const Notice& notice) { return notice.what == "preview"; });
  }
  if (event.what == "judge") {
    endJudging();
    if (!std::exchange(m_judgeStopped, false))
      keep({event.what, event.message, event.hint, Severity::Info});
    return;
  }
  const bool wanted = event.what == "analyse" && std::exchange(m_stopsAnalysis, false);
  keep({event.what, event.message, event.hint, wanted ? Severity::Info : Severity::Problem});
  if (event.what == "load" && !loading()) m_branchOfLoad.reset();
  if (event.what == "run") m_starting = false;
  if (event.what == "load" && !loading()) dropUnloadedJob();
  if (event.what == "run" || event.what == "load") beginNextJob();
}

void Engine::handle(const Progress& event) {
  m_view.progress = event;
  if (event.what == "judge" && event.fraction >= 1) endJudging();
}

// What another analysis of the same model found stays beside it.
void Engine::handle(const Analysed& event) {
  if (event.complete) m_view.progress.reset();
  if (!m_view.model || event.model.hash != m_view.model->hash) return;
  m_analyses[event.analysis.name] = event.analysis;
  m_view.analysis = merged(m_analyses);
  nameSchedule();
}

void Engine::handle(const Paused& event) {
  m_view.paused = event.paused;
  if (!event.paused) m_held.reset();
}

void Engine::handle(const Broke& event) { m_held = event; }

}  // namespace jacobiscope
