// Branches of token runs are bit-equal to their parents, and the oracle says where tokens are
// those of a sequential decode.
#include <QtTest>

#include "tests/core/branching.h"
#include "tests/t2i/decoder_fixture.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

namespace {

std::unique_ptr<Family> small() { return openLlamaGen(); }

Input captioned() {
  Input input;
  input.seed = 7;
  input.count = 2;
  input.arrays["caption_features"] =
      readArrays(llamaGenData("expected.safetensors")).at("caption_features");
  return input;
}

}  // namespace

class TokenBranchTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void branches_data() {
    QTest::addColumn<QString>("decoder");
    for (const char* decoder : {"coupled", "sjd", "gumbel"}) QTest::newRow(decoder) << decoder;
  }

  void branches() {
    QFETCH(QString, decoder);
    const Changeful run{{{"decoder", decoder.toStdString()}, {"window", whole(4)}},
                        captioned(),
                        {{2, {"window", whole(3)}},
                         {1, {"guidance", 3.0}},
                         {1, {"draft", text("repeat")}},
                         {1, {"decoder", text("jacobi")}}}};
    QCOMPARE(unlikeBranch(small, run, 6), QString());
  }

  void judging_data() {
    QTest::addColumn<bool>("greedy");
    QTest::newRow("gumbel") << false;
    QTest::newRow("greedy Jacobi") << true;
  }

  void judging() {
    QFETCH(bool, greedy);
    const KnobValues knobs = {{"decoder", text(greedy ? "jacobi" : "gumbel")},
                              {"temperature", greedy ? 0.0 : 1.0},
                              {"window", whole(5)}};
    const auto heard = sessionOf(small);
    heard->session().post(command::Start{knobs, captioned(), false, false});
    const RunRecord run = judgedRun(*heard, heard->untilEnd());
    QCOMPARE(run.exactness.size(), run.snapshots.size());
    const int positions = run.start.plan.positions.at(0);
    for (const auto& [sweep, exactness] : run.exactness) {
      const auto& settled = std::get<std::vector<float>>(exactness.error.values);
      QCOMPARE(std::ssize(settled), std::ptrdiff_t{positions});
      const int frontier = run.snapshots[std::size_t(sweep)]->sweep.frontier;
      QCOMPARE(largestOf(exactness, frontier), 0.0f);
      QVERIFY(exactness.exact >= frontier);
    }
    QCOMPARE(largestOf(run.exactness.at(0)), 1.0f);
    QCOMPARE(run.exactness.rbegin()->second.exact, positions);
  }

  void drawnTokensAreNotJudged() {
    const auto heard = sessionOf(small);
    heard->session().post(command::Start{{{"decoder", text("sjd")}}, captioned(), false, false});
    const RunRecord run = heard->untilEnd();
    heard->session().post(command::Judge{replayOf(run, 2)});
    const Failed failed = heard->until<Failed>();
    QCOMPARE(failed.what, std::string("judge"));
    QVERIFY(failed.message.starts_with("Decoder sjd draws"));
  }
};

QTEST_GUILESS_MAIN(TokenBranchTest)
#include "branch_test.moc"
