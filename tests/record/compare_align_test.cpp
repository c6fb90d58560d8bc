// Which moment of one run belongs beside a moment of another.
#include <QtTest>

#include "engine/record/compare_align.h"

using namespace jacobiscope;

namespace {

struct Made {
  int stage, iteration, calls;
  double seconds;  // of all sweeps up to this one
};

RunRecord runOf(const std::vector<Made>& sweeps, bool ended = true) {
  RunRecord run;
  run.start.run = 1;
  run.start.plan = {{"one", "two", "three"}, {8, 8, 8}, {}, false};
  for (const Made& made : sweeps) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->sweep.index = std::ssize(run.snapshots);
    snapshot->sweep.window = {made.stage, 0, 8};
    snapshot->sweep.iteration = made.iteration;
    snapshot->sweep.calls = made.calls;
    snapshot->computeSeconds = made.seconds;
    run.snapshots.push_back(snapshot);
  }
  if (ended) run.finished = Finished{};
  return run;
}

}  // namespace

class CompareAlignTest : public QObject {
  Q_OBJECT

  // Two stages of two and three sweeps, beside two of four and one.
  const RunRecord m_a = runOf(
      {{0, 1, 1, 1}, {0, 2, 1, 2}, {1, 1, 2, 4}, {1, 2, 2, 6}, {1, 3, 2, 8}});
  const RunRecord m_b = runOf(
      {{0, 1, 2, 1.5}, {0, 2, 1, 2}, {0, 3, 1, 3}, {0, 4, 1, 4}, {1, 1, 9, 20}});

  QString all(Alignment alignment) const {
    QString text;
    for (std::int64_t sweep = -1; sweep < 5; ++sweep)
      text += QString::number(alignedSweep(m_a, sweep, m_b, alignment)) + ' ';
    return text.trimmed();
  }

 private Q_SLOTS:
  void byStage() {
    // The end of a stage meets its end; before it, the same iteration or the last there is.
    QCOMPARE(all(Alignment::Stage), QString("-1 0 3 4 4 4"));
  }
  void byIteration() { QCOMPARE(all(Alignment::Iteration), QString("-1 0 1 2 3 4")); }
  void byCalls() {
    // a has spent 1, 2, 4, 6, 8 calls; b 2, 3, 4, 5, 14.
    QCOMPARE(all(Alignment::Calls), QString("-1 -1 0 2 3 3"));
  }
  void bySeconds() { QCOMPARE(all(Alignment::Seconds), QString("-1 -1 1 3 3 3")); }

  void aStageThatWasNotReached() {
    const RunRecord later = runOf({{2, 1, 1, 1}});
    QCOMPARE(alignedSweep(later, 0, m_b, Alignment::Stage), std::int64_t{4});
    QCOMPARE(alignedSweep(m_b, 0, later, Alignment::Stage), std::int64_t{-1});
  }

  void nothingToAlignWith() {
    const RunRecord empty = runOf({}, false);
    for (const AlignmentName& name : alignmentNames()) {
      QCOMPARE(alignedSweep(m_a, 3, empty, name.alignment), std::int64_t{-1});
      QCOMPARE(alignedSweep(empty, 3, m_a, name.alignment), std::int64_t{-1});
    }
  }

  void aRunThatGoesOnMeetsTheSameIteration() {
    const RunRecord open = runOf({{0, 1, 1, 1}, {0, 2, 1, 2}}, false);
    QCOMPARE(alignedSweep(open, 1, m_b, Alignment::Stage), std::int64_t{1});
    const RunRecord done = runOf({{0, 1, 1, 1}, {0, 2, 1, 2}}, true);
    QCOMPARE(alignedSweep(done, 1, m_b, Alignment::Stage), std::int64_t{3});
  }

  void branchesShareAnAxis() {
    RunRecord parent = m_a, one = m_a, two = m_a, other = m_a;
    parent.start.run = 3;
    one.start.run = 4;
    one.start.parent = BranchPoint{3, 2};
    two.start.run = 5;
    two.start.parent = BranchPoint{3, 4};
    other.start.run = 6;
    QVERIFY(shareTimeAxis(parent, parent));
    QVERIFY(shareTimeAxis(parent, one) && shareTimeAxis(one, two));
    QVERIFY(!shareTimeAxis(parent, other));
    one.start.parent = two.start.parent = BranchPoint{0, 2};  // of runs that are not here
    QVERIFY(!shareTimeAxis(one, two) && shareTimeAxis(one, one));
  }
};

QTEST_GUILESS_MAIN(CompareAlignTest)
#include "compare_align_test.moc"
