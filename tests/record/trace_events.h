// Runs made by hand that hold every kind of event, fact, panel and value there is.
#pragma once

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "engine/record/trace_encoder.h"

namespace jacobiscope::test {

inline Image pictureOf(int width, int height, std::uint8_t alpha = 255) {
  Image image{width, height, {}};
  for (int i = 0; i < width * height; ++i) {
    for (int c = 0; c < 3; ++c) image.rgba.push_back(static_cast<std::uint8_t>(i * 7 + c));
    image.rgba.push_back(alpha);
  }
  return image;
}

inline std::vector<Panel> everyPanel() {
  Shape box;
  box.kind = Shape::Cylinder;
  box.pose = {{0.5, -0.25, 0.125}, {0.5, 0.5, -0.5, 0.5}};
  box.size = {0.25, 0.5, 0};
  box.colour = {1, 0.5f, 0.25f, 0.75f};
  box.thing = 2;
  return {{"sample", "now", pictureOf(3, 2)},
          {"ghost", "", pictureOf(2, 2, 100)},
          {"strip", "blocks", Strip{{pictureOf(1, 1), pictureOf(2, 1)}, {"noise", "block 1"}, 1}},
          {"residual", "map", Heatmap{2, 2, {1, 0.5f, NAN, -3}, "|dx|", false}},
          {"scene", "table", Scene3D{{Shape{}, box}, {0.5, 0, 0.25}, 1.5}}};
}

inline Started everyStart(int run) {
  Started started;
  started.run = run;
  started.plan = {{"block 1", "block 0"}, {4, 6}, {{0, 0, 4, 3}, {1, 0, 6, 0}}, true};
  started.knobs = {{"flag", true}, {"count", std::int64_t{-3}}, {"rate", 2.0}, {"list", "1,8"}};
  started.input.seed = std::numeric_limits<std::uint64_t>::max();
  started.input.count = 2;
  started.input.prompt = "a fox, ä 🦊";
  started.input.label = 7;
  started.input.picture = "own.png";
  started.input.arrays = {{"noise", {{2, 2}, std::vector<float>{0, 1, -1, 0.1f}}},
                          {"labels", {{2}, std::vector<std::int64_t>{-1, 1LL << 40}}}};
  ModelInfo& model = started.model;
  model.family = "made";
  model.name = "up";
  model.hash = "0123";
  model.threads = 2;
  model.parameters = std::int64_t{1} << 33;
  model.stages = started.plan.stages;
  model.positions = 6;
  model.gridRows = 2;
  model.gridColumns = 3;
  model.reversed = {false, true};
  model.picture = {1, 8, 9};
  model.action = {{"yaw", "°", 0.5}};
  model.chunk = 5;
  model.stepSeconds = 0.05;
  model.notes = {"said"};
  Knob knob;
  knob.key = "rate";
  knob.kind = KnobKind::Choice;
  knob.scope = KnobScope::NextStage;
  knob.initial = 0.5;
  knob.choices = {"a", "b"};
  model.knobs = {knob};
  model.presets = {{"fast", "here", {{"rate", 0.25}}}};
  started.warm = true;
  return started;
}

inline std::shared_ptr<const Snapshot> snapshotOf(int run, std::int64_t index,
                                                  std::vector<Panel> panels = {}) {
  auto made = std::make_shared<Snapshot>();
  made->run = run;
  Sweep& sweep = made->sweep;
  sweep.index = index;
  sweep.kind = SweepKind::World;
  sweep.window = {1, 1, 5, 9};
  sweep.iteration = 3;
  sweep.frontier = 2;
  sweep.verdict = Verdict::Capped;
  sweep.residual = index == 0 ? NAN : 0.25;
  sweep.residualUnit = "max |dx|";
  sweep.calls = 2;
  sweep.seconds = 0.1;
  sweep.note = "overflow";
  sweep.facts = {{"change", "|dx|", 1, std::vector<float>{0.1f, NAN, INFINITY}},
                 {"token", "", 2, std::vector<std::int32_t>{-1, 1 << 30}},
                 {"nothing", "", 0, std::vector<std::int32_t>{}}};
  made->panels = std::move(panels);
  made->knobs = std::make_shared<const KnobValues>(KnobValues{{"rate", index < 2 ? 2.0 : 3.0}});
  made->computeSeconds = 0.1 * static_cast<double>(index + 1);
  made->captureSeconds = 0.5;
  return made;
}

inline Finished everyEnd(int run, std::int64_t sweeps) {
  Finished finished;
  finished.run = run;
  finished.outcome = Outcome::Stopped;
  finished.sweeps = sweeps;
  finished.calls = 2 * sweeps;
  finished.computeSeconds = 1.5;
  finished.captureSeconds = 0.25;
  finished.waitSeconds = 3;
  finished.result = {{"image", {{1, 1, 1, 2}, std::vector<float>{0.5f, -0.5f}}}};
  finished.timeline = {{0, {{"rate", 2.0}}}, {2, {{"rate", 3.0}}}};
  return finished;
}

// Of a judged sweep.
inline Exactness everyExactness(int run, std::int64_t sweep) {
  return {run, sweep, {"true_error", "max |dx|", 0, std::vector<float>{0, 0.5f, INFINITY}}, 1};
}

// A branch of another run.
inline Started everyBranch(int run, int parent) {
  Started started = everyStart(run);
  started.parent = BranchPoint{parent, 3};
  return started;
}

// Two runs: the first ends well, gets a picture late and is judged, the second branches off it and
// fails.
inline std::vector<Event> everyEvent() {
  PlanChanged changed{4, 2, {{"block 1", "block 0"}, {4, 6}, {{1, 2, 6, 5}}, true}};
  return {Loaded{},
          everyStart(4),
          snapshotOf(4, 0),
          snapshotOf(4, 1, everyPanel()),
          Broke{4, {BreakpointKind::Stall, "It stalled.", 1, 0}},
          Paused{true},
          changed,
          snapshotOf(4, 2),
          everyEnd(4, 3),
          snapshotOf(4, 2, {everyPanel().front()}),
          everyExactness(4, 1),
          everyBranch(5, 4),
          Failed{5, "knob", "refused", ""},
          Failed{5, "run", "broke", "mend it"}};
}

inline std::vector<std::uint8_t> encoded(const std::vector<Event>& events) {
  TraceEncoder encoder(std::uint64_t{1} << 20);
  std::vector<std::uint8_t> bytes = TraceEncoder::header();
  for (const Event& event : events) {
    const std::vector<std::uint8_t> more = encoder.encode(event);
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  return bytes;
}

}  // namespace jacobiscope::test
