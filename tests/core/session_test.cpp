// Commands and what they do: pause, step, pace, knobs, start, load, warm start.
#include <QtTest>

#include "tests/core/fake_family.h"
#include "tests/core/session_listener.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

namespace {

using SnapshotPointer = std::shared_ptr<const Snapshot>;

std::vector<std::int64_t> indices(const std::vector<SnapshotPointer>& snapshots) {
  std::vector<std::int64_t> numbers;
  for (const auto& snapshot : snapshots) numbers.push_back(snapshot->sweep.index);
  return numbers;
}

// No pictures: one snapshot per sweep.
const Session::Options kBlind{0, false};

}  // namespace

class SessionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Also while a run is held, which it does not touch.
  void anInputCanBeLookedAtBeforehand() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    Input input;
    input.seed = 5;
    session.startPaused();
    session.post(command::Preview{input});
    const Previewed seen = session.wait<Previewed>();
    QCOMPARE(seen.input.seed, std::uint64_t{5});
    QCOMPARE(seen.preview.note, std::string("seed 5"));
    QCOMPARE(seen.preview.panels.size(), std::size_t{1});
    script.at = [](const std::string& where) {
      if (where == "preview") throw UsageError("It lies off the table.");
    };
    session.post(command::Preview{input});
    const Failed failed = session.wait<Failed>();
    QCOMPARE(failed.what, std::string("preview"));
    QCOMPARE(failed.message, std::string("It lies off the table."));
    session.post(command::Resume{});
    QVERIFY(session.wait<Finished>().outcome == Outcome::Done);
  }

  void aRunTellsItsWholeStory() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load("small");
    Input input;
    input.seed = 77;
    session.post(command::Start{{{"live", 2.0}}, input});
    const Started started = session.wait<Started>();
    QCOMPARE(started.run, 1);
    QCOMPARE(started.input.seed, std::uint64_t{77});
    QCOMPARE(started.model.name, std::string("small"));
    QCOMPARE(numberAt(started.knobs, "live"), 2.0);
    QCOMPARE(integerAt(started.knobs, "run"), std::int64_t{5});
    QCOMPARE(started.plan.windows.size(), std::size_t{3});
    QVERIFY(!started.warm);

    const Finished finished = session.wait<Finished>();
    const auto snapshots = session.passed<SnapshotPointer>();
    QCOMPARE(snapshots.size(), std::size_t{12});
    double computed = 0;
    for (const auto& snapshot : snapshots) {
      computed += snapshot->sweep.seconds;
      QCOMPARE(snapshot->computeSeconds, computed);
      QCOMPARE(numberAt(*snapshot->knobs, "live"), 2.0);
    }
    QVERIFY(finished.outcome == Outcome::Done);
    QCOMPARE(finished.sweeps, std::int64_t{12});
    QCOMPARE(finished.calls, std::int64_t{24});
    QVERIFY(finished.computeSeconds >= computed);
    QCOMPARE(finished.captureSeconds, 0.0);
    QCOMPARE(finished.timeline.size(), std::size_t{1});
    QVERIFY(std::get<std::vector<std::int64_t>>(finished.result.at("sweeps").values)[0] == 12);
    session.start();
    QCOMPARE(session.wait<Started>().run, 2);
  }

  void pausedRunsSweepOnlyWhenStepped() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.startPaused();
    session.step(1);
    QVERIFY((indices(session.passed<SnapshotPointer>()) == std::vector<std::int64_t>{0}));
    session.step(2);
    QVERIFY((indices(session.passed<SnapshotPointer>()) == std::vector<std::int64_t>{1, 2}));
    session.post(command::Resume{});
    session.waitPaused(false);
    QCOMPARE(session.wait<Finished>().sweeps, std::int64_t{12});
  }

  void aStageStepEndsAtTheStagesEnd() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.startPaused();
    session.step(1);
    session.passed();
    for (const std::vector<std::int64_t>& expected :
         {std::vector<std::int64_t>{1, 2, 3}, std::vector<std::int64_t>{4, 5, 6, 7}}) {
      session.post(command::Step{1, true});
      session.waitPaused(false);
      session.waitPaused(true);
      QVERIFY(indices(session.passed<SnapshotPointer>()) == expected);
    }
    // Onto the end of the last stage: nothing is left, so the run is done.
    session.post(command::Step{1, true});
    QVERIFY(session.wait<Finished>().outcome == Outcome::Done);
  }

  void pauseStopsARunThatSweeps() {
    Script script;
    script.gated = true;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.start();
    script.begun.acquire();
    session.post(command::Pause{});
    script.permits.release();
    session.waitPaused(true);
    QVERIFY((indices(session.passed<SnapshotPointer>()) == std::vector<std::int64_t>{0}));
    QVERIFY(!script.begun.try_acquire());  // no other sweep has begun
    session.post(command::Stop{});
    QCOMPARE(session.wait<Finished>().sweeps, std::int64_t{1});
    session.waitPaused(false);  // the pause ended with its run
  }

  void stopActsAfterTheRunningSweep() {
    Script script;
    script.gated = true;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.start();
    for (int i = 0; i < 3; ++i) {
      script.begun.acquire();
      if (i == 2) session.post(command::Stop{});
      script.permits.release();
    }
    const Finished finished = session.wait<Finished>();
    QVERIFY(finished.outcome == Outcome::Stopped);
    QCOMPARE(finished.sweeps, std::int64_t{3});
    QVERIFY(finished.result.empty());
    QVERIFY(!script.begun.try_acquire());
  }

  void commandsWithNothingToActOnDoNothing() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.post(command::Pause{});
    session.post(command::Resume{});
    session.post(command::Step{3, false});
    session.post(command::Stop{});
    session.load();
    QVERIFY(session.passed<Paused>().empty());
    session.start();
    QCOMPARE(session.wait<Finished>().sweeps, std::int64_t{12});
  }

  void paceHoldsSweepsBack() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.post(command::SetPace{1e-6});  // the next sweep would come in days
    session.start();
    session.waitSnapshot();
    session.post(command::Stop{});  // obeyed in the middle of the wait
    const Finished finished = session.wait<Finished>();
    QCOMPARE(finished.sweeps, std::int64_t{1});
    QVERIFY(finished.waitSeconds > 0);

    session.start();
    session.waitSnapshot();
    session.post(command::SetPace{0});
    QCOMPARE(session.wait<Finished>().sweeps, std::int64_t{12});
  }

  void aLiveKnobActsAtTheNextSweep() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.startPaused();
    session.step(2);
    session.passed();
    session.post(command::SetKnob{"live", 3.0});
    session.post(command::SetKnob{"live", std::int64_t{4}});  // the last of a batch counts
    session.step(1);
    const auto snapshots = session.passed<SnapshotPointer>();
    QCOMPARE(snapshots.at(0)->sweep.index, std::int64_t{2});
    QCOMPARE(snapshots.at(0)->sweep.residual, 4.0);
    QVERIFY(snapshots.at(0)->knobs->at("live") == KnobValue(4.0));
    session.post(command::Resume{});
    const Finished finished = session.wait<Finished>();
    QCOMPARE(finished.timeline.size(), std::size_t{2});
    QCOMPARE(finished.timeline[0].first, std::int64_t{0});
    QCOMPARE(numberAt(finished.timeline[0].second, "live"), 1.0);
    QCOMPARE(finished.timeline[1].first, std::int64_t{2});
    QCOMPARE(numberAt(finished.timeline[1].second, "live"), 4.0);
  }

  void aKnobDuringASweepActsAfterIt() {
    Script script;
    script.gated = true;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.start();
    script.begun.acquire();
    session.post(command::SetKnob{"live", 9.0});
    script.permits.release(100);
    QCOMPARE(session.waitSnapshot()->sweep.residual, 1.0);
    QCOMPARE(session.waitSnapshot()->sweep.residual, 9.0);
    session.wait<Finished>();
  }

  void aNextStageKnobWaitsForTheStage() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.startPaused();
    session.step(1);
    session.post(command::SetKnob{"stage", 50.0});
    session.post(command::SetKnob{"live", 2.0});  // must not carry the other along
    session.passed();
    session.post(command::Resume{});
    const Finished finished = session.wait<Finished>();
    std::vector<double> residuals;
    for (const auto& each : session.passed<SnapshotPointer>()) {
      residuals.push_back(each->sweep.residual);
    }
    QVERIFY((residuals == std::vector<double>{2, 2, 2, 52, 52, 52, 52, 52, 52, 52, 52}));
    QCOMPARE(finished.timeline.size(), std::size_t{3});
    QCOMPARE(finished.timeline[2].first, std::int64_t{4});
  }

  void betweenStagesANextStageKnobActsAtOnce() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.startPaused();
    session.step(4);
    session.post(command::SetKnob{"stage", 50.0});
    session.passed();
    session.step(1);
    QCOMPARE(session.passed<SnapshotPointer>().at(0)->sweep.residual, 51.0);
  }

  void afterTheLastSweepNoKnobActs() {
    Script script;
    script.gated = true;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.start();
    for (int i = 0; i < 12; ++i) {
      script.begun.acquire();
      if (i == 11) {
        session.post(command::SetKnob{"live", 2.0});
        session.post(command::SetKnob{"stage", 2.0});
      }
      script.permits.release();
    }
    QCOMPARE(session.wait<Finished>().timeline.size(), std::size_t{1});
    QVERIFY(std::ranges::count(script.words(), "knobs at 12") == 0);
  }

  void aNextRunKnobIsKeptForTheNextStart() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.startPaused();
    session.post(command::SetKnob{"run", std::int64_t{7}});
    session.post(command::Resume{});
    QCOMPARE(session.wait<Finished>().timeline.size(), std::size_t{1});
    session.start();
    QCOMPARE(integerAt(session.wait<Started>().knobs, "run"), std::int64_t{7});
    session.start();
    QCOMPARE(integerAt(session.wait<Started>().knobs, "run"), std::int64_t{5});
    session.wait<Finished>();

    session.post(command::SetKnob{"live", 8.0});  // while nothing runs
    session.start({{"run", std::int64_t{1}}});
    const Started started = session.wait<Started>();
    QCOMPARE(numberAt(started.knobs, "live"), 8.0);
    QCOMPARE(integerAt(started.knobs, "run"), std::int64_t{1});
  }

  void aPlanThatChangesIsPublished() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.startPaused();
    session.step(2);
    session.post(command::SetKnob{"live", 2.0});  // leaves the plan as it is
    session.post(command::SetKnob{"cap", std::int64_t{3}});
    const PlanChanged changed = session.wait<PlanChanged>();  // although paused
    QCOMPARE(changed.fromSweep, std::int64_t{2});
    QCOMPARE(changed.plan.windows[0].cap, 3);
    session.post(command::SetKnob{"live", 3.0});  // before the same sweep: one entry for both
    session.post(command::Resume{});
    const Finished finished = session.wait<Finished>();
    QVERIFY(session.passed<PlanChanged>().empty());
    QCOMPARE(finished.timeline.size(), std::size_t{2});
    QCOMPARE(finished.timeline[1].first, std::int64_t{2});
    QCOMPARE(numberAt(finished.timeline[1].second, "live"), 3.0);
    QCOMPARE(integerAt(finished.timeline[1].second, "cap"), std::int64_t{3});
  }

  void aRefusedKnobLeavesTheRunAlone() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.startPaused();
    session.post(command::SetKnob{"live", 101.0});
    Failed failed = session.wait<Failed>();
    QCOMPARE(failed.what, std::string("knob"));
    QCOMPARE(failed.message, std::string("live=101 is outside 0 to 100."));
    session.post(command::SetKnob{"lives", 1.0});
    failed = session.wait<Failed>();
    QCOMPARE(failed.hint, std::string("Did you mean live?"));
    session.post(command::SetKnob{"live", 13.0});  // the decoder itself refuses this one
    failed = session.wait<Failed>();
    QCOMPARE(failed.message, std::string("live=13 does not fit"));
    QCOMPARE(failed.hint, std::string("try 12"));
    session.post(command::Resume{});
    const Finished finished = session.wait<Finished>();
    QVERIFY(finished.outcome == Outcome::Done);
    QCOMPARE(finished.timeline.size(), std::size_t{1});
  }

  void aStartDuringARunStopsItFirst() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.startPaused();
    session.start();
    const Finished first = session.wait<Finished>();
    QCOMPARE(first.run, 1);
    QVERIFY(first.outcome == Outcome::Stopped);
    QCOMPARE(session.wait<Started>().run, 2);
    QVERIFY(session.wait<Finished>().outcome == Outcome::Done);  // and it was not paused
  }

  void aFailedLoadKeepsTheOldModel() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load("first");
    session.startPaused();
    session.post(command::Load{{"foreign", {}, {}}});
    QVERIFY(session.wait<Finished>().outcome == Outcome::Stopped);  // before the attempt
    const Failed failed = session.wait<Failed>();
    QCOMPARE(failed.what, std::string("load"));
    QCOMPARE(failed.message, std::string("foreign: no such file or folder."));
    session.start();
    QCOMPARE(session.wait<Started>().model.name, std::string("first"));
    session.load("second");
    session.start();
    QCOMPARE(session.wait<Started>().model.name, std::string("second"));
    QCOMPARE(script.models.load(), 1);
  }

  void aWarmStartGetsTheFinishedDecoder() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    const auto run = [&](bool warm) {
      session.start({}, warm);
      const Started started = session.wait<Started>();
      session.wait<Finished>();
      return started.warm;
    };
    QVERIFY(!run(true));  // nothing to begin from yet
    QVERIFY(run(true));
    QVERIFY(!run(false));
    const std::vector<std::string> expected = {
        "load",  "begin 1 after none alive 0", "begin 2 after 1 alive 1", "end 1",
        "end 2", "begin 3 after none alive 0"};
    QVERIFY(script.words() == expected);  // a cold start frees the old decoder first
    session.load("other");
    QVERIFY(!run(true));
  }

  void aStoppedRunServesOnlyIfItBeganWarm() {
    Script script;
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    const auto startAndStop = [&](bool warm) {
      session.post(command::Start{{}, {}, warm, true});
      const bool isWarm = session.wait<Started>().warm;
      session.post(command::Stop{});
      session.wait<Finished>();
      return isWarm;
    };
    QVERIFY(!startAndStop(false));
    QVERIFY(!startAndStop(true));  // the cold one had no solutions
    session.start();
    session.wait<Finished>();
    QVERIFY(startAndStop(true));
    QVERIFY(startAndStop(true));  // a hand that keeps moving a slider
    session.start({}, true);
    QVERIFY(session.wait<Started>().warm);
  }
};

QTEST_GUILESS_MAIN(SessionTest)
#include "session_test.moc"
