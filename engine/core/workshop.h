// What the engine thread works on: one model, at most one run and one task (analysis or oracle).
// Obeys commands and does one piece of work at a time; knows nothing of threads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/core/analysis_job.h"
#include "engine/core/breakpoint_watch.h"
#include "engine/core/clocks.h"
#include "engine/core/darkroom.h"
#include "engine/core/event_box.h"
#include "engine/core/judge_task.h"
#include "engine/core/replayer.h"
#include "engine/core/run.h"
#include "engine/core/session.h"

namespace jacobiscope {

class Workshop {
 public:
  Workshop(const std::vector<FamilyEntry>& families, const Session::Options& options,
           EventBox& events)
      : m_families(families), m_options(options), m_events(events) {
    if (!m_options.lastRun) m_options.lastRun = std::make_shared<std::atomic<int>>(0);
  }

  void obey(Command& command);
  // What still waits when the session ends: a Start needs its ending all the same.
  void refuse(const Command& command);

  // After a batch of commands: hands new knob values over, says whether it is paused.
  void settle();
  // How long nothing is to be done; zero: work() has something to do.
  Clock::duration idleTime() const;
  // One sweep of a branch's past, else one of the run, else one picture of the last run's past,
  // else one step of the task.
  void work();
  // Time of a run that went by without work, paused or held back by the pace.
  void waited(Clock::duration time);

  // Ends what runs, and destroys every decoder and then the model.
  void close();

 private:
  void on(command::Load& load);
  void on(command::Start& start);
  void on(command::SetKnob& set);
  void on(command::Pause&);
  void on(command::Resume&);
  void on(command::Step& step);
  void on(command::Stop&);
  void on(command::SetPace& pace) { m_pacer.setPace(pace.sweepsPerSecond); }
  void on(command::Analyse& request);
  void on(command::Preview& request);
  void on(command::SetBreakpoints& set);
  void on(command::Branch& request);
  void on(command::Judge& request);

  void begin(const command::Start& start);
  void makeRun(std::unique_ptr<Decoder> decoder, KnobValues knobs, bool warm,
               Rerun rerun = {});
  void branch(command::Branch& request);
  void tellUndecodedPast(const Boundary& from);
  void replay();
  void beginJudging(command::Judge& request);
  void judge();
  void sweep();
  void watch();
  void analyse();
  void applyKnobs();
  void publishPause();
  void develop();
  void forgetPrevious();
  void stopRun();
  void end(Outcome outcome);
  void stopTask(const std::string& why);

  bool taskMayWork() const {
    return (m_analysis || m_judge) && !m_replay && (!m_run || m_pacer.paused());
  }
  Family& model() const;  // UsageError when none is loaded
  // The one catch of the engine. An exception ends what it came from (`what` as in Failed;
  // a refused knob ends nothing) and is published once. In workshop_attempt.h.
  template <class Action>
  void attempt(const std::string& what, Action action);

  const std::vector<FamilyEntry>& m_families;
  Session::Options m_options;
  EventBox& m_events;

  // A decoder goes before its model.
  std::unique_ptr<Family> m_family;
  std::unique_ptr<Decoder> m_previous;  // holds solutions for a warm start
  Darkroom m_darkroom;                  // of m_previous, and empty without it
  Boundaries m_boundaries;              // of this model's runs
  std::shared_ptr<const SequentialReference> m_reference;  // of the last judging
  std::unique_ptr<AnalysisJob> m_analysis;
  std::unique_ptr<JudgeTask> m_judge;  // never beside m_analysis
  TaskSteps m_judgeSteps;
  std::unique_ptr<Run> m_run;
  // While the run is a branch whose past is being decoded again; goes before the run.
  struct BranchReplay {
    std::shared_ptr<const Past> past;
    Replayer replayer;
    std::vector<std::pair<Knob, KnobValue>> changes;
  };
  std::unique_ptr<BranchReplay> m_replay;
  KnobValues m_kept;  // for the next start
  Pacer m_pacer;
  BreakpointWatch m_watch;  // of the run
  bool m_publishedPaused = false;
};

}  // namespace jacobiscope
