// Branches of flows are bit-equal to their parents, and the oracle says what a sequential decode
// says.
#include <QtTest>

#include "tests/core/branching.h"
#include "tests/tarflow/flow_fixture.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

namespace {

std::string word(const char* text) { return text; }
std::unique_ptr<Family> small() { return openFlow("cond"); }

Input twoPictures() {
  Input input;
  input.seed = 7;
  input.count = 2;
  input.label = 2;
  return input;
}

}  // namespace

class FlowBranchTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void branches_data() {
    QTest::addColumn<bool>("denoise");
    QTest::newRow("plain") << false;
    QTest::newRow("with the denoising step") << true;
  }

  // Guidance on and off, another schedule for the stages to come, low precision first.
  void branches() {
    QFETCH(bool, denoise);
    const Changeful run{{{"mode", word("jacobi")}, {"tolerance", 0.0}, {"denoise", denoise ? 1.0 : 0.0}},
                        twoPictures(),
                        {{3, {"guidance", 1.5}},
                         {4, {"tolerance", 1e-6}},
                         {2, {"mode", word("gs-jacobi")}},
                         {2, {"segments", word("4")}},
                         {2, {"guidance", 0.0}},
                         {2, {"refine", true}}}};
    QCOMPARE(unlikeBranch(small, run, 9), QString());
  }

  void warmRuns() {
    const auto heard = sessionOf(small);
    heard->session().post(command::Start{{{"guidance", 1.0}}, twoPictures(), false, false});
    heard->untilEnd();
    heard->session().post(command::Start{{{"guidance", 1.1}}, twoPictures(), true, false});
    const RunRecord warm = heard->untilEnd();
    QVERIFY(warm.start.warm);
    for (const std::int64_t at : {std::int64_t{1}, std::ssize(warm.snapshots) / 2}) {
      heard->session().post(command::Branch{replayOf(warm, at), {}, false});
      QVERIFY(sameRun(warm, heard->untilEnd()));
    }
    QCOMPARE(judgedRun(*heard, warm).exactness.size(), warm.snapshots.size());
  }

  // At tolerance 0 a stage comes to the sequential one's bits.
  void judging() {
    const auto heard = sessionOf(small);
    const KnobValues knobs = {
        {"mode", word("jacobi")}, {"tolerance", 0.0}, {"guidance", 1.5}, {"denoise", 0.0}};
    heard->session().post(command::Start{knobs, twoPictures(), false, false});
    const RunRecord run = judgedRun(*heard, heard->untilEnd());
    QCOMPARE(run.exactness.size(), run.snapshots.size());
    float most = 0;
    for (const auto& snapshot : run.snapshots) {
      const Exactness& exactness = run.exactness.at(snapshot->sweep.index);
      const int frontier = snapshot->sweep.frontier;
      QVERIFY2(exactness.exact >= frontier, qPrintable(QString("%1").arg(exactness.exact)));
      QVERIFY(largestOf(exactness, frontier) <= 1e-5f);
      most = std::max(most, largestOf(exactness));
    }
    QVERIFY(most > 1e-2f);
  }

  // Of a loose run the last true error is the distance of the pictures' first.
  void lastErrorIsTheResults() {
    const auto family = small();
    const KnobValues loose = {{"mode", word("jacobi")}, {"tolerance", 3e-2}, {"denoise", 0.0}};
    const auto heard = sessionOf(small);
    heard->session().post(command::Start{loose, twoPictures(), false, false});
    const RunRecord run = judgedRun(*heard, heard->untilEnd());
    const Tensor got = toTensor(run.finished->result.at("image"))[0];
    const Tensor right = decodeImage(*family, twoPictures(), {{"mode", word("sequential")}})[0];
    const double distance = largestDifference(got, right);
    QVERIFY(distance > 1e-4);
    QVERIFY(std::abs(largestOf(run.exactness.rbegin()->second) - distance) < 1e-6);
  }
};

QTEST_GUILESS_MAIN(FlowBranchTest)
#include "branch_test.moc"
