#include "engine/record/run_tree.h"

#include <QtTest>

#include "engine/record/branch_text.h"
#include "engine/record/replay.h"

using namespace jacobiscope;

namespace {

std::vector<Knob> knobs() {
  Knob guidance{"guidance", "guidance", "", "", KnobKind::Number, KnobScope::Live, 1.5, 0, 10};
  Knob cap{"cap", "", "", "", KnobKind::List, KnobScope::NextStage, std::string("8"), 1, 100};
  cap.listLength = 3;
  Knob size{"size", "size", "", "", KnobKind::Integer, KnobScope::NextRun, std::int64_t{4}, 1, 9};
  return {guidance, cap, size};
}

KnobValues valuesWith(double guidance, const std::string& cap = "8") {
  return {{"guidance", guidance}, {"cap", cap}, {"size", std::int64_t{4}}};
}

// A run of `sweeps` sweeps whose residuals are `residual` from sweep `from` on, and 1 before.
void addRun(Recording& recording, int run, int sweeps, std::optional<BranchPoint> parent = {},
            double residual = 1, double guidance = 1.5, const std::string& hash = "h") {
  Started started;
  started.run = run;
  started.parent = parent;
  started.model.hash = hash;
  started.model.knobs = knobs();
  started.knobs = valuesWith(1.5);
  recording.add(started);
  const std::int64_t from = parent ? parent->sweeps : 0;
  for (int i = 0; i < sweeps; ++i) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->run = run;
    snapshot->sweep.index = i;
    snapshot->sweep.residual = i < from ? 1 : residual;
    snapshot->knobs = std::make_shared<const KnobValues>(valuesWith(i < from ? 1.5 : guidance));
    recording.add(std::shared_ptr<const Snapshot>(snapshot));
  }
}

void finish(Recording& recording, int run, Outcome outcome = Outcome::Done) {
  Finished finished;
  finished.run = run;
  finished.outcome = outcome;
  recording.add(finished);
}

// "4 / 1 / . 3 / . . 5 / . 2": a dot a level.
QString text(const std::vector<RunTreeEntry>& tree) {
  QStringList lines;
  for (const RunTreeEntry& entry : tree)
    lines << QString(". ").repeated(entry.depth) + QString::number(entry.run);
  return lines.join(" / ");
}

// 1 has the branches 2 (at 4) and 3 (at 6), 3 the branch 5 (at 8); 4 is another run.
void addFamily(Recording& recording) {
  addRun(recording, 1, 10);
  addRun(recording, 2, 12, BranchPoint{1, 4}, 2);
  addRun(recording, 3, 10, BranchPoint{1, 6}, 3);
  addRun(recording, 4, 5);
  addRun(recording, 5, 20, BranchPoint{3, 8}, 5);
}

}  // namespace

class RunTreeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void branchesStandBelowTheirParents() {
    Recording recording;
    QVERIFY(runTree(recording).empty());
    addFamily(recording);
    const auto tree = runTree(recording);
    QCOMPARE(text(tree), QString("4 / 1 / . 3 / . . 5 / . 2"));
    QVERIFY(tree[1] == (RunTreeEntry{1, 0, 0, true, 2}));
    QVERIFY(tree[2] == (RunTreeEntry{3, 1, 1, false, 1}));
    QVERIFY(tree[4] == (RunTreeEntry{2, 1, 1, true, 0}));
    QCOMPARE(rootOf(recording, 5), 1);
    QVERIFY(relatives(recording, 2) == (std::vector<int>{1, 2, 3, 5}));
    QVERIFY(relatives(recording, 4) == (std::vector<int>{4}));
  }

  // As long as a file can make one.
  void aChainOfBranchesIsNoDeeperThanTheStack() {
    constexpr int kRuns = 1 << 16;
    Recording recording;
    addRun(recording, 1, 1);
    for (int run = 2; run <= kRuns; ++run) addRun(recording, run, 0, BranchPoint{run - 1, 0});
    const auto tree = runTree(recording);
    QCOMPARE(tree.size(), std::size_t{kRuns});
    QVERIFY(tree.back() == (RunTreeEntry{kRuns, kRuns - 1, kRuns - 1, true, 0}));
    QCOMPARE(relatives(recording, 2).size(), std::size_t{kRuns});
  }

  void anErasedParentLeavesRoots() {
    Recording recording;
    addFamily(recording);
    recording.erase(1);
    QCOMPARE(text(runTree(recording)), QString("4 / 3 / . 5 / 2"));
    recording.erase(3);
    QCOMPARE(text(runTree(recording)), QString("5 / 4 / 2"));
    QVERIFY(relatives(recording, 5) == (std::vector<int>{5}));
    QCOMPARE(QString::fromStdString(branchText(*recording.run(5))),
             QString("branch of #3 at sweep 8"));
  }

  void madeUpParentsMakeNoCircle() {
    Recording recording;
    addRun(recording, 1, 3, BranchPoint{2, 1});
    addRun(recording, 2, 3, BranchPoint{2, 1});
    addRun(recording, 3, 3, BranchPoint{99, 1});
    addRun(recording, 4, 3, BranchPoint{-1, 1});
    addRun(recording, 5, 3, BranchPoint{4, 1}, 1, 1.5, "another model");
    QCOMPARE(text(runTree(recording)), QString("5 / 4 / 3 / 2 / 1"));
  }

  void sharedSweepsGoOverTheCommonParent() {
    Recording recording;
    addFamily(recording);
    QCOMPARE(sharedSweeps(recording, 1, 2), std::int64_t{4});
    QCOMPARE(sharedSweeps(recording, 5, 3), std::int64_t{8});
    QCOMPARE(sharedSweeps(recording, 5, 1), std::int64_t{6});
    QCOMPARE(sharedSweeps(recording, 2, 5), std::int64_t{4});
    QCOMPARE(sharedSweeps(recording, 1, 1), std::int64_t{10});
    QCOMPARE(sharedSweeps(recording, 1, 4), std::int64_t{0});
    QCOMPARE(sharedSweeps(recording, 1, 77), std::int64_t{0});
  }

  void theCursorStaysAtItsSweepAmongRelatives() {
    Recording recording;
    addFamily(recording);
    finish(recording, 1);
    const Cursor middle{1, 7, true};
    QVERIFY(cursorOn(recording, middle, 2) == (Cursor{2, 7, false}));
    QVERIFY(cursorOn(recording, {5, 15, false}, 1) == (Cursor{1, 9, false}));
    QVERIFY(cursorOn(recording, middle, 4) == (Cursor{4, 4, false}));     // no relative
    QVERIFY(cursorOn(recording, {1, 9, false}, 2) == (Cursor{2, 11, false}));  // from end to end
    QVERIFY(cursorOn(recording, {2, 11, false}, 5) == (Cursor{5, 11, false}));  // it goes on
    QVERIFY(cursorOn(recording, middle, 77) == middle);
  }

  void aParentOfAnotherFileIsFoundByItsPasses() {
    Recording recording;
    addRun(recording, 1, 10, {}, 2);                   // other passes
    addRun(recording, 2, 10);                          // the parent
    addRun(recording, 3, 12, BranchPoint{2, 4}, 3);    // a sibling parts at once
    addRun(recording, 4, 10, {}, 1, 1.5, "another model");
    addRun(recording, 5, 9, BranchPoint{0, 4}, 5);
    QCOMPARE(findParent(recording, 5), 2);
    QCOMPARE(findParent(recording, 3), 0);  // it has one
    QCOMPARE(findParent(recording, 2), 0);
    recording.adopt(5, 2);
    QCOMPARE(parentOf(recording, 5), 2);
    recording.adopt(3, 1);  // known already
    QCOMPARE(parentOf(recording, 3), 2);
    addRun(recording, 6, 9, BranchPoint{0, 6}, 5);  // 2 has six such sweeps, 3 and 5 have four
    QCOMPARE(findParent(recording, 6), 2);
    recording.erase(2);
    QCOMPARE(findParent(recording, 6), 0);
  }

  void changesAreNamed() {
    const auto list = knobs();
    const auto changes = [&](const KnobValues& after, int most = 3) {
      return QString::fromStdString(changesText(list, valuesWith(1.5), after, most));
    };
    QCOMPARE(changes(valuesWith(1.5)), QString());
    QCOMPARE(changes(valuesWith(1.5, "8,8,8")), QString());  // the same list
    QCOMPARE(changes(valuesWith(2.5)), QString("guidance 1.5 → 2.5"));
    QCOMPARE(changes(valuesWith(2.5, "8,9,8")), QString("guidance 1.5 → 2.5, cap 8 → 8,9,8"));
    QCOMPARE(changes(valuesWith(2.5, "9"), 1), QString("guidance 1.5 → 2.5 and 1 more"));
  }

  void aBranchSaysWhatItChanged() {
    Recording recording;
    addRun(recording, 1, 10);
    addRun(recording, 2, 4, BranchPoint{1, 4}, 2, 2.5);
    QVERIFY(branchChanges(*recording.run(1)).empty());
    QVERIFY(branchText(*recording.run(1)).empty());
    QVERIFY(branchChanges(*recording.run(2)).empty());  // no sweep of its own yet
    addRun(recording, 2, 7, BranchPoint{1, 4}, 2, 2.5);
    QCOMPARE(QString::fromStdString(branchChanges(*recording.run(2))),
             QString("guidance 1.5 → 2.5"));
    recording.adopt(2, 9);
    recording.erase(1);
    QCOMPARE(QString::fromStdString(branchText(*recording.run(2))),
             QString("branch of #1 at sweep 4"));
  }

  void aReplayIsThePast() {
    Recording recording;
    addRun(recording, 1, 6);
    const RunRecord& run = *recording.run(1);
    const Replay replay = replayOf(run, 5);
    QCOMPARE(replay.start.run, 1);
    QCOMPARE(replay.past.size(), std::size_t{5});
    QCOMPARE(replay.past[4], run.snapshots[4]);
    QCOMPARE(replayOf(run, 100).past.size(), std::size_t{6});
  }
};

QTEST_GUILESS_MAIN(RunTreeTest)
#include "run_tree_test.moc"
