// Undo and redo of knobs and prompt, and what is one step.
#include <QtTest>

#include "engine/toy/toy_family.h"
#include "ui/shell/edit_history.h"

using namespace jacobiscope;

namespace {

constexpr int kPatience = 120000;  // milliseconds
constexpr std::chrono::milliseconds kAlways = std::chrono::hours(24), kNever{0};

struct Edited {
  explicit Edited(std::chrono::milliseconds pause) : history(engine, pause) {
    engine.view().followHand = false;
    engine.load("toy");
    if (!QTest::qWaitFor([this] { return engine.view().model.has_value(); }, kPatience)) {
      qFatal("no model was loaded");
    }
  }
  void drag(const std::string& key, const std::vector<double>& values) {
    for (double value : values) engine.editKnob(key, value);
  }
  double coupling() { return numberAt(engine.view().knobs, "coupling"); }

  Engine engine{std::vector<FamilyEntry>{toyFamily()}};
  EditHistory history;
  QUndoStack& stack() { return history.stack(); }
};

}  // namespace

class EditHistoryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aDragIsOneStep() {
    Edited e(kAlways);
    const double before = e.coupling();
    e.drag("coupling", {0.5, 0.4, 0.3});
    QCOMPARE(e.stack().count(), 1);
    e.stack().undo();
    QCOMPARE(e.coupling(), before);
    QVERIFY(!e.stack().canUndo());
    e.stack().redo();
    QCOMPARE(e.coupling(), 0.3);
  }

  void afterAPauseItIsAnother() {
    Edited e(kNever);
    e.drag("coupling", {0.5, 0.4});
    QCOMPARE(e.stack().count(), 2);
    e.stack().undo();
    QCOMPARE(e.coupling(), 0.5);
  }

  void anotherKnobIsAnotherStep() {
    Edited e(kAlways);
    e.drag("coupling", {0.5});
    e.engine.editKnob("mode", std::string("sequential"));
    e.drag("coupling", {0.4});
    QCOMPARE(e.stack().count(), 3);
    e.stack().undo();
    e.stack().undo();
    QCOMPARE(e.coupling(), 0.5);
    QVERIFY(textAt(e.engine.view().knobs, "mode") != "sequential");
  }

  void anEditAfterAnUndoIsAStepOfItsOwn() {
    Edited e(kAlways);
    e.drag("coupling", {0.5});
    e.stack().undo();
    e.drag("coupling", {0.4});
    e.stack().undo();
    e.stack().redo();
    QCOMPARE(e.coupling(), 0.4);
    QCOMPARE(e.stack().count(), 1);
  }

  void backToTheBeginningIsNoStep() {
    Edited e(kAlways);
    const double before = e.coupling();
    e.drag("coupling", {0.5, before});
    QVERIFY(!e.stack().canUndo());
  }

  void aResetIsOneStep() {
    Edited e(kNever);
    e.drag("coupling", {0.5});
    e.engine.editKnob("mode", std::string("sequential"));
    e.engine.resetKnobs();
    QVERIFY(e.coupling() != 0.5);
    e.stack().undo();
    QCOMPARE(e.coupling(), 0.5);
    QCOMPARE(textAt(e.engine.view().knobs, "mode"), std::string("sequential"));
  }

  void typingIsOneStep() {
    Edited e(kAlways);
    for (const char* text : {"a", "a c", "a cat"}) e.engine.setPrompt(text);
    QCOMPARE(e.stack().count(), 1);
    e.stack().undo();
    QCOMPARE(e.engine.input().prompt, std::string());
    e.stack().redo();
    QCOMPARE(e.engine.input().prompt, std::string("a cat"));
  }

  void aSchedulesStepBearsItsName() {
    Edited e(kNever);
    e.engine.choosePreset("sequential");
    QCOMPARE(e.stack().undoText(), QString("schedule “sequential”"));
    e.engine.editKnobs({{"mode", std::string("gs-jacobi")}, {"segments", std::string("8,4,4,4")}});
    QCOMPARE(e.stack().undoText(), QString("schedule"));
    QCOMPARE(e.stack().count(), 2);
    e.engine.editKnob("segments", std::string("2"));
    QCOMPARE(e.stack().undoText(), QString("segments"));
    e.engine.editKnobs({{"coupling", 0.5}, {"tolerance", 1e-3}});
    QCOMPARE(e.stack().undoText(), QString("2 knobs"));
    e.stack().setIndex(1);
    QCOMPARE(textAt(e.engine.view().knobs, "mode"), std::string("sequential"));
    QCOMPARE(textAt(e.engine.view().knobs, "segments"), std::string("4"));
  }

  void classAndSeedAreUndone() {
    Edited e(kAlways);
    e.engine.setSeed(4);
    e.engine.setSeed(42);  // typed
    e.engine.setLabel(2);
    e.engine.setLabel(3);  // looked through
    QCOMPARE(e.stack().count(), 2);
    QVERIFY(!e.engine.anyClass);
    e.stack().undo();
    QVERIFY(!e.engine.input().label);
    QVERIFY(e.engine.anyClass);
    e.stack().undo();
    QCOMPARE(e.engine.input().seed, std::uint64_t{0});
    e.stack().redo();
    QCOMPARE(e.engine.input().seed, std::uint64_t{42});
  }

  // A seed that Generate draws is nobody's edit.
  void aDrawnSeedIsNoStep() {
    Edited e(kAlways);
    e.engine.drawsSeed = true;
    const std::uint64_t before = e.engine.input().seed;
    e.engine.generate();
    QVERIFY(e.engine.input().seed != before);
    QCOMPARE(e.stack().count(), 0);
  }

  void whatIsRefusedIsNoStep() {
    Edited e(kAlways);
    e.drag("coupling", {1e9});
    QCOMPARE(e.stack().count(), 0);
  }

  void anotherModelForgetsTheSteps() {
    Edited e(kAlways);
    e.drag("coupling", {0.5});
    const int loads = e.engine.loads();
    e.engine.load("toy");
    QVERIFY(QTest::qWaitFor([&] { return e.engine.loads() > loads; }, kPatience));
    QCOMPARE(e.stack().count(), 0);
  }
};

QTEST_GUILESS_MAIN(EditHistoryTest)
#include "edit_history_test.moc"
