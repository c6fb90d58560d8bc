// Breakpoints hold a run of the session after the sweep that met them, and it goes on from there.
#include <QtTest>

#include "tests/core/fake_family.h"
#include "tests/core/session_listener.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

namespace {

using SnapshotPointer = std::shared_ptr<const Snapshot>;

// No pictures: one snapshot per sweep.
const Session::Options kBlind{0, false};
// A picture at the end of stages only, and where a run is held.
const Session::Options kAtStageEnds{1e-9, true};

command::SetBreakpoints rises(int over) {
  return {{{BreakpointKind::Rise, true, over, 0}}};
}

// Stages of ten sweeps; in each the residual falls to its fifth sweep and then rises.
void makeRising(Script& script) {
  script.sweepsPerStage = 10;
  script.residual = [](int sweep) { return 1.0 + std::abs(sweep % 10 - 4); };
}

}  // namespace

class SessionBreakpointsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aHitHoldsTheRunAfterItsSweep() {
    Script script;
    makeRising(script);
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.post(rises(3));
    session.start();
    session.wait<Started>();
    const Broke broke = session.wait<Broke>();
    QCOMPARE(broke.run, 1);
    QCOMPARE(broke.hit.sweep, std::int64_t{7});
    QCOMPARE(broke.hit.lastGood, std::int64_t{4});
    QCOMPARE(broke.hit.reason,
             std::string("The residual of stage 0 rose over 3 iterations, from 1 to 4."));
    const auto before = session.passed<SnapshotPointer>();
    QCOMPARE(before.size(), std::size_t{8});
    QCOMPARE(before.back()->sweep.index, std::int64_t{7});
    session.waitPaused(true);
    QVERIFY(session.passed().empty());

    // The rise goes on for two sweeps, which are too few to be told anew; the next stage's is.
    session.post(command::Resume{});
    session.waitPaused(false);
    QCOMPARE(session.wait<Broke>().hit.sweep, std::int64_t{17});
    QCOMPARE(session.passed<SnapshotPointer>().size(), std::size_t{10});
    session.waitPaused(true);
    session.post(command::SetBreakpoints{});
    session.post(command::Resume{});
    session.waitPaused(false);
    const Finished finished = session.wait<Finished>();
    QVERIFY(finished.outcome == Outcome::Done);
    QCOMPARE(finished.sweeps, std::int64_t{30});
    QVERIFY(session.passed<Broke>().empty());
  }

  // As at every pause, and told after what is held.
  void theHeldSweepGetsItsPicture() {
    Script script;
    makeRising(script);
    Listener session({fakeFamily(script)}, kAtStageEnds);
    session.load();
    session.post(rises(3));
    session.start();
    session.wait<Broke>();
    session.waitPaused(true);
    const auto pictured = session.passed<SnapshotPointer>();
    QVERIFY(!pictured.empty());
    QCOMPARE(pictured.back()->sweep.index, std::int64_t{7});
    QVERIFY(!pictured.back()->panels.empty());
  }

  void stepsEndAtABreakpoint() {
    Script script;
    makeRising(script);
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.post(rises(3));
    session.startPaused();
    session.post(command::Step{10, false});
    session.waitPaused(false);
    QCOMPARE(session.wait<Broke>().hit.sweep, std::int64_t{7});
    session.waitPaused(true);
    session.step(1);
    const auto last = session.passed<SnapshotPointer>();
    QCOMPARE(last.back()->sweep.index, std::int64_t{8});
  }

  // It acts from the next sweep on, and has seen those before.
  void breakpointsCanBeSetDuringARun() {
    Script script;
    makeRising(script);
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.startPaused();
    session.step(7);
    QVERIFY(session.passed<Broke>().empty());
    session.post(rises(3));
    session.post(command::Resume{});
    session.waitPaused(false);
    QCOMPARE(session.wait<Broke>().hit.sweep, std::int64_t{7});
    session.waitPaused(true);
  }

  void everyRunIsWatchedAnew() {
    Script script;
    script.stages = 1;
    makeRising(script);
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.post(rises(3));
    for (int run = 1; run <= 2; ++run) {
      session.start();
      const Broke broke = session.wait<Broke>();
      QCOMPARE(broke.run, run);
      QCOMPARE(broke.hit.sweep, std::int64_t{7});
      session.waitPaused(true);
      session.post(command::Stop{});
      QVERIFY(session.wait<Finished>().outcome == Outcome::Stopped);
      session.waitPaused(false);
    }
  }

  // Nothing is left to steer there: the run ends, and the breakpoint is told all the same.
  void atTheLastSweepOfAllTheRunEnds() {
    Script script;
    script.stages = 1;
    script.sweepsPerStage = 8;
    script.residual = [](int sweep) { return 1.0 + std::abs(sweep - 4); };
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.post(rises(3));
    session.start();
    QCOMPARE(session.wait<Broke>().hit.sweep, std::int64_t{7});
    QVERIFY(session.wait<Finished>().outcome == Outcome::Done);
    QVERIFY(session.passed<Paused>().empty());
  }

  void aBreakpointThatCannotBeIsRefused() {
    Script script;
    makeRising(script);
    Listener session({fakeFamily(script)}, kBlind);
    session.load();
    session.post(rises(3));
    session.post(rises(0));
    const Failed failed = session.wait<Failed>();
    QCOMPARE(failed.what, std::string("breakpoint"));
    QVERIFY2(failed.message.find("1 to 1000") != std::string::npos, failed.message.c_str());
    session.start();
    QCOMPARE(session.wait<Broke>().hit.sweep, std::int64_t{7});  // the old one stays
    session.waitPaused(true);
  }
};

QTEST_GUILESS_MAIN(SessionBreakpointsTest)
#include "session_breakpoints_test.moc"
