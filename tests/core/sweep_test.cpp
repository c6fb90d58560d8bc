// When a stage ends, and what a picture takes.
#include <QtTest>

#include "engine/core/panel.h"
#include "engine/core/sweep.h"

using namespace jacobiscope;

class SweepTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aStageEndsWithItsPositions() {
    const Plan plan{{"only"}, {8}, {}};
    Sweep sweep;
    sweep.window = {0, 0, 8, 0};
    sweep.frontier = 7;
    QVERIFY(!endsStage(plan, sweep));
    sweep.frontier = 8;
    QVERIFY(endsStage(plan, sweep));
    sweep.frontier = 3;
    sweep.verdict = Verdict::Capped;
    QVERIFY(endsStage(plan, sweep));
    sweep.window.stage = 1;
    QVERIFY(!endsStage(plan, sweep));
  }

  // What is decoded is then carried out: the stage goes on until that is done.
  void aStageThatActsEndsWithTheSimulator() {
    Plan plan{{"chunk"}, {14}, {}};
    plan.acts = true;
    Sweep sweep;
    sweep.window = {0, 0, 14, 0};
    sweep.frontier = 14;
    sweep.verdict = Verdict::Settled;
    QVERIFY(!endsStage(plan, sweep));
    sweep.kind = SweepKind::World;
    sweep.window = {0, 0, 7, 0};
    sweep.verdict = Verdict::Working;
    QVERIFY(!endsStage(plan, sweep));
    sweep.verdict = Verdict::Settled;  // also where it ends before its last step
    QVERIFY(endsStage(plan, sweep));
  }

  void aSceneIsAsLargeAsItsShapes() {
    const Panel empty{"scene", "", Scene3D{}}, full{"scene", "", Scene3D{std::vector<Shape>(100)}};
    QCOMPARE(byteSize(full) - byteSize(empty), 100 * sizeof(Shape));
  }
};

QTEST_APPLESS_MAIN(SweepTest)
#include "sweep_test.moc"
