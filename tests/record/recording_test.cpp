#include "engine/record/recording.h"

#include <QtTest>

using namespace jacobiscope;

namespace {

constexpr std::size_t kPixels = 1000;  // bytes of one picture, and a little more

Panel picture(const std::string& id) {
  return {id, "", Image{10, 25, std::vector<std::uint8_t>(kPixels)}};
}

std::shared_ptr<const Snapshot> snapshot(int run, std::int64_t index, int stage,
                                         std::vector<Panel> panels = {}) {
  auto made = std::make_shared<Snapshot>();
  made->run = run;
  made->sweep.index = index;
  made->sweep.window.stage = stage;
  made->sweep.calls = 2;
  made->sweep.residual = static_cast<double>(index);
  made->sweep.facts = {{"change", "|dx|", 0, std::vector<float>(16, static_cast<float>(index))}};
  made->panels = std::move(panels);
  made->knobs = std::make_shared<const KnobValues>(KnobValues{{"k", 0.5}});
  made->computeSeconds = static_cast<double>(index) + 1;
  made->captureSeconds = 0.25;
  return made;
}

Started started(int run) {
  Started event;
  event.run = run;
  event.plan.stages = {"first"};
  return event;
}

// A run of three stages of `each` sweeps, all with a picture.
void addRun(Recording& recording, int run, int each) {
  recording.add(started(run));
  for (int i = 0; i < 3 * each; ++i) {
    recording.add(snapshot(run, i, i / each, {picture("sample")}));
  }
}

std::vector<std::int64_t> pictured(const Recording& recording, int run) {
  std::vector<std::int64_t> sweeps;
  for (const auto& each : recording.run(run)->snapshots) {
    if (!each->panels.empty()) sweeps.push_back(each->sweep.index);
  }
  return sweeps;
}

std::size_t picturesIn(const Recording& recording) {
  std::size_t sum = 0;
  for (const auto& [id, run] : recording.runs()) {
    for (const auto& each : run.snapshots) {
      for (const Panel& panel : each->panels) sum += byteSize(panel);
    }
  }
  return sum;
}

}  // namespace

class RecordingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void breakpointsThatWereMetAreKeptWithTheirRun() {
    Recording recording;
    addRun(recording, 1, 2);
    recording.add(Broke{1, {BreakpointKind::Stall, "It stalled.", 4, 2}});
    recording.add(Broke{1, {BreakpointKind::Rise, "It rose.", 5, 3}});
    recording.add(Broke{7, {BreakpointKind::Rise, "Of no run.", 5, 3}});
    const auto& breaks = recording.run(1)->breaks;
    QCOMPARE(breaks.size(), std::size_t{2});
    QCOMPARE(breaks[0].reason, std::string("It stalled."));
    QCOMPARE(breaks[1].sweep, std::int64_t{5});
    addRun(recording, 1, 2);  // the number is used anew
    QVERIFY(recording.run(1)->breaks.empty());
    QVERIFY(!recording.run(7));
  }

  void keepsWhatWasSaid() {
    Recording recording;
    recording.add(started(1));
    for (int i = 0; i < 5; ++i) recording.add(snapshot(1, i, 0));
    QVERIFY(!recording.run(1)->ended());
    QCOMPARE(recording.run(1)->calls(), std::int64_t{10});
    Finished finished;
    finished.run = 1;
    finished.calls = 11;
    recording.add(finished);
    QVERIFY(recording.run(1)->ended());
    QCOMPARE(recording.run(1)->calls(), std::int64_t{11});
    QCOMPARE(recording.run(1)->snapshots.size(), std::size_t{5});
    QVERIFY(!recording.run(2));
  }

  void onlyAFailedRunIsAnEnding() {
    Recording recording;
    recording.add(started(1));
    recording.add(Failed{1, "knob", "no", ""});
    recording.add(Failed{0, "run", "never began", ""});
    QVERIFY(!recording.run(1)->ended());
    recording.add(Failed{1, "run", "broke", ""});
    QCOMPARE(recording.run(1)->failed->message, std::string("broke"));
  }

  void plansHoldFromTheirSweepOn() {
    Recording recording;
    recording.add(started(1));
    recording.add(PlanChanged{1, 5, {{"second"}, {}, {}}});
    recording.add(PlanChanged{1, 9, {{"third"}, {}, {}}});
    const RunRecord& run = *recording.run(1);
    QCOMPARE(run.planAt(0).stages[0], std::string("first"));
    QCOMPARE(run.planAt(4).stages[0], std::string("first"));
    QCOMPARE(run.planAt(5).stages[0], std::string("second"));
    QCOMPARE(run.planAt(8).stages[0], std::string("second"));
    QCOMPARE(run.planAt(1000).stages[0], std::string("third"));
  }

  void whatBelongsNowhereIsLeftOut() {
    Recording recording;
    recording.add(snapshot(1, 0, 0));
    recording.add(PlanChanged{1, 0, {}});
    recording.add(Finished{});
    QVERIFY(recording.runs().empty());
    recording.add(started(1));
    recording.add(snapshot(1, 3, 0, {picture("a")}));  // a gap
    recording.add(snapshot(1, -1, 0));
    QVERIFY(recording.run(1)->snapshots.empty());
    QCOMPARE(recording.pictureBytes(), std::size_t{0});
  }

  void findsTheLastPictureAtOrBefore() {
    Recording recording;
    recording.add(started(1));
    for (int i = 0; i < 20; ++i) {
      std::vector<Panel> panels;
      if (i == 3 || i == 10) panels.push_back(picture("sample"));
      if (i == 10 || i == 15) panels.push_back(picture("strip"));
      recording.add(snapshot(1, i, 0, panels));
    }
    const auto at = [&](std::int64_t sweep, const char* id) {
      const auto found = recording.pictureAt(1, sweep, id);
      return found ? found->sweep.index : -1;
    };
    QCOMPARE(at(2, "sample"), -1);
    QCOMPARE(at(3, "sample"), 3);
    QCOMPARE(at(9, "sample"), 3);
    QCOMPARE(at(10, "sample"), 10);
    QCOMPARE(at(19, "sample"), 10);  // 15 has a picture, but no sample
    QCOMPARE(at(9, "strip"), -1);
    QCOMPARE(at(1000, "strip"), 15);
    QCOMPARE(at(-1, "sample"), -1);
    QCOMPARE(at(19, "nothing"), -1);
    QVERIFY(!recording.pictureAt(2, 5, "sample"));
  }

  void aSecondSnapshotReplacesTheFirst() {
    Recording recording;
    recording.add(started(1));
    recording.add(snapshot(1, 0, 0));
    const std::size_t facts = recording.factBytes();
    recording.add(snapshot(1, 0, 0, {picture("sample")}));
    QCOMPARE(recording.run(1)->snapshots.size(), std::size_t{1});
    QCOMPARE(recording.factBytes(), facts);
    QCOMPARE(recording.pictureBytes(), byteSize(picture("sample")));
    QVERIFY(recording.pictureAt(1, 0, "sample"));
    recording.add(snapshot(1, 0, 0, {picture("sample")}));
    QCOMPARE(recording.pictureBytes(), byteSize(picture("sample")));
  }

  void bytesAreCountedAndGivenBack() {
    Recording recording;
    addRun(recording, 1, 4);
    const std::size_t pictures = recording.pictureBytes(), facts = recording.factBytes();
    QCOMPARE(pictures, 12 * byteSize(picture("sample")));
    QVERIFY(facts >= 12 * 16 * sizeof(float));
    Started withNoise = started(2);
    withNoise.input.arrays["noise"] = Array{{100}, std::vector<float>(100)};
    recording.add(withNoise);
    recording.add(snapshot(2, 0, 0, {picture("sample")}));
    Finished finished;
    finished.run = 2;
    finished.result["image"] = Array{{50}, std::vector<std::int64_t>(50)};
    recording.add(finished);
    QVERIFY(recording.factBytes() >= facts + 100 * 4 + 50 * 8);
    recording.erase(2);
    QCOMPARE(recording.pictureBytes(), pictures);
    QCOMPARE(recording.factBytes(), facts);
    recording.add(started(1));  // a run of the same number begins anew
    QCOMPARE(recording.pictureBytes() + recording.factBytes(), std::size_t{0});
    QVERIFY(recording.run(1)->snapshots.empty());
    recording.erase(7);
  }

  void thinningHalvesTheOldestRunFirst() {
    Recording recording;
    addRun(recording, 1, 9);
    addRun(recording, 2, 9);
    const std::size_t one = byteSize(picture("sample"));
    recording.setPictureByteCap(recording.pictureBytes() - 1);
    const std::vector<std::int64_t> halved = {0,  2,  4,  6,  8,  9,  10, 12,
                                              14, 16, 17, 18, 20, 22, 24, 26};
    QCOMPARE(pictured(recording, 1), halved);
    QCOMPARE(pictured(recording, 2).size(), std::size_t{27});
    QCOMPARE(recording.droppedPictures(), std::size_t{11});
    QCOMPARE(recording.pictureBytes(), 43 * one);
    QCOMPARE(recording.pictureBytes(), picturesIn(recording));
  }

  void firstAndLastOfAStageAndAllFactsStay() {
    Recording recording;
    addRun(recording, 1, 9);
    addRun(recording, 2, 9);
    const std::size_t facts = recording.factBytes();
    recording.setPictureByteCap(1);
    const std::vector<std::int64_t> edges = {0, 8, 9, 17, 18, 26};
    QCOMPARE(pictured(recording, 1), edges);
    QCOMPARE(pictured(recording, 2), edges);
    QCOMPARE(recording.pictureBytes(), picturesIn(recording));
    QCOMPARE(recording.droppedPictures(), std::size_t{42});
    QCOMPARE(recording.factBytes(), facts);
    for (int i = 0; i < 27; ++i) {
      const Snapshot& kept = *recording.run(1)->snapshots[static_cast<std::size_t>(i)];
      QCOMPARE(kept.run, 1);
      QCOMPARE(kept.sweep.index, std::int64_t{i});
      QCOMPARE(kept.sweep.residual, static_cast<double>(i));
      QVERIFY(std::get<std::vector<float>>(kept.sweep.facts.at(0).values) ==
              std::vector<float>(16, static_cast<float>(i)));
      QVERIFY(kept.knobs->at("k") == KnobValue(0.5));
      QCOMPARE(kept.computeSeconds, i + 1.0);
      QCOMPARE(kept.captureSeconds, 0.25);
    }
    QCOMPARE(recording.pictureAt(1, 12, "sample")->sweep.index, std::int64_t{9});
  }

  void aLongRunStaysUnderTheCapAsItGrows() {
    const std::size_t cap = 100 * byteSize(picture("sample"));
    Recording recording(cap);
    recording.add(started(1));
    for (int i = 0; i < 5000; ++i) {
      recording.add(snapshot(1, i, i / 1000, {picture("sample")}));
      QVERIFY(recording.pictureBytes() <= cap);
    }
    QCOMPARE(recording.pictureBytes(), picturesIn(recording));
    QCOMPARE(recording.run(1)->snapshots.size(), std::size_t{5000});
    for (const std::int64_t edge : {0, 999, 1000, 1999, 2000, 2999, 3000, 3999, 4000, 4999}) {
      QCOMPARE(recording.pictureAt(1, edge, "sample")->sweep.index, edge);
    }
    QVERIFY(pictured(recording, 1).size() >= 40);  // thinned, not emptied
  }

  void pictureOlderThanTheSweepIsToldByItsIndex() {
    Recording recording(1);
    addRun(recording, 1, 5);
    const auto shown = recording.pictureAt(1, 3, "sample");
    QCOMPARE(shown->sweep.index, std::int64_t{0});
    QVERIFY(Recording::findPanel(*shown, "sample"));
    QVERIFY(!Recording::findPanel(*shown, "strip"));
  }
};

QTEST_GUILESS_MAIN(RecordingTest)
#include "recording_test.moc"
