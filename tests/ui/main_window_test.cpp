// The window's flows with the toy family: generate, stop, step, scrub, slide, fail.
#include "main_window_fixture.h"

#include <QDockWidget>
#include <QStatusBar>

#include "ui/shell/status_text.h"

using namespace jacobiscope;

namespace {

// QObject::receivers() is protected; a pointer to it is not.
struct Receivers : QObject {
  static int of(const QAction& action) {
    return (action.*(&Receivers::receivers))(SIGNAL(triggered(bool)));
  }
};

}  // namespace

class MainWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void generateByButton() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QTRY_VERIFY(f.actions().generate->isEnabled());
    auto* button = f.window().findChild<QPushButton*>("accent");
    for (auto* candidate : f.window().findChildren<QPushButton*>("accent")) {
      if (candidate->text() == "Generate") button = candidate;
    }
    QTRY_VERIFY(button->isEnabled());
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(f.waitForEnd(1));
    QVERIFY(f.lastRun()->finished->outcome == Outcome::Done);
    QTRY_COMPARE(f.window().library().runs()->count(), 1);
    QCOMPARE(f.view().cursor.run, 1);
    QCOMPARE(f.view().cursor.sweep, std::int64_t(f.lastRun()->snapshots.size()) - 1);
    QTRY_VERIFY(f.window().stage().frames() > 0);
    QVERIFY(!f.actions().stop->isEnabled());
  }

  void stopEndsTheRun() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.startSlowRun());
    QTRY_VERIFY(f.actions().stop->isEnabled());
    f.actions().stop->trigger();
    QVERIFY(f.waitForEnd(1));
    QVERIFY(f.lastRun()->finished->outcome == Outcome::Stopped);
    QTRY_VERIFY(!f.actions().stop->isEnabled());
  }

  void pauseAndStep() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.startSlowRun());
    QTRY_VERIFY(f.actions().pause->isEnabled());
    f.actions().pause->trigger();
    QTRY_VERIFY(f.view().paused);
    QTest::qWait(60);
    const auto sweeps = f.lastRun()->snapshots.size();
    f.actions().step->trigger();
    QTRY_COMPARE(f.lastRun()->snapshots.size(), sweeps + 1);
    QTest::qWait(60);
    QCOMPARE(f.lastRun()->snapshots.size(), sweeps + 1);
    QVERIFY(f.view().paused);
    // At the end of what is recorded, forward computes one more.
    f.actions().forward->trigger();
    QTRY_COMPARE(f.lastRun()->snapshots.size(), sweeps + 2);
    f.set("delay", std::int64_t{0});
    f.actions().stepBlock->trigger();
    QTRY_VERIFY(endsStage(f.lastRun()->start.plan, f.lastRun()->snapshots.back()->sweep));
    QTRY_VERIFY(f.view().paused);
    QTRY_COMPARE(f.actions().pause->text(), QString("&Resume"));
    f.actions().pause->trigger();
    QVERIFY(f.waitForEnd(1));
    QVERIFY(f.lastRun()->finished->outcome == Outcome::Done);
  }

  void scrubWithTheTransport() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    const auto last = std::int64_t(f.lastRun()->snapshots.size()) - 1;
    QVERIFY(last > 3);
    QTRY_VERIFY(f.actions().first->isEnabled());
    f.actions().first->trigger();
    QCOMPARE(f.view().cursor.sweep, std::int64_t{0});
    QVERIFY(!f.view().cursor.followLive);
    f.actions().forward->trigger();
    f.actions().forward->trigger();
    f.actions().back->trigger();
    QCOMPARE(f.view().cursor.sweep, std::int64_t{1});
    f.actions().last->trigger();
    QCOMPARE(f.view().cursor.sweep, last);
    f.actions().previousBlock->trigger();
    const int stage = f.lastRun()->snapshots[last]->sweep.window.stage;
    QCOMPARE(f.lastRun()->snapshots[f.view().cursor.sweep]->sweep.window.stage, stage - 1);
    f.actions().followLive->trigger();
    QVERIFY(f.view().cursor.followLive);
    QCOMPARE(f.view().cursor.sweep, last);
  }

  void replayWalksOverTheRecording() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    QTRY_VERIFY(f.actions().play->isEnabled());
    f.view().transport.speed = 16;
    f.actions().play->trigger();
    QVERIFY(f.view().transport.playing);
    QTRY_VERIFY(f.view().cursor.sweep > 2);
    QTRY_VERIFY(!f.view().transport.playing);
    QCOMPARE(f.view().cursor.sweep, std::int64_t(f.lastRun()->snapshots.size()) - 1);
    QTRY_COMPARE(f.actions().play->text(), QString("P&lay recording"));
  }

  void knobMovedDuringARunActs() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.startSlowRun());
    f.window().findChild<QDockWidget*>("parametersDock")->show();
    QTRY_VERIFY(f.window().parameters().field("coupling"));
    auto* slider = f.window().parameters().field("coupling")->findChild<QSlider*>();
    QVERIFY(!slider->accessibleName().isEmpty());
    slider->setValue(500);
    f.set("delay", std::int64_t{0});
    QVERIFY(f.waitForEnd(1));
    const auto& timeline = f.lastRun()->finished->timeline;
    QVERIFY(timeline.size() >= 2);
    QCOMPARE(numberAt(timeline.front().second, "coupling"), 1.0);
    QCOMPARE(numberAt(timeline.back().second, "coupling"), 2.0);
    QVERIFY(timeline.back().first > 0);
  }

  void pictureFollowsTheHand() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.engine().input().seed = 5;
    QVERIFY(f.generate());
    f.set("coupling", 1.1);
    QVERIFY(f.waitForEnd(2));
    QVERIFY(f.lastRun()->start.warm);
    QCOMPARE(f.lastRun()->start.input.seed, std::uint64_t{5});
    QCOMPARE(numberAt(f.lastRun()->start.knobs, "coupling"), 1.1);
    QCOMPARE(f.view().cursor.run, 2);
    // A schedule changes nothing in the picture, and an unticked box is obeyed.
    f.set("mode", std::string("window"));
    f.view().followHand = false;
    f.set("coupling", 1.2);
    QTest::qWait(200);
    QCOMPARE(f.lastRun()->start.run, 2);
  }

  void aSequentialRunGivesTheNumbers() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    QVERIFY(statusText(f.view()).speed.endsWith("—"));
    f.engine().setKnobs({{"mode", std::string("sequential")}});
    QVERIFY(f.generate());
    f.engine().selectRun(1);
    QVERIFY(f.view().baselines.contains(1));
    const StatusText text = statusText(f.view());
    QVERIFY2(text.speed.endsWith("×"), qPrintable(text.speed));
    QVERIFY2(!text.exactness.endsWith("—"), qPrintable(text.exactness));
    QVERIFY(text.calls.endsWith(QString::number(f.engine().recording().run(2)->finished->calls)));
  }

  void schedulesAreNamed() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.engine().setKnobs({{"mode", std::string("sequential")}});
    QCOMPARE(f.view().preset, std::string("sequential"));
    f.set("mode", std::string("gs-jacobi"));
    QCOMPARE(f.view().preset, std::string("custom"));
    QTRY_COMPARE(f.window().library().schedules()->count(), 4);
    Q_EMIT f.window().library().schedules()->chosen("window");
    QCOMPARE(f.view().preset, std::string("window"));
  }

  void aFailedRunLeavesTheWindowUsable() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.set("fail_at", std::int64_t{3});
    QVERIFY(f.generate());
    QVERIFY(f.lastRun()->failed);
    QCOMPARE(f.view().notices.size(), std::size_t{1});
    QTRY_VERIFY(!f.window().statusBar()->currentMessage().isEmpty());
    f.set("fail_at", std::int64_t{-1});
    QVERIFY(f.generate());
    QVERIFY(f.lastRun()->finished);
    QTRY_VERIFY(f.actions().clearMessages->isEnabled());
    f.actions().clearMessages->trigger();
    QVERIFY(f.view().notices.empty());
  }

  void aRefusedValueIsTold() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.set("coupling", 100.0);
    QCOMPARE(numberAt(f.view().knobs, "coupling"), 1.0);
    QCOMPARE(f.view().notices.size(), std::size_t{1});
    f.set("no.such.knob", 1.0);
    QCOMPARE(f.view().notices.size(), std::size_t{2});
  }

  void runsAreSelectedAndDeleted() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    QVERIFY(f.generate());
    QTRY_COMPARE(f.window().library().runs()->count(), 2);
    Q_EMIT f.window().library().runs()->chosen("1");
    QCOMPARE(f.view().cursor.run, 1);
    f.engine().eraseRun(1);
    QCOMPARE(f.view().cursor.run, 2);
    QTRY_COMPARE(f.window().library().runs()->count(), 1);
  }

  void answersOfTheViewsAreObeyed() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.view().knobEdits = {{"coupling", KnobValue(0.5)}};
    f.view().wantsGenerate = true;
    Q_EMIT f.window().stage().answered();
    QVERIFY(f.waitForEnd(1));
    QCOMPARE(numberAt(f.lastRun()->start.knobs, "coupling"), 0.5);
    QVERIFY(f.view().knobEdits.empty());
    QVERIFY(!f.view().wantsGenerate);
  }

  void everyActionOfTheMenusDoesSomething() {
    WindowFixture f;
    for (QMenu* menu : f.window().menuBar()->findChildren<QMenu*>()) {
      for (QAction* action : menu->actions()) {
        if (action->isSeparator() || action->menu()) continue;
        const bool grouped = action->actionGroup() != nullptr;
        // QObject keeps the count to itself and its children.
        struct Counter : QObject {
          static int of(const QObject* object, const char* signal) {
            return (object->*&Counter::receivers)(signal);
          }
        };
        const bool connected = Counter::of(action, SIGNAL(triggered(bool))) > 0 ||
                               Counter::of(action, SIGNAL(toggled(bool))) > 0 || grouped;
        QVERIFY2(connected, qPrintable(action->text()));
      }
    }
  }
};

QTEST_MAIN(MainWindowTest)
#include "main_window_test.moc"
