// What the engine says and what it is told: plain values that can be written down.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/core/breakpoint.h"
#include "engine/core/family.h"

namespace jacobiscope {

// ---- Events: engine to window -------------------------------------------------------

struct Loaded {
  ModelInfo model;
};

// Where a run branched off another: it shares the first `sweeps` sweeps with it.
struct BranchPoint {
  int run = 0;
  std::int64_t sweeps = 0;
  bool operator==(const BranchPoint&) const = default;
};

struct Started {
  int run = 0;  // counted from 1 in a session
  Plan plan;
  KnobValues knobs;
  Input input;
  ModelInfo model;
  bool warm = false;  // began from the previous run's solutions
  // A branch goes on from there; its own snapshots begin at sweep 0 all the same, told at once.
  std::optional<BranchPoint> parent;
};

// The plan in force from sweep `fromSweep` on.
struct PlanChanged {
  int run = 0;
  std::int64_t fromSweep = 0;
  Plan plan;
};

// After every sweep. The facts (sweep) are always there; panels only when the clock
// asked for a picture, and at the last sweep of every stage. When the run pauses or ends
// after a sweep without panels, the snapshot of that sweep is published once more, now
// with them: it replaces the first. So it is, after Finished and before the next Started, with
// sweeps whose pictures are made afterwards, each once, in any order.
struct Snapshot {
  int run = 0;
  Sweep sweep;
  std::vector<Panel> panels;
  std::shared_ptr<const KnobValues> knobs;  // in force during the sweep
  // Of all sweeps of the run so far. Of a branch: with those that it shares with its parent, as
  // they were measured there; decoding these once more is not counted.
  double computeSeconds = 0;
  double captureSeconds = 0;                // spent on pictures so far, not part of the above
};

enum class Outcome { Done, Stopped };

struct Finished {
  int run = 0;
  Outcome outcome = Outcome::Done;
  std::int64_t sweeps = 0;
  std::int64_t calls = 0;
  double computeSeconds = 0;
  double captureSeconds = 0;
  double waitSeconds = 0;  // paused or held back by the pace
  Arrays result;           // of a stopped run: empty
  // Knob values with the sweep from which each set was in force.
  std::vector<std::pair<std::int64_t, KnobValues>> timeline;
};

// A start, load or analysis that ended with an error, or a knob that was refused (what
// runs goes on). `run` is 0 where none had begun. A stopped analysis ends so too.
struct Failed {
  int run = 0;
  std::string what;     // "load", "run", "analyse", "knob", "breakpoint", "preview",
                        // "picture" (of a run that ended well)
  std::string message;  // one sentence
  std::string hint;
};

struct Progress {
  std::string what;
  double fraction = 0;
};

struct Analysed {
  Analysis analysis;
  ModelInfo model;
  bool complete = true;  // false: what is known so far, it goes on
};

// What the input of a Preview would begin with.
struct Previewed {
  Input input;
  Family::Preview preview;
};

// The session changed between running and paused.
struct Paused {
  bool paused = false;
};

// A breakpoint was met, told after the snapshot of the sweep that met it. The run pauses there;
// where it was the last of all, the run ends as it would have.
struct Broke {
  int run = 0;
  BreakpointHit hit;
};

// How far the iterate after a sweep is from what decoding one position at a time gives for the
// same input, of the first picture of a batch: measured by running both, not estimated.
struct Exactness {
  int run = 0;
  std::int64_t sweep = 0;
  // "true_error" of every position of the sweep's stage: max |dx| in the token, 0 or 1 where
  // tokens are equal or differ, bins of an action.
  FactColumn error;
  int exact = 0;  // positions [0, exact) are the same, within the rounding of other pass shapes
};

using Event = std::variant<Loaded, Started, PlanChanged, std::shared_ptr<const Snapshot>,
                           Finished, Failed, Progress, Analysed, Paused, Previewed, Broke,
                           Exactness>;

// ---- Commands: window to engine -----------------------------------------------------

// How a run goes that repeats an earlier one; empty: nothing is laid down.
struct Rerun {
  // Knob values with the sweep from which each set is in force, rising; complete ones.
  std::vector<std::pair<std::int64_t, KnobValues>> timeline;
  std::optional<std::int64_t> sweeps;   // it ends after so many, stopped
  std::optional<std::int64_t> picture;  // one is taken after this sweep, whatever the clock says

  bool empty() const { return timeline.empty() && !sweeps && !picture; }
};

// A run as it began, and its first sweeps. The knobs of the snapshots tell when they changed;
// pictures are not needed.
struct Replay {
  Started start;
  std::vector<std::shared_ptr<const Snapshot>> past;  // sweeps 0, 1, 2, ..., each with knobs
};

namespace command {
struct Load { LoadRequest request; };
// `paused`: held before its first sweep. A Start during a run stops that run first. Of a repeated
// run no breakpoint is met.
struct Start {
  KnobValues knobs;
  Input input;
  bool warm = false;
  bool paused = false;
  Rerun rerun = {};
};
// While nothing runs, and for knobs of scope NextRun, the value is kept for the next
// Start, unless that names the key itself.
struct SetKnob { std::string key; KnobValue value; };
struct Pause {};  // of the run; it ends with the run
struct Resume {};
struct Step { int sweeps = 1; bool wholeStage = false; };  // then pauses
struct Stop {};                                            // the task at work, else the run
struct SetPace { double sweepsPerSecond = 0; };            // 0: as fast as it goes
// Goes on while no run sweeps (none, or a paused one), until done, stopped or replaced.
struct Analyse { std::string name; KnobValues knobs; Input input; };
// Of the loaded model; answered by Previewed, or by Failed "preview" where the input cannot be.
// Obeyed between sweeps like the others, and without effect on a run.
struct Preview { Input input; };
// In place of those set before; of the running decode too, from its next sweep on. One that
// cannot be is answered by Failed "breakpoint", and the old ones stay.
struct SetBreakpoints { std::vector<Breakpoint> breakpoints; };
// Goes on after the parent's last told sweep as a run of its own, with `changes` in force from
// the next sweep on (scope NextStage: from the next stage on). The past is decoded again, from the
// last boundary between stages that is still held, else from the beginning, and must be bit-equal
// to what was told: else Failed "run" says at which sweep it parts. The past's snapshots are told
// as the branch's own, with the parent's seconds. `paused`: held at the branch point.
// A knob or command that comes meanwhile acts at the branch point, Stop at once.
// Failed "run" also: no model, another model than the parent's, an empty past, `changes` of scope
// NextRun, and a parent that began warm and of which no boundary is held.
struct Branch { Replay parent; KnobValues changes; bool paused = false; };
// The oracle: decodes the input one position at a time, then the run again, and publishes an
// Exactness for every sweep of it but the simulator's. Works while no run sweeps, as an analysis;
// Stop, Analyse and another Judge end it. Progress "judge", at last with fraction 1; Failed "judge".
struct Judge { Replay run; };
}  // namespace command

using Command = std::variant<command::Load, command::Start, command::SetKnob, command::Pause,
                             command::Resume, command::Step, command::Stop, command::SetPace,
                             command::Analyse, command::Preview, command::SetBreakpoints,
                             command::Branch, command::Judge>;

}  // namespace jacobiscope
