// Knobs: every change is checked, kept for the model, and acts on what runs or ran.
#include <algorithm>

#include "engine/core/error.h"
#include "ui/shell/baselines.h"
#include "ui/shell/engine.h"

namespace jacobiscope {

bool Engine::changeKnob(const std::string& key, const KnobValue& value) {
  const Knob* knob = m_view.model ? findKnob(m_view.model->knobs, key) : nullptr;
  if (!knob) {
    notify("knob", "The model has no knob \"" + key + "\".");
    return false;
  }
  try {
    checkKnob(*knob, value);
  } catch (const Error& error) {
    notify("knob", error.what(), error.hint());
    return false;
  }
  if (m_view.knobs[key] == value) return false;
  m_view.knobs[key] = value;
  m_remembered[m_view.model->hash] = m_view.knobs;
  if (m_view.running && knob->scope != KnobScope::NextRun) {
    m_session->post(command::SetKnob{key, value});
    m_movedDuringWarm |= m_warmRun && changesAnswer(key);
  }
  return true;
}

void Engine::editKnob(const std::string& key, const KnobValue& value) { editKnobs({{key, value}}); }

void Engine::editKnobs(const KnobValues& values) {
  const KnobValues before = m_view.knobs;
  bool changed = false, shows = false;
  for (const auto& [key, value] : values) {
    if (!changeKnob(key, value)) continue;
    changed = true;
    const Knob* knob = findKnob(m_view.model->knobs, key);
    shows |= knob->scope != KnobScope::NextRun && changesAnswer(key);
  }
  if (!changed) return;
  nameSchedule();
  tellEdits(before);
  if (m_view.followHand && shows && runToFollow()) m_hand.start();
  Q_EMIT eventsArrived();
}

void Engine::setKnobs(const KnobValues& values) {
  const KnobValues before = m_view.knobs;
  for (const auto& [key, value] : values) changeKnob(key, value);
  nameSchedule();
  tellEdits(before);
  Q_EMIT eventsArrived();
}

void Engine::applyKnobs(const KnobValues& values) {
  if (values.size() != 1) return setKnobs(values);
  editKnob(values.begin()->first, values.begin()->second);
}

void Engine::tellEdits(const KnobValues& before) {
  KnobValues old, now;
  for (const auto& [key, value] : m_view.knobs) {
    const auto held = before.find(key);
    if (held == before.end() || held->second == value) continue;
    old[key] = held->second;
    now[key] = value;
  }
  if (!now.empty()) Q_EMIT knobsEdited(old, now);
}

std::vector<Preset> Engine::presets() const {
  std::vector<Preset> all;
  if (m_view.model) all = m_view.model->presets;
  if (m_view.analysis) {
    all.insert(all.end(), m_view.analysis->presets.begin(), m_view.analysis->presets.end());
  }
  return all;
}

void Engine::choosePreset(const std::string& name) {
  const std::vector<Preset> all = presets();
  const auto found = std::ranges::find(all, name, &Preset::name);
  if (found != all.end()) setKnobs(found->knobs);
}

void Engine::nameSchedule() {
  m_view.preset = "custom";
  m_view.forecast = {};
  if (!m_view.model) return;
  if (m_view.analysis) {
    m_view.forecast = forecastOf(*m_view.model, m_view.analysis->costs,
                                 completeKnobs(m_view.model->knobs, m_view.knobs));
  }
  for (const Preset& preset : presets()) {
    if (holdsKnobs(m_view.model->knobs, m_view.knobs, preset.knobs)) {
      m_view.preset = preset.name;
      return;
    }
  }
}

// The run a moved slider continues: the last one, when its end is on screen, whole and of this
// model. Earlier moments of it are gone on from by a branch.
const RunRecord* Engine::runToFollow() const {
  if (busy() || !m_view.model || m_view.cursor.run != m_lastRun) return nullptr;
  const RunRecord* run = m_recording.run(m_lastRun);
  if (!run || !run->finished || run->finished->outcome != Outcome::Done) return nullptr;
  const std::int64_t sweep = m_view.cursor.sweep;
  if (sweep >= 0 && sweep + 1 < std::ssize(run->snapshots)) return nullptr;
  if (run->start.plan.acts) return nullptr;  // what was carried out is not solved anew
  return run->start.model.hash == m_view.model->hash ? run : nullptr;
}

void Engine::followHand() {
  const RunRecord* run = runToFollow();
  if (!run) return;
  m_view.cursor.followLive = true;
  start(completeKnobs(m_view.model->knobs, m_view.knobs), run->start.input, true);
}

}  // namespace jacobiscope
