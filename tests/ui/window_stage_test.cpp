// What is done with the mouse on the stage of a whole window, how the window looks, and that
// one window can follow another.
#include <QDialog>
#include <QDockWidget>
#include <QSpinBox>

#include "main_window_fixture.h"
#include "ui/shell/status_text.h"
#include "ui/views/schedule_table.h"

using namespace jacobiscope;

class WindowStageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void theMapIsScrubbed() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    QVERIFY(f.sweeps() > 12);
    f.settle();
    QVERIFY(f.view().cursor.followLive);
    QTest::mouseMove(&f.stage(), f.column(3));
    f.settle();
    QTest::mousePress(&f.stage(), Qt::LeftButton, {}, f.column(3));
    f.settle();
    QCOMPARE(f.view().cursor.sweep, std::int64_t{3});
    QVERIFY(!f.view().cursor.followLive);
    QTest::mouseMove(&f.stage(), f.column(9));
    f.settle();
    QCOMPARE(f.view().cursor.sweep, std::int64_t{9});
    QTest::mouseRelease(&f.stage(), Qt::LeftButton, {}, f.column(9));
    f.settle();
    QTest::mouseMove(&f.stage(), f.column(1));
    f.settle();
    QCOMPARE(f.view().cursor.sweep, std::int64_t{9});
    QVERIFY(statusText(f.view()).iteration.startsWith("iteration 10 /"));
    SOON(!f.actions().followLive->isChecked());
  }

  void arrowsMoveOverTheRecording() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    const std::int64_t last = f.sweeps() - 1;
    SOON(f.actions().back->isEnabled());
    f.window().activateWindow();
    f.stage().setFocus();
    SOON(f.stage().hasFocus());
    const auto press = [&](Qt::Key key) {
      QTest::keyClick(&f.stage(), key);
      f.settle();
      return f.view().cursor.sweep;
    };
    QCOMPARE(press(Qt::Key_Left), last - 1);
    QCOMPARE(press(Qt::Key_Left), last - 2);
    QCOMPARE(press(Qt::Key_Home), std::int64_t{-1});
    QCOMPARE(press(Qt::Key_Left), std::int64_t{-1});
    QCOMPARE(press(Qt::Key_Right), std::int64_t{0});
    QCOMPARE(press(Qt::Key_End), last);
  }

  void followLiveLetsGoAndRejoins() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.startSlowRun());
    SOON(f.sweeps() > 3);
    f.settle();
    // The map makes room while the run goes on, so that another early column may be hit.
    f.click(f.column(1));
    QVERIFY(!f.view().cursor.followLive);
    const std::int64_t held = f.view().cursor.sweep;
    const std::int64_t then = f.sweeps();
    QVERIFY(held >= 0 && held < then - 1);
    SOON(f.sweeps() > then + 2);
    QCOMPARE(f.view().cursor.sweep, held);
    f.actions().followLive->trigger();
    QCOMPARE(f.view().cursor.sweep, f.sweeps() - 1);
    const std::int64_t rejoined = f.sweeps();
    SOON(f.view().cursor.sweep > rejoined);
    QVERIFY(f.view().running);
  }

  void aSliderOfTheStageActsDuringARun() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.startSlowRun());
    SOON(f.hasPlace("coupling/slider"));
    f.click(f.place("coupling/slider", 0.5));
    const double chosen = numberAt(f.view().knobs, "coupling");
    QVERIFY2(chosen > 1.5 && chosen < 2.5, qPrintable(QString::number(chosen)));
    const std::int64_t then = f.sweeps();
    f.set("delay", std::int64_t{0});
    QVERIFY(f.waitForEnd(1));
    const auto& timeline = f.lastRun()->finished->timeline;
    QCOMPARE(numberAt(timeline.front().second, "coupling"), 1.0);
    QCOMPARE(numberAt(timeline.back().second, "coupling"), chosen);
    const auto moved = std::ranges::find_if(
        timeline, [&](const auto& at) { return numberAt(at.second, "coupling") == chosen; });
    QVERIFY(moved->first > 0);
    QVERIFY(moved->first <= then + 1);
  }

  void whatIsTypedOnTheStageCountsWithoutEnter() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    SOON(f.hasPlace("coupling/number"));
    f.click(f.place("coupling/number"));
    QTest::keyClicks(&f.stage(), "0.25");
    QVERIFY(f.generate());
    QCOMPARE(numberAt(f.lastRun()->start.knobs, "coupling"), 0.25);
  }

  void lightAndDarkReachTheStage() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    const auto ground = [&] {
      const QImage image = f.settle();
      return image.pixelColor(3, image.height() / 3).lightness();
    };
    f.actions().theme->actions().at(2)->trigger();
    QVERIFY(!f.view().theme.dark);
    QVERIFY(ground() > 200);
    QVERIFY(f.window().palette().color(QPalette::Window).lightness() > 200);
    f.actions().theme->actions().at(1)->trigger();
    QVERIFY(f.view().theme.dark);
    QVERIFY(ground() < 60);
    QVERIFY(f.window().palette().color(QPalette::Window).lightness() < 60);
  }

  // A window goes while everything in it has something left to say: a run, a field and a
  // dialog that are being typed into, a dock that is shown.
  void oneWindowAfterAnother() {
    WindowFixture f;
    for (int i = 0; i < 3; ++i) {
      QVERIFY(f.loadToy());
      f.window().findChild<QDockWidget*>("parametersDock")->show();
      SOON(f.window().parameters().field("coupling"));
      QVERIFY(f.startSlowRun());
      f.actions().preferences->trigger();
      auto* dialog = f.window().findChild<QDialog*>("preferences");
      QVERIFY(dialog);
      auto* quota = dialog->findChild<QSpinBox*>();
      quota->setFocus();
      quota->selectAll();
      QTest::keyClicks(quota, "77");
      auto* number = f.window().parameters().field("coupling")->findChild<QDoubleSpinBox*>();
      number->setFocus();
      number->selectAll();
      QTest::keyClicks(number, "0.5");
      f.settle();
      f.close();
      f.open();
      // What was recorded before is there again, and nothing was begun by the going.
      for (const auto& [id, run] : f.engine().recording().runs()) {
        QVERIFY(f.engine().origins().contains(id));
      }
      QVERIFY(!f.view().model);
    }
    QVERIFY(f.loadToy());
    f.set("delay", std::int64_t{0});  // the slow run's was remembered
    QVERIFY(f.generate());
    QVERIFY(f.lastRun()->finished->outcome == Outcome::Done);
    SOON(f.stage().frames() > 0);
  }

  void aFlowBeginsAtItsFirstClass() {
    if (!hasFlow()) QSKIP("built without Torch");
    WindowFixture f(true);
    QVERIFY(f.load(flow()));
    QCOMPARE(f.engine().input().label.value_or(-1), std::int64_t{0});
    auto* picker = f.classField();
    QVERIFY(picker);
    const QString first = QString::fromStdString(f.view().model->classes.front());
    SOON_EQUAL(picker->currentText(), first);
    // The null class can be chosen, and stays chosen.
    QCOMPARE(picker->itemText(0), QString("any class"));
    picker->setCurrentIndex(0);
    Q_EMIT picker->activated(0);
    QVERIFY(!f.engine().input().label);
    f.close();
    f.open();
    QVERIFY(f.load(flow()));
    QVERIFY(!f.engine().input().label);
  }

  void aCellOfTheScheduleIsEdited() {
    if (!hasFlow()) QSKIP("built without Torch");
    WindowFixture f(true);
    QVERIFY(f.load(flow()));
    f.engine().setKnobs({{"mode", std::string("gs-jacobi")}});
    SOON(f.hasPlace("cap/2"));
    f.click(f.place("cap/2"));
    QTest::keyClicks(&f.stage(), "7");
    f.settle();
    QTest::keyClick(&f.stage(), Qt::Key_Return);
    f.settle();
    const int stages = int(f.view().model->stages.size());
    const auto cells = scheduleEntries(std::get<std::string>(f.view().knobs.at("cap")), stages);
    QCOMPARE(cells[2], std::string("7"));
    QVERIFY(f.generate());
    QCOMPARE(scheduleEntries(std::get<std::string>(f.lastRun()->start.knobs.at("cap")), stages),
             cells);
    QVERIFY(stageSweeps(*f.lastRun(), 2) > 0);
  }

  void aFlowIsComparedWithItsSequentialRun() {
    if (!hasFlow()) QSKIP("built without Torch");
    WindowFixture f(true);
    QVERIFY(f.load(flow()));
    QVERIFY(f.generate());
    QVERIFY(statusText(f.view()).speed.endsWith("—"));
    f.engine().setKnobs({{"mode", std::string("sequential")}});
    QVERIFY(f.generate());
    f.engine().selectRun(1);
    const StatusText text = statusText(f.view());
    QVERIFY2(text.speed.endsWith("×"), qPrintable(text.speed));
    QVERIFY2(text.exactness.contains("sequential"), qPrintable(text.exactness));
    const auto sequential = f.engine().recording().run(2)->finished->calls;
    QVERIFY(text.calls.endsWith(" vs " + QString::number(sequential)));
    for (const QString& words : {text.speed, text.exactness, text.calls}) {
      SOON(std::ranges::any_of(f.window().findChildren<QLabel*>(),
                               [&](QLabel* label) { return label->text() == words; }));
    }
    // Where the run ended, denoising, the panel shows the residuals of the last block.
    f.settle();
    const ResidualField& residual = f.stage().views().residual;
    QVERIFY(residual.measured());
    QCOMPARE(residual.stage, int(f.view().model->stages.size()) - 1);
    QVERIFY(residual.sweep < f.view().cursor.sweep);
  }

  void calibrateMeasuresEveryBlock() {
    if (!hasFlow()) QSKIP("built without Torch");
    WindowFixture f(true);
    QVERIFY(f.load(flow()));
    SOON(f.hasPlace("calibrate"));
    const std::size_t presets = f.engine().presets().size();
    f.click(f.place("calibrate"));
    SOON(f.view().analysis.has_value());
    QVERIFY(!f.view().progress);
    QCOMPARE(f.problems(), 0);
    for (const char* column : {"crm", "igm_z", "igm_zeros"}) {
      for (int stage = 0; stage < int(f.view().model->stages.size()); ++stage) {
        QVERIFY(analysisAt(f.view().analysis, column, stage) > 0);
      }
    }
    QVERIFY(f.engine().presets().size() > presets);
  }

 private:
  static const ModelEntry* flowEntry() {
    static const std::vector<ModelEntry> models = modelLibrary();
    const auto found = std::ranges::find(models, "emoji-flow", &ModelEntry::name);
    return found == models.end() ? nullptr : &*found;
  }
  static bool hasFlow() {
    return std::ranges::any_of(families(), [](const auto& family) {
      return family.name == "tarflow";
    }) && flowEntry();
  }
  static QString flow() { return QString::fromStdString(flowEntry()->path.string()); }
  static std::int64_t stageSweeps(const RunRecord& run, int stage) {
    return std::ranges::count_if(run.snapshots, [stage](const auto& snapshot) {
      return snapshot->sweep.window.stage == stage;
    });
  }
};

QTEST_MAIN(WindowStageTest)
#include "window_stage_test.moc"
