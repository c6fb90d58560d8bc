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

constexpr int kTokenGrid = 32, kTokens = kTokenGrid * kTokenGrid, kTokenWindow = 256;

ModelInfo tokenModel() {
  ModelInfo model;
  model.family = model.name = "synthetic";
  model.stages = {"tokens"};
  model.positions = kTokens;
  model.gridRows = model.gridColumns = kTokenGrid;
  model.vocabulary = 4096;
  return model;
}

// Sweep `index` of a run that settles one token a sweep and has an opinion on a wide window.
std::shared_ptr<const Snapshot> tokenSnapshot(std::int64_t index) {
  auto snapshot = std::make_shared<Snapshot>();
  Sweep& sweep = snapshot->sweep;
  snapshot->run = 1;
  sweep.index = index;
  const int begin = static_cast<int>(index), end = std::min(kTokens, begin + kTokenWindow);
  sweep.window = {0, begin, end, 0};
  sweep.iteration = begin + 1;
  sweep.calls = 1;
  sweep.frontier = begin + 1;
  sweep.verdict = begin + 1 == kTokens ? Verdict::Settled : Verdict::Accepted;
  std::vector<std::int32_t> states, tokens;
  std::vector<float> shares;
  for (int p = begin; p < end; ++p) {
    states.push_back(static_cast<std::int32_t>(p > begin      ? TokenState::Redrawn
                                               : begin % 3 == 0 ? TokenState::Resampled
                                                                : TokenState::Accepted));
    tokens.push_back((p * 37 + begin) % 4096);
    shares.push_back(float(p - begin) / kTokenWindow);
  }
  for (const char* name : {"token", "draft", "top0", "top1", "top2", "top3"})
    sweep.facts.push_back({name, "", begin, tokens});
  for (const char* name : {"draft_p", "target_p", "draw", "change", "top_p0", "top_p1", "top_p2",
                           "top_p3"})
    sweep.facts.push_back({name, "", begin, shares});
  sweep.facts.push_back({"state", "", begin, std::move(states)});
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

FrameTimes benchTokenFrame(const QSize& size) {
  Recording recording;
  ViewState state;
  state.recording = &recording;
  state.model = tokenModel();
  StageWidget stage(state);
  stage.resize(size);
  stage.show();
  QCoreApplication::processEvents();
  frame(stage);

  Started started;
  started.run = 1;
  started.model = *state.model;
  started.plan = {state.model->stages, {kTokens}, {{0, 0, kTokens, 0}}};
  recording.add(started);
  std::int64_t done = 0;
  const auto run = [&](std::int64_t until) {
    for (; done < until; ++done) recording.add(tokenSnapshot(done));
    state.cursor = {1, done - 1, true};
  };
  FrameTimes times{1, kTokens, kFrames, 0, 0, 0};
  run(kTokens - kFrames / 2);
  times.firstMs = frame(stage);
  std::vector<double> each;
  for (int i = 0; i < kFrames; ++i) {
    i % 2 == 0 ? run(done + 1) : void(state.cursor = {1, state.cursor.sweep - 20, false});
    each.push_back(frame(stage));
  }
  std::ranges::sort(each);
  times.medianMs = each[each.size() / 2];
  times.worstMs = each.back();
  return times;
}

double benchFrame() { return benchFrame({1440, 900}).medianMs; }

}  // namespace jacobiscope
