// The window's flows with the toy family: generate, stop, step, scrub, slide, fail.
#include "main_window_fixture.h"

#include <QClipboard>
#include <QDoubleSpinBox>
#include <QLineEdit>
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
    SOON(f.actions().generate->isEnabled());
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

  void knobMovedDuringARunActs() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.startSlowRun());
    f.window().findChild<QDockWidget*>("parametersDock")->show();
    SOON(f.window().parameters().field("coupling"));
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
    // Timers of one thread fire in the order of their times, so one that would have started
    // a run is past when this longer one is; and the next run would bear a later number.
    bool rested = false;
    QTimer::singleShot(200, &f.window(), [&] { rested = true; });
    SOON(rested);
    QVERIFY(f.generate());
    QCOMPARE(f.lastRun()->start.run, 3);
    QVERIFY(!f.lastRun()->start.warm);
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

  void schedulesAreNamed() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.engine().setKnobs({{"mode", std::string("sequential")}});
    QCOMPARE(f.view().preset, std::string("sequential"));
    f.set("mode", std::string("gs-jacobi"));
    QCOMPARE(f.view().preset, std::string("custom"));
    SOON_EQUAL(f.window().library().schedules()->count(), 4);
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
    SOON(!f.window().statusBar()->currentMessage().isEmpty());
    f.set("fail_at", std::int64_t{-1});
    QVERIFY(f.generate());
    QVERIFY(f.lastRun()->finished);
    SOON(f.actions().clearMessages->isEnabled());
    QVERIFY(f.trigger(f.actions().clearMessages));
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
    SOON_EQUAL(f.window().library().runs()->count(), 2);
    Q_EMIT f.window().library().runs()->chosen("1");
    QCOMPARE(f.view().cursor.run, 1);
    f.engine().eraseRun(1);
    QCOMPARE(f.view().cursor.run, 2);
    SOON_EQUAL(f.window().library().runs()->count(), 1);
  }

  void enterGeneratesTheClassThatIsTyped() {
    WindowFixture f;
    QVERIFY(f.load(f.dressedFile()));
    SOON(f.actions().generate->isEnabled());
    auto* picker = f.classField();
    QVERIFY(picker);
    picker->setFocus();
    const auto type = [&](const QString& text) {
      picker->lineEdit()->selectAll();
      // The picker has the focus, and hands on to its line.
      QTest::keyClicks(picker, text);
      QTest::keyClick(picker, Qt::Key_Return);
    };
    type("three");
    QVERIFY(f.waitForEnd(1));
    QCOMPARE(f.lastRun()->start.input.label.value_or(-1), std::int64_t{2});
    // What the model does not have is told, once, and generates nothing.
    type("nonsense");
    QCOMPARE(f.problems(), 1);
    QCOMPARE(picker->currentText(), QString("three"));
    type("0");
    QVERIFY(f.waitForEnd(2));
    QCOMPARE(f.lastRun()->start.run, 2);
    QCOMPARE(f.lastRun()->start.input.label.value_or(-1), std::int64_t{0});
  }

  void generateRefusesAClassThatTheModelHasNot() {
    WindowFixture f;
    QVERIFY(f.load(f.dressedFile()));
    SOON(f.actions().generate->isEnabled());
    auto* picker = f.classField();
    QVERIFY(picker);
    picker->setFocus();
    picker->lineEdit()->selectAll();
    QTest::keyClicks(picker, "nonsense");
    f.actions().generate->trigger();
    QCOMPARE(f.problems(), 1);
    QVERIFY(!f.view().running);
    QVERIFY(f.engine().recording().runs().empty());
    // What the field says now is generated.
    QCOMPARE(picker->currentText(), QString("one"));
    QVERIFY(f.generate());
    QCOMPARE(f.lastRun()->start.run, 1);
    QCOMPARE(f.lastRun()->start.input.label.value_or(-1), std::int64_t{0});
    picker->setFocus();
    picker->lineEdit()->selectAll();
    QTest::keyClicks(picker, "two");
    QVERIFY(f.generate());
    QCOMPARE(f.lastRun()->start.input.label.value_or(-1), std::int64_t{1});
  }

  void theWheelChangesOnlyAFieldWithTheFocus() {
    WindowFixture f;
    QVERIFY(f.load(f.dressedFile()));
    const auto wheel = [&](QWidget* field) {
      const QPointF at = field->rect().center();
      QWheelEvent event(at, field->mapToGlobal(at), {0, -120}, {0, -120}, Qt::NoButton,
                        Qt::NoModifier, Qt::NoScrollPhase, false);
      QCoreApplication::sendEvent(field, &event);
    };
    auto* picker = f.classField();
    SOON_EQUAL(picker->currentText(), QString("one"));
    auto* coupling = f.parameterBox<QDoubleSpinBox>("coupling");
    QVERIFY(coupling);
    wheel(picker);
    wheel(picker->lineEdit());
    QCOMPARE(f.engine().input().label.value_or(-1), std::int64_t{0});
    for (auto* box : f.window().findChildren<QSpinBox*>()) {
      const int before = box->value();
      QVERIFY(!box->hasFocus());
      QVERIFY(box->focusPolicy() != Qt::WheelFocus);
      wheel(box);
      QCOMPARE(box->value(), before);
    }
    QVERIFY(coupling->hasFocus());
    wheel(coupling);
    QVERIFY(numberAt(f.view().knobs, "coupling") < 1);
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

  void whatIsTypedCountsWithoutEnter() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    auto* box = f.parameterBox<QDoubleSpinBox>("coupling");
    QVERIFY(box);
    QTest::keyClicks(box, "0.5");
    QVERIFY(f.generate());
    QCOMPARE(numberAt(f.lastRun()->start.knobs, "coupling"), 0.5);
    QVERIFY(box->hasFocus());
  }

  void typingOutlivesARun() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.startSlowRun());
    auto* box = f.parameterBox<QDoubleSpinBox>("coupling");
    QVERIFY(box);
    for (const QString& letter : {"0", ".", "5"}) {
      QTest::keyClicks(box, letter);
      // The docks are brought up to date several times before the next letter.
      const std::int64_t then = f.sweeps();
      SOON(f.sweeps() > then + 3);
    }
    QCOMPARE(box->findChild<QLineEdit*>()->text(), QString("0.5"));
    QCOMPARE(numberAt(f.view().knobs, "coupling"), 1.0);
    QTest::keyClick(box, Qt::Key_Return);
    QCOMPARE(numberAt(f.view().knobs, "coupling"), 0.5);
    // What is set elsewhere is shown again.
    f.set("coupling", 0.75);
    SOON_EQUAL(box->value(), 0.75);
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

  void theHandMovesWhatIsOnScreen() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    QVERIFY(f.generate());
    f.engine().selectRun(1);
    f.set("coupling", 1.1);
    // As in pictureFollowsTheHand: a run would have started by now.
    bool rested = false;
    QTimer::singleShot(200, &f.window(), [&] { rested = true; });
    SOON(rested);
    QCOMPARE(f.view().cursor.run, 1);
    QVERIFY(f.generate());
    QCOMPARE(f.lastRun()->start.run, 3);
    QVERIFY(!f.lastRun()->start.warm);
  }

  void theMenuChoosesThePresetOfNow() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    const auto calibrated = [&](const char* mode) {
      f.view().analysis = Analysis{};
      f.view().analysis->presets = {{"measured", "this model", {{"mode", std::string(mode)}}}};
      Q_EMIT f.engine().eventsArrived();
    };
    const auto find = [&]() -> QAction* {
      for (auto* action : f.window().findChildren<QAction*>()) {
        if (action->text() == "measured") return action;
      }
      return nullptr;
    };
    calibrated("window");
    SOON(find() != nullptr);
    calibrated("gs-jacobi");
    find()->trigger();
    QCOMPARE(std::get<std::string>(f.view().knobs.at("mode")), std::string("gs-jacobi"));
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
