#include "ui/stage/frame_bench.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QSize>
#include <algorithm>
#include <cmath>
#include <vector>

#include "ui/stage/stage_widget.h"

namespace jacobiscope {

namespace {

constexpr int kStages = 256, kSweeps = 4096, kPositions = 256, kGrid = 16;
constexpr int kFrames = 60, kNewPerFrame = 8;

ModelInfo benchModel() {
  ModelInfo model;
  model.family = model.name = "synthetic";
  model.positions = kPositions;
  model.gridRows = model.gridColumns = kGrid;
  for (int stage = kStages - 1; stage >= 0; --stage)
    model.stages.push_back("block " + std::to_string(stage));
  return model;
}

// Sweep `index` of a run in which every stage converges tenfold per sweep.
std::shared_ptr<const Snapshot> benchSnapshot(std::int64_t index) {
  auto snapshot = std::make_shared<Snapshot>();
  Sweep& sweep = snapshot->sweep;
  constexpr int kEach = kSweeps / kStages;
  const int inStage = static_cast<int>(index % kEach);
  snapshot->run = 1;
  sweep.index = index;
  sweep.window = {static_cast<int>(index / kEach), 0, kPositions, kEach};
  sweep.iteration = inStage + 1;
  sweep.residual = std::pow(10.0, -0.35 * inStage);
  sweep.residualUnit = "max |dx|";
  sweep.calls = 1;
  const bool last = inStage + 1 == kEach;
  sweep.frontier = last ? kPositions : inStage + 1;
  sweep.verdict = last ? Verdict::Settled : Verdict::Working;
  std::vector<float> change(kPositions);
  for (int p = 0; p < kPositions; ++p)
    change[p] = p < inStage ? 0.0f : static_cast<float>(sweep.residual) / float(1 + p % 7);
  sweep.facts.push_back({"change", "|dx|", 0, std::move(change)});
  return snapshot;
}

// One frame, drawn at once.
double frame(StageWidget& stage) {
  stage.grabFramebuffer();
  return stage.buildMilliseconds();
}

}  // namespace

FrameTimes benchFrame(const QSize& size) {
  Recording recording;
  ViewState state;
  state.recording = &recording;
  state.model = benchModel();
  StageWidget stage(state);
  stage.resize(size);
  stage.show();
  QCoreApplication::processEvents();
  frame(stage);  // fonts and shaders

  Started started;
  started.run = 1;
  started.model = *state.model;
  started.plan.stages = state.model->stages;
  started.plan.positions.assign(kStages, kPositions);
  for (int i = 0; i < kStages; ++i)
    started.plan.windows.push_back({i, 0, kPositions, kSweeps / kStages});
  recording.add(started);
  std::int64_t done = 0;
  const auto run = [&](std::int64_t until) {
    for (; done < until; ++done) recording.add(benchSnapshot(done));
    state.cursor = {1, done - 1, true};
  };

  FrameTimes times{kStages, kSweeps, kFrames, 0, 0, 0};
  run(kSweeps - kFrames * kNewPerFrame);
  times.firstMs = frame(stage);
  std::vector<double> each;
  for (int i = 0; i < kFrames; ++i) {
    run(done + kNewPerFrame);
    each.push_back(frame(stage));
  }
  std::ranges::sort(each);
  times.medianMs = each[each.size() / 2];
  times.worstMs = each.back();
  return times;
}

double benchFrame() { return benchFrame({1440, 900}).medianMs; }

}  // namespace jacobiscope
