#include "engine/core/run.h"

#include <algorithm>
#include <utility>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

// Of a file anything may come.
Clock::duration durationOf(double seconds) {
  if (!(seconds >= 0)) return {};
  seconds = std::min(seconds, 1e9);
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

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

Started Run::announce(const Input& input, const ModelInfo& model,
                      const std::optional<BranchPoint>& parent) {
  m_retells = parent.has_value();
  Started started{m_id, m_plan, *m_knobs, input, model, m_warm, parent};
  m_events.publish(started);
  return started;
}

std::optional<Run::Step> Run::sweep(bool paced) {
  const auto start = Clock::now();
  std::optional<Sweep> sweep = m_decoder->sweep();
  const auto time = Clock::now() - start;
  m_computeTime += time;
  if (!sweep) return std::nullopt;

  sweep->index = m_sweeps;
  sweep->seconds = seconds(time);
  count(*sweep);
  if (m_betweenStages) {
    for (auto& [key, value] : std::exchange(m_nextStage, {})) m_wanted[key] = value;
  }
  publish(std::move(*sweep), paced);
  const bool endsRerun = m_options.rerun.sweeps && m_sweeps >= *m_options.rerun.sweeps;
  return Step{start, m_betweenStages, m_atEnd, endsRerun && !m_atEnd};
}

void Run::count(const Sweep& sweep) {
  ++m_sweeps;
  m_calls += sweep.calls;
  m_betweenStages = endsStage(m_plan, sweep);
  m_atEnd = m_betweenStages && sweep.window.stage + 1 == std::ssize(m_plan.positions);
}

void Run::publish(Sweep sweep, bool paced) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->run = m_id;
  snapshot->sweep = std::move(sweep);
  snapshot->knobs = m_knobs;
  snapshot->computeSeconds = seconds(m_computeTime);
  const bool wanted =
      (m_betweenStages && m_options.pictureAtStageEnd) || m_options.camera.due(Clock::now(), paced);
  const bool wantedNow = m_options.rerun.picture == snapshot->sweep.index;
  if (wantedNow || (wanted && !m_events.crowded())) snapshot->panels = photograph();
  snapshot->captureSeconds = seconds(m_captureTime);
  tell(std::move(snapshot), true);
}

void Run::tell(std::shared_ptr<const Snapshot> snapshot, bool decoded) {
  m_last = std::move(snapshot);
  const bool canBeMade = decoded && m_options.camera.on() && m_decoder->keepsPast();
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
  if (m_retells) {
    m_waiting.emplace_back(knob, std::move(value));
    return;
  }
  const bool waits = knob.scope == KnobScope::NextStage && !m_betweenStages;
  (waits ? m_nextStage : m_wanted)[knob.key] = std::move(value);
}

// Values that are in force already stay: the run that is repeated was not told them again either.
void Run::obeyRerun() {
  for (const auto& [sweep, values] : m_options.rerun.timeline) {
    if (sweep == m_sweeps) m_wanted = values;
  }
}

void Run::applyKnobs() {
  obeyRerun();
  if (m_wanted == *m_knobs || m_atEnd || m_retells) return;
  const auto start = Clock::now();
  try {
    m_decoder->setKnobs(m_wanted);
  } catch (const UsageError&) {
    m_wanted = *m_knobs;
    throw;
  }
  m_computeTime += Clock::now() - start;
  put(std::make_shared<const KnobValues>(m_wanted));
  putPlan(m_decoder->plan());
}

void Run::put(std::shared_ptr<const KnobValues> knobs) {
  m_knobs = std::move(knobs);
  if (m_timeline.back().first == m_sweeps) m_timeline.pop_back();
  m_timeline.emplace_back(m_sweeps, *m_knobs);
}

void Run::putPlan(Plan plan) {
  if (plan == m_plan) return;
  m_plan = std::move(plan);
  m_planChanges.push_back(
      std::make_shared<const PlanChanged>(PlanChanged{m_id, m_sweeps, m_plan}));
  m_events.publish(*m_planChanges.back());
}

// ---- Of a branch ------------------------------------------------------------------------

void Run::retell(const Snapshot& parents, std::shared_ptr<const KnobValues> knobs, Plan plan,
                 bool decoded) {
  if (*knobs != *m_knobs) {
    put(std::move(knobs));
    m_wanted = *m_knobs;
  }
  putPlan(std::move(plan));
  count(parents.sweep);
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->run = m_id;
  snapshot->sweep = parents.sweep;
  snapshot->knobs = m_knobs;
  snapshot->computeSeconds = parents.computeSeconds;
  snapshot->captureSeconds = parents.captureSeconds;
  if (m_options.camera.on() && !m_events.crowded()) snapshot->panels = parents.panels;
  m_computeTime = durationOf(parents.computeSeconds);
  m_captureTime = durationOf(parents.captureSeconds);
  tell(std::move(snapshot), decoded);
}

void Run::goOn(const std::vector<std::pair<Knob, KnobValue>>& changes) {
  m_retells = false;
  for (const auto& [knob, value] : changes) setKnob(knob, value);
  applyKnobs();
  for (auto& [knob, value] : std::exchange(m_waiting, {})) setKnob(knob, std::move(value));
}

Boundary Run::boundary() const {
  Boundary boundary{m_sweeps, m_decoder->state(), {}, m_planChanges};
  if (m_last) boundary.last = m_last->sweep;
  return boundary;
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
