// What is set in the window with the toy family: parameters, presets and the class.
#include "main_window_fixture.h"

#include <QDoubleSpinBox>
#include <QLineEdit>

using namespace jacobiscope;

namespace {

// Timers of one thread fire in the order of their times, so one that would have started a run is
// past when this longer one is; and the next run would bear a later number.
bool rest(WindowFixture& f) {
  bool rested = false;
  QTimer::singleShot(200, &f.window(), [&] { rested = true; });
  return f.waitFor([&] { return rested; });
}

}  // namespace

class WindowKnobsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

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
    QVERIFY(rest(f));
    QVERIFY(f.generate());
    QCOMPARE(f.lastRun()->start.run, 3);
    QVERIFY(!f.lastRun()->start.warm);
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

  void aRefusedValueIsTold() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.set("coupling", 100.0);
    QCOMPARE(numberAt(f.view().knobs, "coupling"), 1.0);
    QCOMPARE(f.view().notices.size(), std::size_t{1});
    f.set("no.such.knob", 1.0);
    QCOMPARE(f.view().notices.size(), std::size_t{2});
  }

  void enterGeneratesTheClassThatIsTyped() {
    WindowFixture f;
    QVERIFY(f.load(f.dressedFile()));
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

  void theHandMovesWhatIsOnScreen() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    QVERIFY(f.generate());
    f.engine().selectRun(1);
    f.set("coupling", 1.1);
    QVERIFY(rest(f));
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
};

QTEST_MAIN(WindowKnobsTest)
#include "window_knobs_test.moc"
