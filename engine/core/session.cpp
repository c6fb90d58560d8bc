#include "engine/core/session.h"

#include <thread>
#include <utility>

#include "engine/core/analysis_job.h"
#include "engine/core/error.h"
#include "engine/core/failure.h"
#include "engine/core/run.h"

namespace jacobiscope {

// Everything below `loop` happens on the engine thread; the two mailboxes are all that it
// shares with the others.
struct Session::Impl {
  Impl(std::vector<FamilyEntry> families, std::function<void()> wake, Options options)
      : families(std::move(families)),
        options(options),
        events(std::move(wake), options.undrainedPictureBytes),
        thread([this](std::stop_token stop) { loop(stop); }) {}

  // Ends the thread; what it publishes on the way can still be drained.
  void close() {
    thread.request_stop();
    commands.post(command::Stop{});  // wakes a waiting thread
    thread.join();
  }

  void loop(std::stop_token stop);
  std::vector<Command> nextCommands();
  void obey(Command& command);
  void refuse(const Command& command);
  void sweep();
  void analyse();
  void shutDown();

  void on(command::Load& load);
  void on(command::Start& start);
  void on(command::SetKnob& set);
  void on(command::Pause&) { if (run) pacer.pause(); }
  void on(command::Resume&) { if (run) pacer.resume(); }
  void on(command::Step& step);
  void on(command::Stop&);
  void on(command::SetPace& pace) { pacer.setPace(pace.sweepsPerSecond); }
  void on(command::Analyse& request);

  void begin(const command::Start& start);
  void applyKnobs();
  void stopRun();
  void end(Outcome outcome);
  void stopAnalysis(const std::string& why);
  void publishPause();
  Family& model() const;
  template <class Action>
  void attempt(const std::string& what, Action action);

  const std::vector<FamilyEntry> families;
  const Options options;
  Mailbox<Command> commands;
  EventBox events;

  // Of the engine thread only. A decoder goes before its model.
  std::unique_ptr<Family> family;
  std::unique_ptr<Decoder> previous;  // holds solutions for a warm start
  std::unique_ptr<AnalysisJob> analysis;
  std::unique_ptr<Run> run;
  KnobValues kept;  // for the next start
  Pacer pacer;
  bool publishedPaused = false;
  int runs = 0;

  std::jthread thread;  // last: it uses all of the above
};

// ---- The loop ---------------------------------------------------------------------------

void Session::Impl::loop(std::stop_token stop) {
  while (!stop.stop_requested()) {
    for (Command& command : nextCommands()) {
      stop.stop_requested() ? refuse(command) : obey(command);
    }
    applyKnobs();
    publishPause();
    if (stop.stop_requested()) break;
    if (run && pacer.wait(Clock::now()) == Clock::duration::zero()) {
      sweep();
    } else if (analysis && (!run || pacer.paused())) {
      analyse();
    }
  }
  shutDown();
}

// The only place where the engine thread waits.
std::vector<Command> Session::Impl::nextCommands() {
  const auto now = Clock::now();
  auto wait = run ? pacer.wait(now) : Pacer::kForever;
  if (analysis && (!run || pacer.paused())) wait = {};
  if (wait == Clock::duration::zero()) return commands.drain();
  auto batch = commands.drainFor(wait);
  if (run) run->waited(Clock::now() - now);
  return batch;
}

void Session::Impl::sweep() {
  attempt("run", [this] {
    const auto step = run->sweep(pacer.paced());
    if (!step) return end(Outcome::Done);
    pacer.swept(step->start, step->endsStage);
    // Stepping onto the last sweep of all completes the run: nothing is left to look at.
    if (pacer.paused() && step->endsPlan) pacer.step(1);
  });
  publishPause();
}

void Session::Impl::analyse() {
  const auto start = Clock::now();
  attempt("analyse", [this] {
    if (analysis->step(events)) return;
    Analysed analysed{analysis->result(), model().info()};
    analysis.reset();
    events.publish(std::move(analysed));
  });
  if (run) run->waited(Clock::now() - start);
}

void Session::Impl::shutDown() {
  for (const Command& command : commands.drain()) refuse(command);
  stopRun();
  stopAnalysis("the session ends");
  previous.reset();
  family.reset();
}

// ---- Commands ---------------------------------------------------------------------------

void Session::Impl::obey(Command& command) {
  std::visit([this](auto& each) { on(each); }, command);
}

// What is still in the box when the session ends; a Start needs its ending all the same.
void Session::Impl::refuse(const Command& command) {
  const std::string message = "The session ended before this began.";
  if (std::holds_alternative<command::Start>(command)) {
    events.publish(Failed{0, "run", message, {}});
  } else if (std::holds_alternative<command::Analyse>(command)) {
    events.publish(Failed{0, "analyse", message, {}});
  } else if (std::holds_alternative<command::Load>(command)) {
    events.publish(Failed{0, "load", message, {}});
  }
}

void Session::Impl::on(command::Load& load) {
  stopRun();
  stopAnalysis("another model is loaded");
  attempt("load", [&] {
    events.publish(Progress{"load", 0});
    std::unique_ptr<Family> loaded = loadModel(families, load.request);
    previous.reset();
    kept.clear();
    family = std::move(loaded);
    events.publish(Loaded{family->info()});
  });
}

void Session::Impl::on(command::Start& start) {
  stopRun();
  attempt("run", [&] { begin(start); });
}

void Session::Impl::begin(const command::Start& start) {
  KnobValues wanted = start.knobs;
  wanted.insert(kept.begin(), kept.end());  // what the start names itself wins
  KnobValues knobs = completeKnobs(model().info().knobs, wanted);
  if (!start.warm) previous.reset();  // frees its memory before the next decoder takes some
  const bool warm = previous != nullptr;
  auto decoder = family->begin(knobs, start.input, std::move(previous));
  run = std::make_unique<Run>(runs + 1, std::move(decoder), std::move(knobs), warm,
                              Run::Options{Camera(options.picturesPerSecond),
                                           options.pictureAtStageEnd},
                              events);
  runs = run->id();
  kept.clear();
  pacer.begin(start.paused);
  run->announce(start.input, family->info());
}

void Session::Impl::on(command::SetKnob& set) {
  attempt("knob", [&] {
    const Knob& knob = requireKnob(model().info().knobs, set.key);
    KnobValue value = acceptKnob(knob, set.value);
    if (run && knob.scope != KnobScope::NextRun) {
      run->setKnob(knob, std::move(value));
    } else {
      kept[set.key] = std::move(value);
    }
  });
}

void Session::Impl::applyKnobs() {
  if (!run) return;
  attempt("run", [this] {
    try {
      run->applyKnobs();
    } catch (const UsageError&) {  // the run goes on with the old values
      events.publish(failure(0, "knob", std::current_exception()));
    }
  });
}

void Session::Impl::on(command::Step& step) {
  if (!run) return;
  step.wholeStage ? pacer.stepStage() : pacer.step(step.sweeps);
}

void Session::Impl::on(command::Stop&) {
  run ? stopRun() : stopAnalysis("stopped");
}

void Session::Impl::on(command::Analyse& request) {
  stopAnalysis("another analysis begins");
  attempt("analyse", [&] {
    const KnobValues knobs = completeKnobs(model().info().knobs, request.knobs);
    auto task = family->analyse(request.name, knobs, request.input);
    if (!task) throw UsageError(model().info().family + " has no analysis " + request.name);
    analysis = std::make_unique<AnalysisJob>(request.name, std::move(task));
  });
}

// ---- Endings ----------------------------------------------------------------------------

void Session::Impl::stopRun() {
  if (run) attempt("run", [this] { end(Outcome::Stopped); });
}

void Session::Impl::end(Outcome outcome) {
  run->completePicture();
  Finished finished = run->finish(outcome);
  const bool usable = outcome == Outcome::Done || run->warm();
  previous = usable ? run->takeDecoder() : nullptr;
  run.reset();
  pacer.end();
  events.publish(std::move(finished));
}

void Session::Impl::stopAnalysis(const std::string& why) {
  if (!analysis) return;
  const std::string name = analysis->name();
  analysis.reset();
  events.publish(Failed{0, "analyse", name + " did not finish: " + why + ".", {}});
}

void Session::Impl::publishPause() {
  if (pacer.paused() && !publishedPaused) {
    attempt("run", [this] { run->completePicture(); });
  }
  if (pacer.paused() == publishedPaused) return;
  publishedPaused = pacer.paused();
  events.publish(Paused{publishedPaused});
}

Family& Session::Impl::model() const {
  if (!family) throw UsageError("no model is loaded", "open a model first");
  return *family;
}

// The one catch of the engine. An exception ends what it came from (a refused knob ends
// nothing) and is published once.
template <class Action>
void Session::Impl::attempt(const std::string& what, Action action) {
  try {
    action();
  } catch (...) {
    const int id = what == "run" && run ? run->id() : 0;
    Failed failed = failure(id, what, std::current_exception());
    if (what == "run") {
      run.reset();
      pacer.end();
    }
    if (what == "analyse") analysis.reset();
    events.publish(std::move(failed));
  }
}

// ---- The other side ---------------------------------------------------------------------

Session::Session(std::vector<FamilyEntry> families, std::function<void()> wake, Options options)
    : m_impl(std::make_unique<Impl>(std::move(families), std::move(wake), options)) {}

Session::Session(std::vector<FamilyEntry> families, std::function<void()> wake)
    : Session(std::move(families), std::move(wake), Options()) {}

Session::~Session() { m_impl->close(); }

void Session::post(Command command) { m_impl->commands.post(std::move(command)); }

std::vector<Event> Session::drain() { return m_impl->events.drain(); }

}  // namespace jacobiscope
