#include "engine/core/workshop.h"

#include <utility>

#include "engine/core/error.h"
#include "engine/core/workshop_attempt.h"

namespace jacobiscope {

// ---- Work -------------------------------------------------------------------------------

Clock::duration Workshop::idleTime() const {
  if (m_replay || m_darkroom.busy() || taskMayWork()) return {};
  return m_run ? m_pacer.wait(Clock::now()) : Pacer::kForever;
}

void Workshop::work() {
  if (m_replay) {
    replay();
  } else if (m_run && m_pacer.wait(Clock::now()) == Clock::duration::zero()) {
    sweep();
  } else if (m_darkroom.busy()) {
    develop();
  } else if (taskMayWork()) {
    m_analysis ? analyse() : judge();
  }
}

void Workshop::sweep() {
  attempt("run", [this] {
    const auto step = m_run->sweep(m_pacer.paced());
    if (!step) return end(Outcome::Done);
    if (step->endsRerun) return end(Outcome::Stopped);
    m_pacer.swept(step->start, step->endsStage);
    if (step->endsStage && !step->endsPlan) m_boundaries.add(m_run->id(), m_run->boundary());
    watch();
    // Held at the last sweep of all, a run completes: nothing is left to steer.
    if (m_pacer.paused() && step->endsPlan) m_pacer.step(1);
  });
  publishPause();
}

void Workshop::watch() {
  if (m_run->repeats()) return;
  auto hit = m_watch.look(m_run->plan(), m_run->lastSweep());
  if (!hit) return;
  m_pacer.pause();
  m_events.publish(Broke{m_run->id(), std::move(*hit)});
}

// Nothing is lost where it fails: the pictures of the run itself are there.
void Workshop::develop() {
  attempt("picture", [this] { m_darkroom.step(*m_previous, m_events); });
}

void Workshop::forgetPrevious() {
  m_darkroom.clear();
  m_previous.reset();
}

void Workshop::analyse() {
  const auto start = Clock::now();
  attempt("analyse", [this] {
    if (m_analysis->step(m_events, model().info())) return;
    Analysed analysed{m_analysis->result(), model().info()};
    m_analysis.reset();
    m_events.publish(std::move(analysed));
  });
  waited(Clock::now() - start);
}

void Workshop::waited(Clock::duration time) {
  if (m_run) m_run->waited(time);
}

void Workshop::settle() {
  applyKnobs();
  publishPause();
}

void Workshop::applyKnobs() {
  if (!m_run) return;
  attempt("run", [this] {
    try {
      m_run->applyKnobs();
    } catch (const UsageError&) {  // the run goes on with the old values
      m_events.publish(failure(0, "knob", std::current_exception()));
    }
  });
}

void Workshop::publishPause() {
  if (m_pacer.paused() && !m_replay && !m_publishedPaused) {
    attempt("run", [this] { m_run->completePicture(); });
  }
  const bool paused = m_pacer.paused() && !m_replay;  // a branch is held once its past is told
  if (paused == m_publishedPaused) return;
  m_publishedPaused = paused;
  m_events.publish(Paused{m_publishedPaused});
}

// ---- Commands ---------------------------------------------------------------------------

void Workshop::obey(Command& command) {
  std::visit([this](auto& each) { on(each); }, command);
}

void Workshop::refuse(const Command& command) {
  const std::string message = "The session ended before this began.";
  if (std::holds_alternative<command::Start>(command) ||
      std::holds_alternative<command::Branch>(command)) {
    m_events.publish(Failed{0, "run", message, {}});
  } else if (std::holds_alternative<command::Analyse>(command)) {
    m_events.publish(Failed{0, "analyse", message, {}});
  } else if (std::holds_alternative<command::Judge>(command)) {
    m_events.publish(Failed{0, "judge", message, {}});
  } else if (std::holds_alternative<command::Load>(command)) {
    m_events.publish(Failed{0, "load", message, {}});
  }
}

void Workshop::on(command::Load& load) {
  stopRun();
  stopTask("another model is loaded");
  attempt("load", [&] {
    m_events.publish(Progress{"load", 0});
    std::unique_ptr<Family> loaded = loadModel(m_families, load.request);
    forgetPrevious();
    m_boundaries.clear();
    m_reference.reset();
    m_kept.clear();
    m_family = std::move(loaded);
    m_events.publish(Loaded{m_family->info()});
  });
}

void Workshop::on(command::Start& start) {
  stopRun();
  attempt("run", [&] { begin(start); });
}

void Workshop::begin(const command::Start& start) {
  KnobValues wanted = start.knobs;
  wanted.insert(m_kept.begin(), m_kept.end());  // what the start names itself wins
  KnobValues knobs = completeKnobs(model().info().knobs, wanted);

  m_darkroom.clear();
  if (!start.warm) m_previous.reset();  // frees its memory before the next decoder takes some
  const bool warm = m_previous != nullptr;
  auto decoder = m_family->begin(knobs, start.input, std::move(m_previous));
  makeRun(std::move(decoder), std::move(knobs), warm, start.rerun);
  m_kept.clear();
  m_pacer.begin(start.paused);
  m_watch.begin();
  const Started started = m_run->announce(start.input, m_family->info());
  m_boundaries.begin(started, m_run->boundary());
}

void Workshop::makeRun(std::unique_ptr<Decoder> decoder, KnobValues knobs, bool warm,
                       Rerun rerun) {
  const Run::Options options{PictureClock(m_options.picturesPerSecond),
                             m_options.pictureAtStageEnd, std::move(rerun)};
  m_run = std::make_unique<Run>(*m_options.lastRun + 1, std::move(decoder), std::move(knobs),
                                warm, options, m_events);
  ++*m_options.lastRun;
}

void Workshop::on(command::SetKnob& set) {
  attempt("knob", [&] {
    const Knob& knob = requireKnob(model().info().knobs, set.key);
    KnobValue value = acceptKnob(knob, set.value);
    if (m_run && knob.scope != KnobScope::NextRun) {
      m_run->setKnob(knob, std::move(value));
    } else {
      m_kept[set.key] = std::move(value);
    }
  });
}

void Workshop::on(command::Pause&) {
  if (m_run) m_pacer.pause();
}

void Workshop::on(command::Resume&) {
  if (m_run) m_pacer.resume();
}

void Workshop::on(command::Step& step) {
  if (!m_run) return;
  step.wholeStage ? m_pacer.stepStage() : m_pacer.step(step.sweeps);
}

void Workshop::on(command::Stop&) {
  m_run && !taskMayWork() ? stopRun() : stopTask("stopped");
}

void Workshop::on(command::Analyse& request) {
  stopTask("another analysis begins");
  attempt("analyse", [&] {
    const KnobValues knobs = completeKnobs(model().info().knobs, request.knobs);
    auto task = m_family->analyse(request.name, knobs, request.input);
    if (!task) throw UsageError(model().info().family + " has no analysis " + request.name + ".");
    m_analysis = std::make_unique<AnalysisJob>(request.name, std::move(task));
  });
}

void Workshop::on(command::Preview& request) {
  attempt("preview", [&] {
    Family::Preview preview = model().preview(request.input);
    m_events.publish(Previewed{std::move(request.input), std::move(preview)});
  });
}

void Workshop::on(command::SetBreakpoints& set) {
  attempt("breakpoint", [&] {
    for (const Breakpoint& breakpoint : set.breakpoints) checkBreakpoint(breakpoint);
    m_watch.set(std::move(set.breakpoints));
  });
}

// ---- Endings ----------------------------------------------------------------------------

void Workshop::stopRun() {
  if (m_run) attempt("run", [this] { end(Outcome::Stopped); });
}

void Workshop::end(Outcome outcome) {
  m_run->completePicture();
  Finished finished = m_run->finish(outcome);
  m_replay.reset();
  const bool usable = outcome == Outcome::Done || m_run->warm();
  m_previous = usable ? m_run->takeDecoder() : nullptr;
  if (m_previous) m_darkroom.fill(m_run->takeUnpictured());
  m_run.reset();
  m_pacer.end();
  m_events.publish(std::move(finished));
}

void Workshop::stopTask(const std::string& why) {
  const auto publish = [&](const std::string& what, const std::string& name) {
    m_events.publish(Failed{0, what, name + " did not finish: " + why + ".", {}});
  };
  if (m_analysis) publish("analyse", m_analysis->name());
  if (m_judge) publish("judge", "Judging run " + std::to_string(m_judge->run()));
  // What was decoded sequentially holds for the next judging, too.
  if (m_judge && m_judge->reference()) m_reference = m_judge->reference();
  m_analysis.reset();
  m_judge.reset();
}

void Workshop::close() {
  stopRun();
  stopTask("the session ends");
  forgetPrevious();
  m_boundaries.clear();
  m_reference.reset();
  m_family.reset();
}

Family& Workshop::model() const {
  if (!m_family) throw UsageError("No model is loaded.", "Open a model first.");
  return *m_family;
}

}  // namespace jacobiscope
