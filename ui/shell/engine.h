// The window's end of the ring: owns the session, records what it says, and turns what the
// user does into commands. The only object of the shell that talks to the engine thread.
#pragma once

#include <QObject>
#include <QTimer>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/session.h"
#include "engine/record/branch_text.h"
#include "engine/record/recording.h"
#include "engine/record/trace_reader.h"
#include "ui/shell/branch_offer.h"
#include "ui/shell/event_source.h"
#include "ui/shell/job_queue.h"
#include "ui/views/view_state.h"

namespace jacobiscope {

class Engine : public QObject {
  Q_OBJECT

 public:
  explicit Engine(const std::vector<FamilyEntry>& families, QObject* parent = nullptr);
  ~Engine() override;

  ViewState& view() { return m_view; }
  const ViewState& view() const { return m_view; }
  Recording& recording() { return m_recording; }
  // Seed, label, prompt, count and picture of the next run.
  Input& input() { return m_input; }
  // Knob values by weights' hash, used when that model is loaded (again).
  std::map<std::string, KnobValues>& rememberedKnobs() { return m_remembered; }
  // Whether every press draws a new seed.
  bool drawsSeed = false;
  // Whether the user chose the null class. Otherwise a model with classes begins at its
  // first one: a picture that is known to come out well.
  bool anyClass = false;

  void load(const std::filesystem::path& path);
  bool loading() const { return !m_requested.empty(); }
  // What was given to load() for the loaded model, and how often a load succeeded.
  const std::string& loadedPath() const { return m_loadedPath; }
  int loads() const { return m_loads; }
  // Begins what the fields and knobs say; behind a run that goes on, it waits as a job.
  void generate();
  // Ends the run, else the analysis. Jobs that wait behind it are held.
  void stop();
  // Repeats a stored run; nothing else may run. The fields stay as they are.
  void rerun(command::Start start);
  // Whether a run goes on, or is about to begin.
  bool busy() const { return m_view.running || m_starting; }
  // The fields and knobs as a run that has not begun. A model must be loaded.
  RunRecord nextRun() const;
  // What the fields say, as far as it means something to the model.
  Input inputForModel() const;
  // Fills the fields with it, a robot's layout included.
  void setInput(const Input& input);

  // What waits behind the run. Jobs begin one after the other as soon as nothing runs, unless
  // they are held; one of another model loads it first.
  JobQueue& jobs() { return m_jobs; }
  const JobQueue& jobs() const { return m_jobs; }
  // Lets held jobs begin.
  void startJobs();
  void setPaused(bool paused);
  // One sweep, or to the end of the block, then pauses.
  void step(bool wholeStage);
  void setPace(double sweepsPerSecond);
  double pace() const { return m_pace; }
  // What holds a run by itself; of the running decode too, from its next sweep on.
  void setBreakpoints(std::vector<Breakpoint> breakpoints);
  const std::vector<Breakpoint>& breakpoints() const { return m_breakpoints; }
  // The breakpoint at which the run is held now.
  const std::optional<Broke>& heldBy() const { return m_held; }
  // Moves the cursor to the last sweep before things went wrong.
  void showLastGood();
  // Looks for IGM, CRM and a schedule that follows from them.
  void calibrate();
  // Looks for the schedule that decodes `batch` pictures fastest on this machine with at most that
  // error (max |dx| from the sequential result).
  void search(double error, int batch);

  // Seed, prompt or layout of the input changed: what a robot's next run would begin with is
  // looked at once they rest.
  void inputChanged();
  // Asks whether a thing may lie there; where it may, the next runs of this seed begin so.
  void moveThing(const MovedThing& moved);
  // Things lie again where the seed puts them.
  void resetLayout();
  // Shows what the next run of a robot would begin with.
  void showTable();
  // Where things were put by hand: x, y and yaw of each; empty: where the seed puts them.
  std::vector<float> layoutByHand() const;
  // Puts them there once a robot's model is loaded, unless they cannot lie there.
  void restoreLayout(const std::vector<float>& places);

  // Checks the value, keeps it, and lets it act: at the next sweep of a run, or as a warm
  // restart of a finished one when the picture follows the hand (and the knob changes it).
  void editKnob(const std::string& key, const KnobValue& value);
  // The same of several that belong together: one edit.
  void editKnobs(const KnobValues& values);
  // Several at once; they act on the running decode, but never start one.
  void setKnobs(const KnobValues& values);
  void resetKnobs();
  // As editKnob where it is one, else as setKnobs.
  void applyKnobs(const KnobValues& values);
  void setPrompt(const std::string& prompt);
  void setSeed(std::uint64_t seed);
  // No label is the null class, which the user wants then.
  void setLabel(std::optional<std::int64_t> label);
  // Of the model and of its analysis, in this order.
  std::vector<Preset> presets() const;

  // Sets the knobs of the preset that bears this name now.
  void choosePreset(const std::string& name);

  // Adds the runs of a recording file, behind those that are there; no model is needed. They
  // are compared with each other only. `origin` says where they are from, for people. Throws
  // Error for what is no recording; the other runs are as they were then.
  TraceContents openRecording(const std::filesystem::path& file, const std::string& origin);
  // Of the runs that were opened, by run.
  const std::map<int, std::string>& origins() const { return m_origins; }

  // What a branch from the cursor with the knobs of the window would be.
  BranchOffer offerOfBranch() const;
  // Begins it; behind a run that goes on, it waits as a job. A paused run under the cursor ends.
  // A model that is not loaded is loaded first.
  void branch(bool paused);
  // Whether the run under the cursor would not take a changed knob: that takes a branch.
  bool lookedAtPast() const;
  // A new run of the same input with the knobs of the window.
  void repeatWithKnobs();
  // The window's knobs become those that were in force at the cursor.
  void takeKnobsOfRun();
  // Where the model of a recorded run is loaded from; empty: nowhere. Set by the window.
  std::function<std::string(const ModelInfo&)> modelFile;

  // Measures how far every sweep of the run under the cursor is from the sequential decode.
  void judge();
  bool canJudge() const;
  int judging() const { return m_judging; }  // the run; 0: none
  // Whether it is done without being asked when nothing else is to be done.
  bool judgesByItself = false;
  // To be called when anything changed.
  void judgeWhenIdle();

  // Runs are computed by that source from now on; `place` says where that is, for people, empty:
  // here. What runs is ended as stopped, and jobs are held. The model stays in view until one has
  // been loaded there. Runs of every source have numbers of their own: see lastNumber().
  void use(EventSource source, const std::string& place);
  // By a session in this process, as at first.
  void useOwn();
  const std::string& place() const { return m_place; }
  // Takes what the source has said; its wake sees to that by wake().
  void drain();
  std::function<void()> wake();
  // Of the run that began last, wherever it came from.
  std::shared_ptr<std::atomic<int>> lastNumber() const { return m_lastNumber; }

  // The run under the cursor; nullptr: none.
  const RunRecord* currentRun() const;
  void selectRun(int run);
  void eraseRun(int run);
  void notify(const std::string& what, const std::string& message, const std::string& hint = {},
              Severity severity = Severity::Problem);
  void notify(Notice notice);

  // Obeys what the views appended to the view state; true when there was anything.
  bool takeAnswers();

 Q_SIGNALS:
  // Something arrived from the engine thread, or the user changed the view state.
  void eventsArrived();
  // Every event, as soon as it is recorded.
  void happened(const Event& event);
  void runErased(int run);
  // The user changed these knobs, the prompt, seed or class: what they were and are.
  void knobsEdited(const KnobValues& before, const KnobValues& after);
  void promptEdited(const std::string& before, const std::string& after);
  void seedEdited(std::uint64_t before, std::uint64_t after);
  void labelEdited(std::optional<std::int64_t> before, std::optional<std::int64_t> after);
  void modelChanged();

 private:
  void take(const Event& event);
  void leaveSource();
  void handle(const Loaded& event);
  void handle(const Started& event);
  void handle(const PlanChanged& event) {}
  void handle(const std::shared_ptr<const Snapshot>& event);
  void handle(const Finished& event);
  void handle(const Failed& event);
  void handle(const Progress& event);
  void handle(const Analysed& event);
  void handle(const Paused& event);
  void handle(const Previewed& event);
  void handle(const Broke& event);
  void handle(const Exactness& event) {}
  bool atLiveEnd() const;
  Job jobOfBranch(const RunRecord& run, const BranchOffer& offer, bool paused) const;
  void beginBranch(const Job& job);
  void beginBranchOfLoad();
  void measureError();
  void endJudging();
  void keep(Notice notice);
  bool changeKnob(const std::string& key, const KnobValue& value);
  void tellEdits(const KnobValues& before);
  void analyse(const std::string& name, Input input);
  void nameSchedule();
  void followHand();
  void look(bool show);
  void askForLayout(Array layout);
  void request(const std::filesystem::path& path);
  bool promptIsBlank() const;
  Job jobFromFields() const;
  void start(KnobValues knobs, Input input, bool warm);
  void waitBehindTheRun(Job job);
  void beginNextJob();
  void beginJob(const Job& job);
  void dropUnloadedJob();
  void dropLayoutOfOtherSeed();
  const RunRecord* runToFollow() const;

  Recording m_recording;
  ViewState m_view;
  Input m_input;
  std::map<std::string, KnobValues> m_remembered;
  std::deque<std::string> m_requested;  // loads under way, first one first
  std::map<std::string, Analysis> m_analyses;  // of the loaded model, by name
  std::string m_loadedPath;
  int m_loads = 0;
  double m_pace = 0;
  std::vector<Breakpoint> m_breakpoints;
  std::optional<Broke> m_held;
  int m_lastRun = 0;  // that the engine began
  // Of a run, begun here or opened.
  std::shared_ptr<std::atomic<int>> m_lastNumber = std::make_shared<std::atomic<int>>(0);
  std::map<int, std::string> m_origins;
  JobQueue m_jobs;
  bool m_starting = false;  // a Start is under way
  bool m_stopsAnalysis = false;  // the user asked for its end, which is no problem then
  bool m_generateLater = false;  // pressed before the model was there
  int m_jobOfLoad = 0;      // the one whose model is being loaded; 0: the user's own load
  std::optional<Job> m_branchOfLoad;  // whose model is being loaded
  int m_judging = 0;                  // the run that is judged; 0: none
  bool m_judgeStopped = false;        // by the user
  std::map<int, std::int64_t> m_judged;  // by run: of how many sweeps it was tried
  bool m_warmRun = false;  // the one that runs
  bool m_movedDuringWarm = false;
  // Of the preview that was asked for last: whose it is, and whether the stage is to show it.
  std::string m_lookedHash;
  Input m_looked;
  bool m_looksToShow = false;
  std::optional<Array> m_layoutToRestore;
  std::uint64_t m_layoutSeed = 0;  // to which a layout made by hand belongs
  QTimer m_rest;  // lets the input come to rest before it is looked at
  QTimer m_idle;  // lets the user come to rest before a run is judged without being asked
  int m_idleAt = 0;  // the run that is waited at
  QTimer m_hand;  // lets a slider come to rest for a moment before a run starts
  const std::vector<FamilyEntry> m_families;
  std::string m_place;
  bool m_modelIsElsewhere = false;  // the one in view: the source has not loaded any yet
  std::unique_ptr<EventSource> m_session;  // last: its threads end before anything else does
};

// What is known of a run that breaks off: it ended there, for whoever looks at it.
Finished brokenOff(const RunRecord& run);

}  // namespace jacobiscope
