#include "ui/shell/baselines.h"

#include <QtTest>
#include <cmath>

#include "ui/shell/status_text.h"

using namespace jacobiscope;

namespace {

// A finished run as the session would have told it.
struct Run {
  int id = 1;
  std::string mode = "jacobi";
  double seconds = 1;
  std::int64_t calls = 10;
  float value = 0;
  std::uint64_t seed = 7;
  double guidance = 0;
  bool warm = false;
  Outcome outcome = Outcome::Done;
  int count = 1;
  std::string device = "CPU";
};

void record(Recording& recording, const Run& run) {
  Started started;
  started.run = run.id;
  started.knobs = {{"mode", run.mode},
                   {"guidance", run.guidance},
                   {"segments", std::string(run.mode == "sequential" ? "0" : "4")}};
  started.input.seed = run.seed;
  started.input.count = run.count;
  started.model.hash = "h";
  started.model.device = run.device;
  started.warm = run.warm;
  recording.add(Event{started});
  Finished finished;
  finished.run = run.id;
  finished.outcome = run.outcome;
  finished.computeSeconds = run.seconds;
  finished.calls = run.calls;
  if (run.outcome == Outcome::Done) {
    finished.result["image"] = Array{{2}, std::vector<float>{0.0f, run.value}};
  }
  finished.timeline = {{0, started.knobs}};
  recording.add(Event{finished});
}

// An episode of so many chunks, for each of which the robot decodes for `decoding` seconds and acts
// for three.
void recordEpisode(Recording& recording, const Run& run, int chunks, double decoding) {
  Started started;
  started.run = run.id;
  started.plan = {{"chunk 1", "chunk 2", "chunk 3"}, {7, 7, 7}, {}, true};
  started.knobs = {{"decoder", run.mode}, {"warm_start", run.mode == "jacobi"}};
  recording.add(Event{started});
  Finished finished;
  finished.run = run.id;
  for (int chunk = 0; chunk < chunks; ++chunk) {
    for (const bool acts : {false, true}) {
      auto snapshot = std::make_shared<Snapshot>();
      snapshot->run = run.id;
      snapshot->sweep.index = finished.sweeps++;
      snapshot->sweep.window = {chunk, 0, 7, 0};
      snapshot->sweep.kind = acts ? SweepKind::World : SweepKind::Iterate;
      snapshot->sweep.verdict = acts ? Verdict::Settled : Verdict::Working;
      snapshot->sweep.seconds = acts ? 3 : decoding;
      finished.computeSeconds += snapshot->sweep.seconds;
      recording.add(Event{std::shared_ptr<const Snapshot>(std::move(snapshot))});
    }
  }
  recording.add(Event{finished});
}

const Run kSequential{.id = 1, .mode = "sequential", .seconds = 4, .calls = 64};

}  // namespace

class BaselinesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void comparableRunGetsSpeedAndError() {
    Recording recording;
    record(recording, kSequential);
    record(recording, {.id = 2, .seconds = 1, .value = 0.5f});
    const auto baselines = findBaselines(recording);
    QCOMPARE(baselines.size(), std::size_t{1});
    QCOMPARE(baselines.at(2).run, 1);
    QCOMPARE(baselines.at(2).calls, std::int64_t{64});
    QCOMPARE(baselines.at(2).maxError.value(), 0.5);
    QCOMPARE(speedUp(*recording.run(2), baselines).value(), 4.0);
    QVERIFY(!speedUp(*recording.run(1), baselines));
  }

  void whatDiffersIsNotCompared_data() {
    QTest::addColumn<int>("which");
    QTest::newRow("guidance") << 0;
    QTest::newRow("count") << 1;
    QTest::newRow("device") << 2;
    QTest::newRow("stopped") << 3;
  }
  void whatDiffersIsNotCompared() {
    QFETCH(int, which);
    Run run{.id = 2};
    if (which == 0) run.guidance = 1.5;
    if (which == 1) run.count = 2;
    if (which == 2) run.device = "CUDA: something";
    if (which == 3) run.outcome = Outcome::Stopped;
    Recording recording;
    record(recording, kSequential);
    record(recording, run);
    QVERIFY(findBaselines(recording).empty());
  }

  // Episodes differ in length, and what the simulator takes is no decoding.
  void robotsAreComparedByTheChunk() {
    Recording recording;
    recordEpisode(recording, {.id = 1, .mode = "autoregressive"}, 3, 2.0);
    recordEpisode(recording, {.id = 2, .mode = "jacobi"}, 2, 0.5);
    const auto baselines = findBaselines(recording);
    QCOMPARE(recording.run(1)->stages(), std::int64_t{3});
    QCOMPARE(recording.run(1)->decodeSeconds(), 6.0);
    QCOMPARE(baselines.at(2).seconds, 4.0);
    QCOMPARE(speedUp(*recording.run(2), baselines).value(), 4.0);
  }

  void anotherSeedGivesSpeedButNoError() {
    Recording recording;
    record(recording, kSequential);
    record(recording, {.id = 2, .seed = 8});
    const auto baselines = findBaselines(recording);
    QVERIFY(!baselines.at(2).maxError);
    QCOMPARE(speedUp(*recording.run(2), baselines).value(), 4.0);
  }

  void warmRunsHaveAnErrorAndNoSpeed() {
    Recording recording;
    record(recording, kSequential);
    record(recording, {.id = 2, .value = 0.25f, .warm = true});
    const auto baselines = findBaselines(recording);
    QCOMPARE(baselines.at(2).maxError.value(), 0.25);
    QVERIFY(!speedUp(*recording.run(2), baselines));
  }

  void warmOrStoppedSequentialRunsAreNoBaseline() {
    Recording recording;
    Run warm = kSequential;
    warm.warm = true;
    record(recording, warm);
    Run stopped = kSequential;
    stopped.id = 2;
    stopped.outcome = Outcome::Stopped;
    record(recording, stopped);
    record(recording, {.id = 3});
    QVERIFY(findBaselines(recording).empty());
  }

  void theSameNoiseWinsOverTheLatest() {
    Recording recording;
    record(recording, kSequential);
    Run later = kSequential;
    later.id = 2;
    later.seed = 99;
    record(recording, later);
    record(recording, {.id = 3});
    QCOMPARE(findBaselines(recording).at(3).run, 1);
    recording.erase(1);
    QCOMPARE(findBaselines(recording).at(3).run, 2);
  }

  void aKnobMovedDuringTheRunForbidsComparing() {
    Recording recording;
    record(recording, kSequential);
    RunRecord moved = *recording.run(1);
    moved.start.run = 2;
    moved.start.knobs["mode"] = std::string("jacobi");
    KnobValues later = moved.start.knobs;
    later["guidance"] = 3.0;
    moved.finished->timeline = {{0, moved.start.knobs}, {4, later}};
    QVERIFY(!comparable(moved, *recording.run(1)));
    moved.finished->timeline.back().second = moved.start.knobs;
    QVERIFY(comparable(moved, *recording.run(1)));
  }

  // Tokens are decoded by the knob "decoder", and compared one by one.
  void tokensAreComparedWithTheirSequentialRun() {
    Recording recording;
    const auto decode = [&](int id, const char* decoder, std::vector<std::int64_t> tokens) {
      Started started;
      started.run = id;
      started.knobs = {{"decoder", std::string(decoder)}, {"temperature", 1.0}};
      started.model.hash = "t";
      started.model.vocabulary = 8;
      recording.add(started);
      Finished finished;
      finished.run = id;
      finished.computeSeconds = id;
      finished.result["tokens"] = {{1, std::ssize(tokens)}, tokens};
      finished.timeline = {{0, started.knobs}};
      recording.add(finished);
    };
    decode(1, "coupled", {1, 2, 3});
    decode(2, "gumbel", {1, 2, 4});
    QVERIFY(findBaselines(recording).empty());
    decode(3, "sequential", {1, 2, 4});
    QVERIFY(isSequential(*recording.run(3)));
    const auto found = findBaselines(recording);
    QVERIFY(found.at(1).tokens == (TokenDifference{1, 3}));
    QVERIFY(found.at(2).tokens == (TokenDifference{0, 3}));
    QVERIFY(!found.at(1).maxError);
    QCOMPARE(speedUp(*recording.run(1), found).value_or(0), 3.0);
    ViewState view;
    view.recording = &recording;
    view.baselines = found;
    const auto told = [&](int run) {
      view.cursor.run = run;
      return statusText(view).exactness + "; " + runSubtitle(*recording.run(run), view);
    };
    QCOMPARE(told(1), "1 / 3 tokens ≠ sequential; 0 calls · 1 token differs");
    QCOMPARE(told(2), "token-identical to sequential; 0 calls · tokens identical");
    QCOMPARE(told(3), "exactness: —; 0 calls · 3 s");
  }

  void anOverflowIsNotExact() {
    const Arrays a{{"image", Array{{1}, std::vector<float>{NAN}}}};
    const Arrays b{{"image", Array{{1}, std::vector<float>{1.0f}}}};
    QVERIFY(std::isnan(maxDifference(a, b).value()));
    QVERIFY(!maxDifference(a, {}));
  }
};

QTEST_GUILESS_MAIN(BaselinesTest)
#include "baselines_test.moc"
