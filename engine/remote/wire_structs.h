// The fields of events and commands that no recording file holds; the others are those of
// engine/record/trace_structs.h.
#pragma once

#include "engine/core/model_library.h"
#include "engine/record/trace_structs.h"

namespace jacobiscope::trace {

template <>
struct Names<Method> {
  static constexpr std::array list{"sequential", "jacobi", "segments", "sliding"};
};

template <class F, Like<StageColumn> T>
void fields(F& f, T& column) {
  f("name", column.name);
  f("unit", column.unit);
  f("help", column.help);
  f("values", column.values);
}

template <class F, Like<ScheduleTrial> T>
void fields(F& f, T& trial) {
  f("name", trial.name);
  f("knobs", trial.knobs);
  f("predictedSeconds", trial.predictedSeconds);
  f("seconds", trial.seconds);
  f("error", trial.error);
  f("calls", trial.calls);
}

template <class F, Like<PassTime> T>
void fields(F& f, T& pass) {
  f("prefix", pass.prefix);
  f("width", pass.width);
  f("seconds", pass.seconds);
}

template <class F, Like<BlockSchedule> T>
void fields(F& f, T& schedule) {
  f("method", schedule.method);
  f("segments", schedule.segments);
  f("cap", schedule.cap);
  f("zeroGuess", schedule.zeroGuess);
  f("width", schedule.width);
}

template <class F, Like<StageTrial> T>
void fields(F& f, T& trial) {
  f("stage", trial.stage);
  f("schedule", trial.schedule);
  f("tolerance", trial.tolerance);
  f("refine", trial.refine);
  f("passes", trial.passes);
  f("seconds", trial.seconds);
  f("error", trial.error);
}

template <class F, Like<ScheduleCosts> T>
void fields(F& f, T& costs) {
  f("batch", costs.batch);
  f("conditions", costs.conditions);
  f("passes", costs.passes);
  f("trials", costs.trials);
  f("amplification", costs.amplification);
  f("decay", costs.decay);
}

template <class F, Like<Analysis> T>
void fields(F& f, T& analysis) {
  f("name", analysis.name);
  f("origin", analysis.origin);
  f("columns", analysis.columns);
  f("presets", analysis.presets);
  f("trials", analysis.trials);
  f("costs", analysis.costs);
}

template <class F, Like<Loaded> T>
void fields(F& f, T& loaded) {
  f("model", loaded.model);
}

template <class F, Like<Progress> T>
void fields(F& f, T& progress) {
  f("what", progress.what);
  f("fraction", progress.fraction);
}

template <class F, Like<Analysed> T>
void fields(F& f, T& analysed) {
  f("analysis", analysed.analysis);
  f("model", analysed.model);
  f("complete", analysed.complete);
}

template <class F, Like<Paused> T>
void fields(F& f, T& paused) {
  f("paused", paused.paused);
}

// ---- Commands ---------------------------------------------------------------------------

template <class F, Like<Breakpoint> T>
void fields(F& f, T& breakpoint) {
  f("kind", breakpoint.kind);
  f("on", breakpoint.on);
  f("over", breakpoint.over);
  f("threshold", breakpoint.threshold);
}

template <class F, Like<Rerun> T>
void fields(F& f, T& rerun) {
  f("timeline", rerun.timeline);
  f("sweeps", rerun.sweeps);
  f("picture", rerun.picture);
}

template <class F, Like<command::Start> T>
void fields(F& f, T& start) {
  f("knobs", start.knobs);
  f("input", start.input);
  f("warm", start.warm);
  f("paused", start.paused);
  f("rerun", start.rerun);
}

template <class F, Like<command::SetKnob> T>
void fields(F& f, T& set) {
  f("key", set.key);
  f("value", set.value);
}

template <class F, Like<command::Pause> T>
void fields(F&, T&) {}
template <class F, Like<command::Resume> T>
void fields(F&, T&) {}
template <class F, Like<command::Stop> T>
void fields(F&, T&) {}

template <class F, Like<command::Step> T>
void fields(F& f, T& step) {
  f("sweeps", step.sweeps);
  f("wholeStage", step.wholeStage);
}

template <class F, Like<command::SetPace> T>
void fields(F& f, T& pace) {
  f("sweepsPerSecond", pace.sweepsPerSecond);
}

template <class F, Like<command::Analyse> T>
void fields(F& f, T& request) {
  f("name", request.name);
  f("knobs", request.knobs);
  f("input", request.input);
}

template <class F, Like<command::Preview> T>
void fields(F& f, T& preview) {
  f("input", preview.input);
}

template <class F, Like<command::SetBreakpoints> T>
void fields(F& f, T& set) {
  f("breakpoints", set.breakpoints);
}

}  // namespace jacobiscope::trace
