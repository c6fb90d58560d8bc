// The fields of everything that a recording file holds, and what they are called there.
// resources/trace/jtrace.md says what each means.
#pragma once

#include "engine/core/event.h"
#include "engine/record/trace_fields.h"

namespace jacobiscope::trace {

template <>
struct Names<SweepKind> {
  static constexpr std::array list{"prefill", "iterate", "world"};
};
template <>
struct Names<Verdict> {
  static constexpr std::array list{"working", "accepted", "settled", "capped", "diverged"};
};
template <>
struct Names<BreakpointKind> {
  static constexpr std::array list{"rise", "overflow", "stall", "acceptance"};
};
template <>
struct Names<Outcome> {
  static constexpr std::array list{"done", "stopped"};
};
template <>
struct Names<KnobKind> {
  static constexpr std::array list{"toggle", "integer", "number", "choice", "list"};
};
template <>
struct Names<KnobScope> {
  static constexpr std::array list{"live", "stage", "run"};
};
template <>
struct Names<Shape::Kind> {
  static constexpr std::array list{"box", "sphere", "capsule", "cylinder", "ellipsoid", "plane"};
};

template <class F, Like<Array> T>
void fields(F& f, T& array) {
  f("shape", array.shape);
  f("values", array.values);
}

template <class F, Like<Window> T>
void fields(F& f, T& window) {
  f("stage", window.stage);
  f("begin", window.begin);
  f("end", window.end);
  f("cap", window.cap);
}

template <class F, Like<Plan> T>
void fields(F& f, T& plan) {
  f("stages", plan.stages);
  f("positions", plan.positions);
  f("windows", plan.windows);
  f("acts", plan.acts);
}

template <class F, Like<FactColumn> T>
void fields(F& f, T& column) {
  f("name", column.name);
  f("unit", column.unit);
  f("first", column.first);
  f("values", column.values);
}

template <class F, Like<Sweep> T>
void fields(F& f, T& sweep) {
  f("sweep", sweep.index);
  f("kind", sweep.kind);
  fields(f, sweep.window);
  f("iteration", sweep.iteration);
  f("frontier", sweep.frontier);
  f("verdict", sweep.verdict);
  f("residual", sweep.residual);
  f("residualUnit", sweep.residualUnit);
  f("calls", sweep.calls);
  f("seconds", sweep.seconds);
  f("note", sweep.note);
  f("facts", sweep.facts);
}

template <class F, Like<Input> T>
void fields(F& f, T& input) {
  f("seed", input.seed);
  f("count", input.count);
  f("prompt", input.prompt);
  f("label", input.label);
  f("picture", input.picture);
  f("arrays", input.arrays);
}

template <class F, Like<Knob> T>
void fields(F& f, T& knob) {
  f("key", knob.key);
  f("label", knob.label);
  f("help", knob.help);
  f("group", knob.group);
  f("kind", knob.kind);
  f("scope", knob.scope);
  f("initial", knob.initial);
  f("minimum", knob.minimum);
  f("maximum", knob.maximum);
  f("logarithmic", knob.logarithmic);
  f("choices", knob.choices);
  f("listLength", knob.listLength);
  f("wholeEntries", knob.wholeEntries);
  f("idle", knob.idle);
}

template <class F, Like<Preset> T>
void fields(F& f, T& preset) {
  f("name", preset.name);
  f("origin", preset.origin);
  f("knobs", preset.knobs);
}

template <class F, Like<PictureShape> T>
void fields(F& f, T& shape) {
  f("channels", shape.channels);
  f("height", shape.height);
  f("width", shape.width);
}

template <class F, Like<ActionDimension> T>
void fields(F& f, T& dimension) {
  f("name", dimension.name);
  f("unit", dimension.unit);
  f("perBin", dimension.perBin);
}

template <class F, Like<ModelInfo> T>
void fields(F& f, T& model) {
  f("family", model.family);
  f("name", model.name);
  f("title", model.title);
  f("path", model.path);
  f("hash", model.hash);
  f("device", model.device);
  f("dtype", model.dtype);
  f("threads", model.threads);
  f("parameters", model.parameters);
  f("stages", model.stages);
  f("positions", model.positions);
  f("gridRows", model.gridRows);
  f("gridColumns", model.gridColumns);
  f("reversed", model.reversed);
  f("picture", model.picture);
  f("classes", model.classes);
  f("vocabulary", model.vocabulary);
  f("prompted", model.prompted);
  f("words", model.words);
  f("prompts", model.prompts);
  f("action", model.action);
  f("chunk", model.chunk);
  f("stepSeconds", model.stepSeconds);
  f("notes", model.notes);
  f("knobs", model.knobs);
  f("presets", model.presets);
}

template <class F, Like<Heatmap> T>
void fields(F& f, T& map) {
  f("rows", map.rows);
  f("columns", map.columns);
  f("values", map.values);
  f("unit", map.unit);
  f("logarithmic", map.logarithmic);
}

// ---- What a record adds to its "type" -----------------------------------------------------

template <class F, Like<BranchPoint> T>
void fields(F& f, T& point) {
  f("run", point.run);
  f("sweeps", point.sweeps);
}

template <class F, Like<Started> T>
void fields(F& f, T& started) {
  f("run", started.run);
  f("plan", started.plan);
  f("knobs", started.knobs);
  f("input", started.input);
  f("model", started.model);
  f("warm", started.warm);
  f("parent", started.parent);
}

template <class F, Like<PlanChanged> T>
void fields(F& f, T& changed) {
  f("run", changed.run);
  f("from", changed.fromSweep);
  f("plan", changed.plan);
}

// The facts; "panels" are a record of their own.
template <class F, Like<Snapshot> T>
void fields(F& f, T& snapshot) {
  f("run", snapshot.run);
  fields(f, snapshot.sweep);
  f("computeSeconds", snapshot.computeSeconds);
  f("captureSeconds", snapshot.captureSeconds);
}

template <class F, Like<Broke> T>
void fields(F& f, T& broke) {
  f("run", broke.run);
  f("kind", broke.hit.kind);
  f("reason", broke.hit.reason);
  f("sweep", broke.hit.sweep);
  f("lastGood", broke.hit.lastGood);
}

template <class F, Like<Exactness> T>
void fields(F& f, T& exactness) {
  f("run", exactness.run);
  f("sweep", exactness.sweep);
  f("error", exactness.error);
  f("exact", exactness.exact);
}

template <class F, Like<std::pair<std::int64_t, KnobValues>> T>
void fields(F& f, T& entry) {
  f("from", entry.first);
  f("knobs", entry.second);
}

template <class F, Like<Finished> T>
void fields(F& f, T& finished) {
  f("run", finished.run);
  f("outcome", finished.outcome);
  f("sweeps", finished.sweeps);
  f("calls", finished.calls);
  f("computeSeconds", finished.computeSeconds);
  f("captureSeconds", finished.captureSeconds);
  f("waitSeconds", finished.waitSeconds);
  f("result", finished.result);
  f("timeline", finished.timeline);
}

template <class F, Like<Failed> T>
void fields(F& f, T& failed) {
  f("run", failed.run);
  f("message", failed.message);
  f("hint", failed.hint);
}

}  // namespace jacobiscope::trace
