// Branches of a robot's run are bit-equal to their parents, simulator included, and the oracle
// judges every chunk from the state in which it began.
#include <QtTest>

#include "tests/core/branching.h"
#include "tests/t2i/decoder_fixture.h"
#include "tests/vla/robot_folder.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

class VlaBranchTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    m_folder = std::make_unique<RobotFolder>();
    m_small = [this] { return m_folder->open(); };
  }

  // Steps of a chunk that change plan the stages anew.
  void branches() {
    const Changeful run{kShortEpisodes,
                        twoEpisodes(),
                        {{3, {"decoder", text("bounded")}},
                         {2, {"execute", whole(1)}},
                         {6, {"chunk", whole(2)}},
                         {7, {"warm_start", false}},
                         {3, {"exit", whole(2)}}}};
    QCOMPARE(unlikeBranch(m_small, run, 9), QString());
  }

  void judging_data() {
    QTest::addColumn<int>("exit");
    QTest::newRow("until settled") << 0;
    QTest::newRow("left after two calls") << 2;
  }

  void judging() {
    QFETCH(int, exit);
    const auto heard = sessionOf(m_small);
    KnobValues knobs = kShortEpisodes;
    knobs["exit"] = whole(exit);
    heard->session().post(command::Start{knobs, twoEpisodes(), false, false});
    const RunRecord run = judgedRun(*heard, heard->untilEnd());
    float last = 0, most = 0;
    std::size_t decoding = 0;
    for (const auto& snapshot : run.snapshots) {
      const Sweep& sweep = snapshot->sweep;
      const auto found = run.exactness.find(sweep.index);
      QCOMPARE(found == run.exactness.end(), sweep.kind == SweepKind::World);
      if (found == run.exactness.end()) continue;
      ++decoding;
      QCOMPARE(found->second.error.unit, std::string("bins"));
      QCOMPARE(largestOf(found->second, sweep.frontier), 0.0f);
      most = std::max(most, largestOf(found->second));
      if (sweep.verdict == Verdict::Settled || sweep.verdict == Verdict::Capped) {
        last = std::max(last, largestOf(found->second));
      }
    }
    QVERIFY(decoding > 4 && most > 1);
    // Settled chunks are the sequential ones; those that were left early need not be.
    if (exit == 0) QCOMPARE(last, 0.0f);
    else QVERIFY(last > 0);
  }

 private:
  std::unique_ptr<RobotFolder> m_folder;
  MakeFamily m_small;
};

QTEST_GUILESS_MAIN(VlaBranchTest)
#include "vla_branch_test.moc"
