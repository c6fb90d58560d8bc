#include "engine/core/run.h"

#include <utility>

#include "engine/core/error.h"

namespace jacobiscope {

Run::Run(int id, std::unique_ptr<Decoder> decoder, KnobValues knobs, bool warm, Options options,
         EventBox& events)
    : m_id(id),
      m_decoder(std::move(decoder)),
      m_warm(warm),
      m_options(options),
      m_events(events),
      m_plan(m_decoder->plan()),
      m_knobs(std::make_shared<const KnobValues>(knobs)),
      m_wanted(std::move(knobs)),
      m_timeline({{0, m_wanted}}) {
  if (m_decoder->keepsPast()) m_options.camera.waitAMoment(Clock::now());
}

void Run::announce(const Input& input, const ModelInfo& model) {
  m_events.publish(Started{m_id, m_plan, *m_knobs, input, model, m_warm});
}

std::optional<Run::Step> Run::sweep(bool paced) {
  const auto start = Clock::now();
  std::optional<Sweep> sweep = m_decoder->sweep();
  const auto time = Clock::now() - start;
  m_computeTime += time;
  if (!sweep) return std::nullopt;

  sweep->index = m_sweeps++;
  sweep->seconds = seconds(time);
  m_calls += sweep->calls;
  m_betweenStages = endsStage(m_plan, *sweep);
  if (m_betweenStages) {
    for (auto& [key, value] : std::exchange(m_nextStage, {})) m_wanted[key] = value;
  }
  m_atEnd = m_betweenStages && sweep->window.stage + 1 == std::ssize(m_plan.positions);
  publish(std::move(*sweep), paced);
  const bool endsScript = m_options.script.sweeps && m_sweeps >= *m_options.script.sweeps;
  return Step{start, m_betweenStages, m_atEnd, endsScript && !m_atEnd};
}

void Run::publish(Sweep sweep, bool paced) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->run = m_id;
  snapshot->sweep = std::move(sweep);
  snapshot->knobs = m_knobs;
  snapshot->computeSeconds = seconds(m_computeTime);
  const bool wanted =
      (m_betweenStages && m_options.pictureAtStageEnd) || m_options.camera.due(Clock::now(), paced);
  const bool scripted = m_options.script.picture == snapshot->sweep.index;
  if (scripted || (wanted && !m_events.crowded())) snapshot->panels = photograph();
  snapshot->captureSeconds = seconds(m_captureTime);
  m_last = std::move(snapshot);
  const bool canBeMade = m_options.camera.on() && m_decoder->keepsPast();
  if (m_last->panels.empty() && canBeMade) m_unpictured.push_back(m_last);
  m_events.publish(m_last);
}

std::vector<Panel> Run::photograph() {
  if (!m_options.camera.on()) return {};
  const auto start = Clock::now();
  std::vector<Panel> panels = m_decoder->panels();
  const auto end = Clock::now();
  m_options.camera.took(start, end);
  m_captureTime += end - start;
  return panels;
}

void Run::completePicture() {
  if (!m_last || !m_last->panels.empty() || !m_options.camera.on()) return;
  auto snapshot = std::make_shared<Snapshot>(*m_last);
  snapshot->panels = photograph();
  snapshot->captureSeconds = seconds(m_captureTime);
  if (!m_unpictured.empty() && m_unpictured.back() == m_last) m_unpictured.pop_back();
  m_last = std::move(snapshot);
  m_events.publish(m_last);
}

void Run::setKnob(const Knob& knob, KnobValue value) {
  const bool waits = knob.scope == KnobScope::NextStage && !m_betweenStages;
  (waits ? m_nextStage : m_wanted)[knob.key] = std::move(value);
}

// Values that are in force already stay: the run that is repeated was not told them again either.
void Run::obeyScript() {
  for (const auto& [sweep, values] : m_options.script.timeline) {
    if (sweep == m_sweeps) m_wanted = values;
  }
}

void Run::applyKnobs() {
  obeyScript();
  if (m_wanted == *m_knobs || m_atEnd) return;
  const auto start = Clock::now();
  try {
    m_decoder->setKnobs(m_wanted);
  } catch (const UsageError&) {
    m_wanted = *m_knobs;
    throw;
  }
  m_computeTime += Clock::now() - start;
  m_knobs = std::make_shared<const KnobValues>(m_wanted);
  if (m_timeline.back().first == m_sweeps) m_timeline.pop_back();
  m_timeline.emplace_back(m_sweeps, m_wanted);
  if (Plan plan = m_decoder->plan(); plan != m_plan) {
    m_plan = std::move(plan);
    m_events.publish(PlanChanged{m_id, m_sweeps, m_plan});
  }
}

Finished Run::finish(Outcome outcome) const {
  Finished finished;
  finished.run = m_id;
  finished.outcome = outcome;
  finished.sweeps = m_sweeps;
  finished.calls = m_calls;
  finished.computeSeconds = seconds(m_computeTime);
  finished.captureSeconds = seconds(m_captureTime);
  finished.waitSeconds = seconds(m_waitTime);
  if (outcome == Outcome::Done) finished.result = m_decoder->result();
  finished.timeline = m_timeline;
  return finished;
}

}  // namespace jacobiscope
