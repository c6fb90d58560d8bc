// At least one event and one command of every kind, each value of theirs another than its default.
#pragma once

#include "tests/record/trace_events.h"

namespace jacobiscope::test {

// Of the two stages that everyStart() has.
inline ScheduleCosts everyCost() {
  ScheduleCosts costs;
  costs.batch = 4;
  costs.conditions = {{"guidance", 1.5}};
  costs.passes = {{8, 16, 0.25}};
  costs.trials = {{1, {Method::Sliding, 2, 30, true, 12}, 0.5, true, 17, 0.125, 1e-3}};
  costs.amplification = {1.5, 2};
  costs.decay = {{1, 0.5}, {}};
  return costs;
}

inline Analysis everyAnalysis() {
  ScheduleTrial whole{"window 16", {{"window", std::int64_t{16}}}, 0.5, 0.25, 1e-4, 88};
  ScheduleTrial bare;
  bare.name = "not measured yet";
  return {"calibrate",
          "16 samples",
          {{"IGM", "dB", "what it is", {1.5, -2, NAN}}},
          {{"found", "here", {{"mode", std::string("jacobi")}}}},
          {whole, bare},
          everyCost()};
}

inline std::vector<Event> everyKindOfEvent() {
  Started branch = everyStart(4);
  branch.parent = BranchPoint{3, 17};
  const PlanChanged changed{4, 2, {{"block 1", "block 0"}, {4, 6}, {{1, 2, 6, 5}}, true}};
  const Previewed previewed{branch.input,
                            {everyPanel(), branch.input.arrays, "“grue” means nothing to it"}};
  return {Loaded{branch.model},
          branch,
          snapshotOf(4, 0),
          snapshotOf(4, 1, everyPanel()),
          Broke{4, {BreakpointKind::Stall, "It stalled.", 1, 0}},
          Paused{true},
          changed,
          snapshotOf(4, 2),
          Progress{"calibrate", 0.625},
          Analysed{everyAnalysis(), branch.model, false},
          previewed,
          Exactness{4, 1, {"true_error", "|dx|", 1, std::vector<float>{0, 0.5f, NAN}}, 1},
          everyEnd(4, 3),
          Failed{0, "preview", "off the table", "move it"},
          everyStart(5),
          Failed{5, "run", "broke", "mend it"}};
}

inline Replay everyReplay() {
  Replay replay{everyStart(4), {snapshotOf(4, 0), snapshotOf(4, 1), snapshotOf(4, 2)}};
  replay.start.parent = BranchPoint{2, 9};
  return replay;
}

inline std::vector<Command> everyKindOfCommand() {
  const Started start = everyStart(1);
  LoadRequest request{"/models/ä b", R"({"gpt": {}})", {{"device", "cuda"}, {"threads", "2"}}};
  return {command::Load{request},
          command::Start{start.knobs, start.input, true, true,
                         {{{0, start.knobs}, {4, {{"rate", 3.0}}}}, 9, 8}},
          command::SetKnob{"rate", 0.5},
          command::SetKnob{"list", std::string("1,8")},
          command::SetKnob{"count", std::int64_t{-3}},
          command::SetKnob{"flag", true},
          command::Pause{},
          command::Resume{},
          command::Step{7, true},
          command::Stop{},
          command::SetPace{2.5},
          command::Analyse{"calibrate", start.knobs, start.input},
          command::Preview{start.input},
          command::SetBreakpoints{{{BreakpointKind::Stall, true, 20, 2.5}}},
          command::Branch{everyReplay(), {{"rate", 0.25}}, true},
          command::Judge{everyReplay()}};
}

}  // namespace jacobiscope::test
