// What one parallel pass of a decoder says about itself.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace jacobiscope {

// A run of positions of one stage that is solved together. Stages are counted in the
// order in which they are decoded (for a flow, stage 0 is the network's last block).
struct Window {
  int stage = 0;
  int begin = 0;  // first position solved
  int end = 0;    // one past the last
  int cap = 0;    // most sweeps planned for this window; 0: until settled

  bool operator==(const Window&) const = default;
};

enum class Verdict {
  Working,   // not settled yet
  Accepted,  // some positions became final, the stage goes on
  Settled,   // the window reached its tolerance, or is exact by structure
  Capped,    // the window ended at its cap with a residual above tolerance
  Diverged   // a value overflowed
};

enum class SweepKind {
  Prefill,  // what must be computed once before iterating
  Iterate,  // one parallel pass
  World     // the simulator acted
};

// What became of a position of a token decoder in one sweep: the fact "state".
enum class TokenState : std::int32_t {
  Drafted,    // a fresh draft that no pass has seen yet
  Kept,       // its draft passed the test, but a position before it is not settled
  Redrawn,    // a new draft took its place, not settled either
  Accepted,   // settled: its draft passed the test
  Resampled,  // settled: its draft was rejected and another token drawn
  Drawn       // settled without a draft: one token at a time, or behind the last draft
};

// The fact columns of token decoders (of the first picture of a batch), all for the positions
// that the sweep had an opinion on, [first accepted, end of the window):
//   "token"     the token that stands there now
//   "draft"     the token that was put to the test; -1: none
//   "draft_p"   probability with which the draft was drawn, q(draft); NaN: none
//   "target_p"  probability the network gives it now, p(draft); of the token drawn where there
//               was no draft; NaN for Drafted
//   "draw"      the uniform number the ratio target_p / draft_p was compared with; NaN: none
//   "state"     TokenState
//   "change"    probability with which the test rejects the draft, 1 - min(1, p / q); for rules
//               that compare tokens, 1 - p(draft). NaN: nothing was tested
//   "top0" ... "top3", "top_p0" ... "top_p3"   the most probable tokens of the distribution the
//               position's next token was or would be drawn from, after a rejection the
//               residual max(0, p - q) / sum; -1 and NaN where there are fewer
//
// How an episode of a robot stands, the fact "outcome".
enum class EpisodeState : std::int32_t { Running, Succeeded, TimedOut, Fell, Diverged };

// The fact columns of action decoders. A stage is a chunk; position i of it is dimension i % D of
// action step i / D, D = ModelInfo::action.size().
// Of sweeps of kind Prefill and Iterate, for all positions of the chunk:
//   "token"    the action token that stands there now
//   "value"    what it means, in the dimension's unit (ModelInfo::action)
//   "change"   by how many bins this sweep moved it; NaN where there was nothing to compare with
//   "state"    TokenState: Drafted and Redrawn (changed), Kept (the same, not settled), Accepted
//              (settled), Drawn (settled, one at a time or by the prefix's own pass)
//   "path"     where the tool would be after each step if this chunk were carried out as it
//              stands: per step x, y, z (metres), a rotation vector away from pointing straight
//              down (radians), gripper (0 closed ... 1 open); computed from the actions alone
// Of sweeps of kind World, which carry out the one step of the window (an empty window: the first
// of a stage, in which the camera looks):
//   "path"     where the tool is after it, in the same seven numbers, at the window's begin
//   "outcome"  EpisodeState after it, one value at the window's begin
//   "episode"  number of the episode within the run, from 0, likewise
// The residual of an iteration is the largest of "change", its unit "bins".
//
// One value per position, for the positions [first, first + size).
struct FactColumn {
  std::string name;  // "change", "token", "draft_p", ...
  std::string unit;  // "" where the value has none
  int first = 0;     // position of the first value
  std::variant<std::vector<float>, std::vector<std::int32_t>> values;
};

struct Sweep {
  std::int64_t index = 0;  // within the run, from 0; counted by the session
  SweepKind kind = SweepKind::Iterate;
  Window window;
  int iteration = 0;  // within the stage, from 1
  int frontier = 0;   // positions [0, frontier) of the stage are settled after this sweep
  Verdict verdict = Verdict::Working;
  double residual = 0;       // NaN where the decoder has none (one token at a time)
  std::string residualUnit;  // "max |dx|"
  int calls = 0;             // forward passes of the network in this sweep
  double seconds = 0;        // of computing, without panels; measured by the session
  std::string note;          // what the user should know: "overflow in block 3: zero guess"
  std::vector<FactColumn> facts;  // in decode order, never dropped
};

// The windows known beforehand. A schedule is exactly this list: nested block and
// segment loops flattened into data that is drawn before it runs.
struct Plan {
  std::vector<std::string> stages;  // names in decode order: "block 7", "block 6", ...
  std::vector<int> positions;       // per stage
  std::vector<Window> windows;
  // Stages are carried out by a simulator once they are decoded, and end with it.
  bool acts = false;

  bool operator==(const Plan&) const = default;
};

const FactColumn* findFact(const Sweep& sweep, const std::string& name);

// Whether it is the sweep in which a robot's camera looks, the first of a chunk: nothing moves.
bool cameraLooks(const Sweep& sweep);

// Whether the sweep was the last of its stage: every position is settled, or the window
// that reaches the stage's end ended (at its cap). Where the plan acts: the simulator's last
// step, which says Settled.
bool endsStage(const Plan& plan, const Sweep& sweep);

}  // namespace jacobiscope
