#include "engine/remote/event_checks.h"

#include "engine/record/trace_checks.h"
#include "engine/record/trace_fields.h"

namespace jacobiscope::remote {
namespace {

void checkModel(const ModelInfo& model) {
  Started start;
  start.model = model;
  trace::check(start);
}

void checkInput(const Input& input) {
  Started start;
  start.input = input;
  trace::check(start);
}

}  // namespace

void EventChecks::check(const Event& event) {
  std::visit([this](const auto& held) { checkOne(held); }, event);
}

void EventChecks::expectRun(int run) const {
  if (run != m_run.start.run || run == 0) trace::refuse("run", "the one that began last");
}

void EventChecks::checkOne(const Loaded& event) { checkModel(event.model); }

void EventChecks::checkOne(const Started& event) {
  trace::check(event);
  if (event.run <= m_run.start.run) trace::refuse("run", "a new one");
  if (m_running) trace::refuse("run", "one that begins after the end of the last");
  m_run = RunRecord();
  m_run.start = event;
  m_running = true;
}

void EventChecks::checkOne(const PlanChanged& event) {
  expectRun(event.run);
  trace::check(event, m_run);
  m_run.planChanges = {{event.run, event.fromSweep, {}}};
}

void EventChecks::checkOne(const std::shared_ptr<const Snapshot>& event) {
  expectRun(event->run);
  // A sweep that is told again must be as good as it was when it was the next one.
  auto& told = m_run.snapshots;
  const std::size_t before = told.size();
  const std::int64_t index = event->sweep.index;
  const bool again = index >= 0 && index < std::ssize(told);
  if (!again && !m_running) trace::refuse("sweep", "before the end of its run");
  if (again) told.resize(static_cast<std::size_t>(index));
  trace::check(event->sweep, m_run);
  told.resize(again ? before : before + 1);
}

void EventChecks::checkOne(const Finished& event) {
  expectRun(event.run);
  if (!m_running) trace::refuse("end", "the only one of its run");
  trace::check(event);
  m_running = false;
}

void EventChecks::checkOne(const Failed& event) {
  if (event.run == 0) return;
  expectRun(event.run);
  if (event.what == "run") m_running = false;
}

void EventChecks::checkOne(const Analysed& event) {
  checkModel(event.model);
  const ScheduleCosts& costs = event.analysis.costs;
  const auto stages = std::ssize(event.model.stages);
  const auto perStage = [&](const auto& list) {
    return list.empty() || std::ssize(list) == stages;
  };
  if (!perStage(costs.amplification) || !perStage(costs.decay)) {
    trace::refuse("costs", "one entry a stage");
  }
  for (const PassTime& pass : costs.passes) {
    if (pass.prefix < 0 || pass.width < 1) trace::refuse("passes", "of one position or more");
  }
  for (const StageTrial& trial : costs.trials) {
    const BlockSchedule& schedule = trial.schedule;
    const bool fits = trial.stage >= 0 && trial.stage < stages && schedule.segments >= 0 &&
                      schedule.width >= 1 && schedule.cap >= 0 && trial.passes >= 0;
    if (!fits) trace::refuse("trials", "of the model's stages");
  }
}

void EventChecks::checkOne(const Previewed& event) {
  checkInput(event.input);
  trace::check(event.preview.arrays);
}

void EventChecks::checkOne(const Broke& event) {
  expectRun(event.run);
  trace::check(event, m_run);
  m_run.breaks = {event.hit};
}

// Of any run that is known here, also of another engine: the recording passes over sweeps that it
// has not got.
void EventChecks::checkOne(const Exactness& event) { trace::check(event); }

}  // namespace jacobiscope::remote
