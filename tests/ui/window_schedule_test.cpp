// The schedule laboratory in a whole window: lanes are dragged, trials clicked, schedules found,
// imported and exported, and every edit is one step of undo.
#include <QClipboard>
#include <QDialog>
#include <QDialogButtonBox>
#include <QPlainTextEdit>
#include <QTableWidget>

#include "engine/core/schedule_text.h"
#include "main_window_fixture.h"
#include "ui/shell/import_dialog.h"
#include "ui/shell/search_dialog.h"

using namespace jacobiscope;

namespace {

QPoint handle(WindowFixture& f, int stage, int boundary) {
  const LaneFrame& lane = f.stage().views().map.lanes.at(stage);
  const auto cuts = laneCuts(*f.view().model, f.view().knobs,
                             std::vector<int>(f.view().model->stages.size(), lane.positions));
  for (const LaneHandle& handle : laneHandles(cuts[stage], lane, 1))
    if (handle.boundary == boundary) return {int(handle.x), int(lane.area.centre().y)};
  return {};
}

QPoint laneAt(WindowFixture& f, int stage, double share) {
  const Rect& area = f.stage().views().map.lanes.at(stage).area;
  return {int(area.min.x + area.width() * share), int(area.centre().y)};
}

void drag(WindowFixture& f, const QPoint& from, const QPoint& to) {
  QTest::mouseMove(&f.stage(), from);
  f.settle();
  QTest::mousePress(&f.stage(), Qt::LeftButton, {}, from);
  f.settle();
  QTest::mouseMove(&f.stage(), (from + to) / 2);
  f.settle();
  QTest::mouseMove(&f.stage(), to);
  f.settle();
  QTest::mouseRelease(&f.stage(), Qt::LeftButton, {}, to);
  f.settle();
}

// The toy with its map being edited.
bool edit(WindowFixture& f) {
  if (!f.loadToy()) return false;
  f.set("mode", std::string("gs-jacobi"));
  if (!f.trigger(f.actions().editSchedule)) return false;
  f.settle();
  return f.stage().views().map.lanes.size() == 4;
}

std::string text(WindowFixture& f, const char* key) { return formatKnob(f.view().knobs.at(key)); }

int edits(WindowFixture& f) { return f.window().findChild<QUndoStack*>()->count(); }

// A model with the knobs that a flow's schedule consists of.
ModelInfo flow() {
  ModelInfo model;
  model.name = "small flow";
  model.positions = 64;
  model.stages = {"block 3", "block 2", "block 1", "block 0"};
  Knob mode{"mode", "mode", "", "Decoder", KnobKind::Choice, KnobScope::NextStage,
            std::string("window")};
  mode.choices = {"sequential", "jacobi", "gs-jacobi", "window", "mixed"};
  const auto list = [](const char* key, double least, double most, const char* initial) {
    Knob knob{key, key, "", "Schedule", KnobKind::List, KnobScope::NextStage,
              std::string(initial), least, most};
    knob.listLength = 4;
    return knob;
  };
  Knob guess = list("guess", 0, 0, "z");
  guess.choices = {"z", "zeros"};
  model.knobs = {mode, list("segments", 0, 64, "1"), list("cap", 1, 10000, "10000"), guess,
                 list("window", 1, 64, "16")};
  return model;
}

}  // namespace

class WindowScheduleTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void aBoundaryThatIsDraggedCutsTheBlock() {
    WindowFixture f;
    QVERIFY(edit(f));
    QCOMPARE(text(f, "segments"), std::string("4"));
    const int before = edits(f);
    drag(f, handle(f, 1, 1), laneAt(f, 1, 0.125));
    QCOMPARE(text(f, "segments"), std::string("4,8,4,4"));
    QCOMPARE(edits(f), before + 1);
    drag(f, handle(f, 1, 1), laneAt(f, 1, 0.5));
    QCOMPARE(text(f, "segments"), std::string("4,2,4,4"));
    QVERIFY(f.trigger(f.actions().undo));
    QVERIFY(f.trigger(f.actions().undo));
    QCOMPARE(text(f, "segments"), std::string("4"));
  }

  // As the denoising of a flow: the lists have an entry for each of the model's stages, no more.
  void whatComesBehindTheModelsStagesIsNotCut() {
    WindowFixture f;
    QVERIFY(edit(f));
    f.set("stages", std::int64_t{5});
    QVERIFY(f.generate());
    f.settle();
    QCOMPARE(f.stage().views().map.frame.rows, 5);
    QCOMPARE(f.stage().views().map.lanes.size(), std::size_t{4});
    drag(f, handle(f, 1, 1), laneAt(f, 1, 0.5));
    QCOMPARE(text(f, "segments"), std::string("4,2,4,4"));
    QCOMPARE(f.problems(), 0);
  }

  // The knob changes when the hand lets go, not before: one edit, whatever the way.
  void theGhostIsNoEdit() {
    WindowFixture f;
    QVERIFY(edit(f));
    const QPoint from = handle(f, 2, 1);
    QTest::mouseMove(&f.stage(), from);
    f.settle();
    QTest::mousePress(&f.stage(), Qt::LeftButton, {}, from);
    f.settle();
    QTest::mouseMove(&f.stage(), laneAt(f, 2, 0.5));
    f.settle();
    const LaneHand& hand = f.stage().views().map.hand;
    QVERIFY(hand.holds());
    QCOMPARE(hand.now.count, 2);
    QCOMPARE(hand.from.count, 4);
    QCOMPARE(text(f, "segments"), std::string("4"));
    QTest::mouseRelease(&f.stage(), Qt::LeftButton, {}, laneAt(f, 2, 0.5));
    f.settle();
    QCOMPARE(text(f, "segments"), std::string("4,4,2,4"));
    QVERIFY(!f.stage().views().map.hand.holds());
  }

  void modeAndSegmentsAreOneStep() {
    WindowFixture f;
    QVERIFY(edit(f));
    f.set("mode", std::string("jacobi"));
    const int before = edits(f);
    f.settle();
    drag(f, handle(f, 0, 1), laneAt(f, 0, 0.25));
    QCOMPARE(text(f, "mode"), std::string("gs-jacobi"));
    QCOMPARE(text(f, "segments"), std::string("4,1,1,1"));
    QCOMPARE(edits(f), before + 1);
    QCOMPARE(f.window().findChild<QUndoStack*>()->undoText(), QString("schedule"));
    QVERIFY(f.trigger(f.actions().undo));
    QCOMPARE(text(f, "mode"), std::string("jacobi"));
    QCOMPARE(text(f, "segments"), std::string("4"));
  }

  void theEndsOfALaneAreSequentialAndJacobi() {
    WindowFixture f;
    QVERIFY(edit(f));
    drag(f, handle(f, 0, 1), laneAt(f, 0, 0));
    QCOMPARE(text(f, "segments"), std::string("256,4,4,4"));
    drag(f, handle(f, 1, 1), laneAt(f, 1, 1));
    QCOMPARE(text(f, "segments"), std::string("256,1,4,4"));
    drag(f, handle(f, 0, 1), laneAt(f, 0, 0.5));
    QCOMPARE(text(f, "segments"), std::string("2,1,4,4"));
  }

  void theWheelSetsTheCap() {
    WindowFixture f;
    QVERIFY(edit(f));
    f.set("cap", std::int64_t{10});
    const QPoint at = laneAt(f, 2, 0.4);
    QTest::mouseMove(&f.stage(), at);
    f.settle();
    const TimelineView view = f.stage().views().map.frame.view;
    QWheelEvent turn(at, f.stage().mapToGlobal(at), {}, {0, 120}, Qt::NoButton,
                     Qt::ControlModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&f.stage(), &turn);
    f.settle();
    QCOMPARE(integerAt(f.view().knobs, "cap"), std::int64_t{11});
    QVERIFY(f.stage().views().map.frame.view == view);
  }

  void theMapIsStillScrubbed() {
    WindowFixture f;
    QVERIFY(edit(f));
    QVERIFY(f.generate());
    f.settle();
    // Above the lane, and on the lane away from any handle.
    const TimelineFrame& frame = f.stage().views().map.frame;
    const QPoint above(int(columnX(frame, 3.5)), int(rowRect(frame, 0).min.y) + 3);
    f.click(above);
    QCOMPARE(f.view().cursor.sweep, std::int64_t{3});
    f.click(laneAt(f, 1, 0.15));
    QVERIFY(f.view().cursor.sweep != 3);
    QCOMPARE(text(f, "segments"), std::string("4"));
    // Without editing there are no lanes, and nothing to take hold of.
    f.actions().editSchedule->trigger();
    f.settle();
    QVERIFY(f.stage().views().map.lanes.empty());
  }

  void aRunningDecodeTakesTheEdit() {
    WindowFixture f;
    QVERIFY(edit(f));
    f.set("tolerance", 0.0);
    f.set("cap", std::int64_t{20});
    f.set("delay", std::int64_t{50});
    QVERIFY(f.trigger(f.actions().generate));
    SOON(f.sweeps() > 0);
    f.engine().setPaused(true);
    SOON(f.view().paused);
    f.settle();
    drag(f, handle(f, 3, 1), laneAt(f, 3, 0.5));
    QCOMPARE(text(f, "segments"), std::string("4,4,4,2"));
    f.set("delay", std::int64_t{0});
    f.engine().setPaused(false);
    QVERIFY(f.waitForEnd(1));
    int segments = 0;
    for (const Window& window : f.lastRun()->planAt(f.sweeps()).windows)
      segments += window.stage == 3;
    QCOMPARE(segments, 2);
  }

  void aClickOnATrialSetsItsKnobs() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    Analysis searched;
    searched.name = "search";
    const auto add = [&](const char* mode, double seconds, double error) {
      searched.trials.push_back({mode, {{"mode", std::string(mode)}, {"window", std::int64_t{64}}},
                                 seconds, seconds, error, 10});
    };
    add("sequential", 2, 0);
    add("window", 0.5, 1e-4);
    f.view().analysis = searched;
    Q_EMIT f.engine().eventsArrived();
    QVERIFY(f.trigger(f.actions().showTrials));
    QVERIFY(f.hasPlace("trial/1"));
    const int before = edits(f);
    f.click(f.place("trial/1"));
    QCOMPARE(text(f, "mode"), std::string("window"));
    QCOMPARE(text(f, "window"), std::string("64"));
    QCOMPARE(edits(f), before + 1);
    QVERIFY(f.trigger(f.actions().undo));
    QCOMPARE(text(f, "mode"), std::string("jacobi"));
    QCOMPARE(text(f, "window"), std::string("32"));
  }

  void aPresetIsOneNamedStep() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.engine().choosePreset("sequential");
    QCOMPARE(f.window().findChild<QUndoStack*>()->undoText(), QString("schedule “sequential”"));
    QVERIFY(f.trigger(f.actions().undo));
    QCOMPARE(text(f, "mode"), std::string("jacobi"));
  }

  void theSearchIsAskedForErrorAndBatch() {
    double error = 0;
    int batch = 0;
    SearchDialog dialog(nullptr, 1e-3, 4, [&](double e, int b) { error = e, batch = b; });
    auto* slider = dialog.findChild<QSlider*>();
    auto* field = dialog.findChild<QLineEdit*>();
    QCOMPARE(field->text(), QString("0.001"));
    slider->setValue(slider->minimum());
    QCOMPARE(dialog.error(), SearchDialog::kLeastError);
    slider->setValue(slider->maximum());
    QCOMPARE(dialog.error(), SearchDialog::kMostError);
    field->setText("0.02");
    dialog.accept();
    QCOMPARE(batch, 0);  // closed without Find
    Q_EMIT dialog.findChild<QDialogButtonBox*>()->accepted();
    QCOMPARE(error, 0.02);
    QCOMPARE(batch, 4);
    field->setText("nonsense");
    Q_EMIT dialog.findChild<QDialogButtonBox*>()->accepted();
    QCOMPARE(error, 0.02);
  }

  void sliderAndErrorAreTheSame() {
    for (int position = 0; position <= 400; position += 7)
      QVERIFY(std::abs(sliderAtError(errorAtSlider(position, 400), 400) - position) <= 2);
  }

  void anImportIsCheckedWhileItIsTyped() {
    KnobValues used;
    ImportDialog dialog(nullptr, flow(), completeKnobs(flow().knobs, {}),
                        [&](const KnobValues& knobs) { used = knobs; });
    auto* table = dialog.findChild<QTableWidget*>();
    auto* buttons = dialog.findChild<QDialogButtonBox*>();
    const auto ready = [&] {
      for (auto* button : dialog.findChildren<QPushButton*>())
        if (button->objectName() == "accent") return button->isEnabled();
      return false;
    };
    QVERIFY(!ready());
    dialog.setText("[3-8-");
    QVERIFY(!ready());
    QCOMPARE(table->rowCount(), 0);
    QVERIFY(dialog.findChild<QLabel*>("problem"));
    dialog.setText("[3-8-6-5]");
    QVERIFY(ready());
    QVERIFY(!dialog.findChild<QLabel*>("problem"));
    QCOMPARE(table->rowCount(), 4);
    QCOMPARE(table->item(0, 0)->text(), QString("block 3"));
    QCOMPARE(table->item(0, 1)->text(), QString("8 × 8"));
    QCOMPARE(table->item(0, 2)->text(), QString("cap 6"));
    QCOMPARE(table->item(2, 1)->text(), QString("Jacobi"));
    Q_EMIT buttons->accepted();
    QCOMPARE(textAt(used, "mode"), std::string("gs-jacobi"));
    QCOMPARE(listAt(used, "segments", 4).front(), std::string("8"));
  }

  void aFileIsImported() {
    QTemporaryDir folder;
    const QString path = folder.filePath("lists.txt");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("num_GS = [1, 4, 0, 1]\nmax_jacobi = [9, 9, 1, 9]\nguess = [0, 1, 0, 0]\n");
    file.close();
    ImportDialog dialog(nullptr, flow(), completeKnobs(flow().knobs, {}), [](const KnobValues&) {});
    dialog.openFile(path);
    auto* table = dialog.findChild<QTableWidget*>();
    QCOMPARE(table->rowCount(), 4);
    QCOMPARE(table->item(1, 1)->text(), QString("4 × 16"));
    QCOMPARE(table->item(1, 3)->text(), QString("zeros"));
    QCOMPARE(table->item(2, 1)->text(), QString("sequential"));
    dialog.openFile(folder.filePath("not there.txt"));
    QVERIFY(dialog.findChild<QLabel*>("problem"));
    QCOMPARE(table->rowCount(), 0);
  }

  // What a schedule of this very model may be is checked, not only how it is written.
  void listsOfAnotherModelAreRefused() {
    const auto refuses = [](const char* text) {
      try {
        scheduleKnobsOf(text, flow());
      } catch (const Error&) {
        return true;
      }
      return false;
    };
    QVERIFY(refuses("num_GS = 1,8\nmax_jacobi = 10,10\nguess = 0,0"));
    QVERIFY(refuses("[7-8-32-10]"));
    QVERIFY(refuses("no schedule"));
    QVERIFY(!refuses("[3-8-32-10]"));
  }

  void theToyHasNoSearch() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    SOON(!f.actions().search->isEnabled());
    QVERIFY(!f.actions().importSchedule->isEnabled());
    SOON(f.actions().editSchedule->isEnabled());
  }
};

QTEST_MAIN(WindowScheduleTest)
#include "window_schedule_test.moc"
