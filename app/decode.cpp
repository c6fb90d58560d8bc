#include "app/decode.h"

#include <algorithm>
#include <map>

#include "app/interrupt.h"
#include "engine/core/clocks.h"
#include "engine/core/endings.h"

namespace jacobiscope {

namespace {

double settledShare(const Plan& plan, const Sweep& sweep) {
  double settled = sweep.frontier, all = 0;
  for (std::size_t stage = 0; stage < plan.positions.size(); ++stage) {
    all += plan.positions[stage];
    if (static_cast<int>(stage) < sweep.window.stage) settled += plan.positions[stage];
  }
  return all > 0 ? settled / all : 0;
}

template <class Work>
Clock::duration timeOf(const Work& work) {
  const auto begin = Clock::now();
  work();
  return Clock::now() - begin;
}

std::optional<Image> samplePicture(const Decoder& decoder) {
  for (const Panel& panel : decoder.panels()) {
    const Image* const image = std::get_if<Image>(&panel.picture);
    if (panel.id == "sample" && image != nullptr) return *image;
  }
  return std::nullopt;
}

}  // namespace

DecodeReport decode(Family& model, const KnobValues& knobs, const Input& input,
                    const DecodeWatch& watch) {
  const auto begin = Clock::now();
  const std::unique_ptr<Decoder> decoder = model.begin(knobs, input);
  DecodeReport report;
  report.plan = decoder->plan();
  report.iterations.assign(report.plan.stages.size(), 0);
  report.stageSeconds.assign(report.plan.stages.size(), 0);
  Endings endings;
  std::map<int, int> frontiers;  // per stage
  Clock::duration watched{};
  if (watch.begun) watched += timeOf([&] { watch.begun(*decoder); });
  for (;;) {
    throwIfInterrupted();
    const auto sweepBegin = Clock::now();
    std::optional<Sweep> sweep = decoder->sweep();
    if (!sweep) break;
    const double passed = seconds(Clock::now() - sweepBegin);
    sweep->index = report.sweeps;
    sweep->seconds = passed;
    if (sweep->kind == SweepKind::World) report.worldSeconds += passed;
    ++report.sweeps;
    report.calls += sweep->calls;
    const auto stage = static_cast<std::size_t>(sweep->window.stage);
    if (stage < report.iterations.size()) {
      report.iterations[stage] = std::max<std::int64_t>(report.iterations[stage], sweep->iteration);
      report.stageSeconds[stage] += passed;
    }
    int& frontier = frontiers[sweep->window.stage];
    report.accepted.push_back(sweep->frontier - frontier);
    frontier = sweep->frontier;
    endings.add(*sweep);
    const bool isNew = std::ranges::find(report.notes, sweep->note) == report.notes.end();
    if (!sweep->note.empty() && isNew) report.notes.push_back(sweep->note);
    if (watch.swept) {
      watched += timeOf([&] { watch.swept(*decoder, *sweep, settledShare(report.plan, *sweep)); });
    }
  }
  report.result = decoder->result();
  report.seconds = seconds(Clock::now() - begin - watched);
  report.plan = decoder->plan();
  if (!report.result.contains("image")) report.sample = samplePicture(*decoder);
  report.settled = endings.settled();
  report.maxResidual = endings.maxResidual();
  return report;
}

}  // namespace jacobiscope
