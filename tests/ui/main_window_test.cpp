// Runs of the toy family in the window: generate, stop, step, scrub, compare, fail.
#include "main_window_fixture.h"

#include <QClipboard>
#include <QStatusBar>

#include "ui/shell/status_text.h"

using namespace jacobiscope;

class MainWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void generateByButton() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    auto* button = f.window().findChild<QPushButton*>("accent");
    for (auto* candidate : f.window().findChildren<QPushButton*>("accent")) {
      if (candidate->text() == "Generate") button = candidate;
    }
    SOON(button->isEnabled());
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(f.waitForEnd(1));
    QVERIFY(f.lastRun()->finished->outcome == Outcome::Done);
    SOON_EQUAL(f.window().library().runs()->count(), 1);
    QCOMPARE(f.view().cursor.run, 1);
    QCOMPARE(f.view().cursor.sweep, std::int64_t(f.lastRun()->snapshots.size()) - 1);
    SOON(f.window().stage().frames() > 0);
    SOON(!f.actions().stop->isEnabled());
  }

  void stopEndsTheRun() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.startSlowRun());
    SOON(f.actions().stop->isEnabled());
    QVERIFY(f.trigger(f.actions().stop));
    QVERIFY(f.waitForEnd(1));
    QVERIFY(f.lastRun()->finished->outcome == Outcome::Stopped);
    SOON(!f.actions().stop->isEnabled());
  }

  void pauseAndStep() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.startSlowRun());
    SOON(f.actions().pause->isEnabled());
    QVERIFY(f.trigger(f.actions().pause));
    SOON(f.view().paused);
    // The engine says that it pauses after the last sweep before: this is their number.
    const auto sweeps = f.lastRun()->snapshots.size();
    QVERIFY(f.trigger(f.actions().step));
    SOON_EQUAL(f.lastRun()->snapshots.size(), sweeps + 1);
    QVERIFY(f.view().paused);
    // At the end of what is recorded, forward computes one more.
    QVERIFY(f.trigger(f.actions().forward));
    SOON_EQUAL(f.lastRun()->snapshots.size(), sweeps + 2);
    // A command is obeyed after everything before it: had a step gone on by itself, there
    // would be more sweeps by the time the next one's is told.
    QVERIFY(f.trigger(f.actions().step));
    SOON(f.lastRun()->snapshots.size() > sweeps + 2);
    QCOMPARE(f.lastRun()->snapshots.size(), sweeps + 3);
    f.set("delay", std::int64_t{0});
    QVERIFY(f.trigger(f.actions().stepBlock));
    SOON(endsStage(f.lastRun()->start.plan, f.lastRun()->snapshots.back()->sweep));
    SOON(f.view().paused);
    SOON_EQUAL(f.actions().pause->text(), QString("&Resume"));
    QVERIFY(f.trigger(f.actions().pause));
    QVERIFY(f.waitForEnd(1));
    QVERIFY(f.lastRun()->finished->outcome == Outcome::Done);
  }

  void everyShortcutIsOfOneAction() {
    WindowFixture f;
    QStringList taken;
    for (const QAction* action : f.actions().withShortcut())
      for (const QKeySequence& keys : action->shortcuts()) taken << keys.toString();
    QVERIFY(taken.size() > 30);
    QCOMPARE(taken.removeDuplicates(), qsizetype{0});
  }

  void scrubWithTheTransport() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    const auto last = std::int64_t(f.lastRun()->snapshots.size()) - 1;
    QVERIFY(last > 3);
    SOON(f.actions().first->isEnabled());
    QVERIFY(f.trigger(f.actions().first));
    QCOMPARE(f.view().cursor.sweep, std::int64_t{-1});
    QVERIFY(!f.view().cursor.followLive);
    for (int i = 0; i < 3; ++i) QVERIFY(f.trigger(f.actions().forward));
    QVERIFY(f.trigger(f.actions().back));
    QCOMPARE(f.view().cursor.sweep, std::int64_t{1});
    QVERIFY(f.trigger(f.actions().last));
    QCOMPARE(f.view().cursor.sweep, last);
    QVERIFY(f.trigger(f.actions().previousBlock));
    const int stage = f.lastRun()->snapshots[last]->sweep.window.stage;
    QCOMPARE(f.lastRun()->snapshots[f.view().cursor.sweep]->sweep.window.stage, stage - 1);
    // At once, before the tick of the action has followed the cursor.
    f.actions().followLive->trigger();
    QVERIFY(f.view().cursor.followLive);
    QCOMPARE(f.view().cursor.sweep, last);
    f.actions().followLive->trigger();
    QVERIFY(!f.view().cursor.followLive);
  }

  void replayWalksOverTheRecording() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    SOON(f.actions().play->isEnabled());
    f.view().transport.speed = 16;
    QVERIFY(f.trigger(f.actions().play));
    QVERIFY(f.view().transport.playing);
    SOON(f.view().cursor.sweep > 2);
    SOON(!f.view().transport.playing);
    QCOMPARE(f.view().cursor.sweep, std::int64_t(f.lastRun()->snapshots.size()) - 1);
    SOON_EQUAL(f.actions().play->text(), QString("P&lay recording"));
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
    // The window says the same.
    const auto shows = [&](const QString& words) {
      const auto labels = f.window().statusBar()->findChildren<QLabel*>();
      return std::ranges::any_of(labels, [&](QLabel* label) { return label->text() == words; });
    };
    SOON(shows(text.speed));
    SOON(shows(text.exactness));
    SOON(shows(text.calls));
  }

  void aFailedRunLeavesTheWindowUsable() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.set("fail_at", std::int64_t{3});
    QVERIFY(f.generate());
    QVERIFY(f.lastRun()->failed);
    QCOMPARE(f.view().notices.size(), std::size_t{1});
    SOON(!f.window().statusBar()->currentMessage().isEmpty());
    f.set("fail_at", std::int64_t{-1});
    QVERIFY(f.generate());
    QVERIFY(f.lastRun()->finished);
    SOON(f.actions().clearMessages->isEnabled());
    QVERIFY(f.trigger(f.actions().clearMessages));
    QVERIFY(f.view().notices.empty());
  }

  void runsAreSelectedAndDeleted() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    QVERIFY(f.generate());
    SOON_EQUAL(f.window().library().runs()->count(), 2);
    Q_EMIT f.window().library().runs()->chosen("1");
    QCOMPARE(f.view().cursor.run, 1);
    f.engine().eraseRun(1);
    QCOMPARE(f.view().cursor.run, 2);
    SOON_EQUAL(f.window().library().runs()->count(), 1);
  }

  void thePictureIsCopiedFromTheStage() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    SOON(f.actions().copy->isEnabled());
    QGuiApplication::clipboard()->clear();
    f.view().wantsCopy = true;
    Q_EMIT f.window().stage().answered();
    QVERIFY(!f.view().wantsCopy);
    SOON(!QGuiApplication::clipboard()->image().isNull());
  }

  void onlyTheSamePictureIsCompared() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.engine().input().seed = 1;
    QVERIFY(f.generate());
    f.engine().setKnobs({{"mode", std::string("sequential")}});
    f.engine().input().seed = 2;
    QVERIFY(f.generate());
    QVERIFY(f.view().baselines.contains(1));
    QVERIFY(!sequentialOf(f.view(), 1));
    f.engine().input().seed = 1;
    QVERIFY(f.generate());
    QVERIFY(sequentialOf(f.view(), 1));
    QCOMPARE(sequentialOf(f.view(), 1)->start.run, 3);
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
