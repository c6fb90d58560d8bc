#include "engine/core/clocks.h"

#include <QtTest>

using namespace jacobiscope;
using namespace std::chrono_literals;

namespace {

const Clock::time_point kStart = Clock::time_point{} + 1h;  // any; the tests' own clock

}  // namespace

class ClocksTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void noPaceNeverWaits() {
    Pacer pacer;
    pacer.begin(false);
    pacer.swept(kStart, false);
    QCOMPARE(pacer.wait(kStart), Clock::duration::zero());
  }

  void paceCountsFromStartToStart() {
    Pacer pacer;
    pacer.setPace(10);
    pacer.begin(false);
    QCOMPARE(pacer.wait(kStart), Clock::duration::zero());
    pacer.swept(kStart, false);
    QCOMPARE(pacer.wait(kStart + 30ms), Clock::duration(70ms));
    QCOMPARE(pacer.wait(kStart + 130ms), Clock::duration::zero());
    pacer.setPace(5);  // during the wait
    QCOMPARE(pacer.wait(kStart + 30ms), Clock::duration(170ms));
    pacer.setPace(0);
    QCOMPARE(pacer.wait(kStart + 30ms), Clock::duration::zero());
    pacer.setPace(1e-300);  // no overflow
    QCOMPARE(pacer.wait(kStart), Pacer::kForever);
  }

  void stepsAddUpThenPause() {
    Pacer pacer;
    pacer.begin(true);
    QCOMPARE(pacer.wait(kStart), Pacer::kForever);
    pacer.step(1);
    pacer.step(2);
    pacer.step(0);
    pacer.step(-5);
    for (int i = 0; i < 3; ++i) {
      QVERIFY(!pacer.paused());
      pacer.swept(kStart, false);
    }
    QVERIFY(pacer.paused());
    pacer.step(2'000'000'000);
    pacer.step(2'000'000'000);
    pacer.swept(kStart, false);
    QVERIFY(!pacer.paused());
    pacer.resume();
    pacer.swept(kStart, true);
    QVERIFY(!pacer.paused());
  }

  void stageStepEndsWithTheStage() {
    Pacer pacer;
    pacer.begin(true);
    pacer.step(1);
    pacer.stepStage();
    pacer.swept(kStart, false);
    QVERIFY(!pacer.paused());
    pacer.swept(kStart, true);
    QVERIFY(pacer.paused());
    pacer.step(1);
    pacer.swept(kStart, false);  // the stage step is over: one sweep is one sweep
    QVERIFY(pacer.paused());
  }

  void picturesByTheClock() {
    PictureClock camera(50);
    QVERIFY(camera.due(kStart, false));
    camera.took(kStart, kStart + 100us);
    QVERIFY(!camera.due(kStart + 20ms, false));
    QVERIFY(camera.due(kStart + 21ms, false));
    QVERIFY(!PictureClock(0).due(kStart, true));
  }

  void aQuickRunIsNotStoppedForPictures() {
    PictureClock camera(50);
    camera.waitAMoment(kStart);
    QVERIFY(!camera.due(kStart + 99ms, false));
    QVERIFY(camera.due(kStart + 100ms, false));
    QVERIFY(camera.due(kStart, true));  // the pace leaves time
    camera.took(kStart + 100ms, kStart + 101ms);
    QVERIFY(camera.due(kStart + 121ms, false));
  }

  void slowPicturesComeSeldom() {
    PictureClock camera(50);
    camera.took(kStart, kStart + 10ms);  // a twentieth of 200 ms
    QVERIFY(!camera.due(kStart + 199ms, false));
    QVERIFY(camera.due(kStart + 200ms, false));
    QVERIFY(camera.due(kStart + 30ms, true));  // the pace leaves time
  }
};

QTEST_GUILESS_MAIN(ClocksTest)
#include "clocks_test.moc"
