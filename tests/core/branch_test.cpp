// A branch is a run like any other that shares its first sweeps with another, bit for bit.
#include <QtTest>
#include <random>

#include "engine/record/recipe.h"
#include "tests/core/branching_toy.h"
#include "tests/core/fake_family.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

class BranchTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void nothingChangedIsTheParentAgain_data() {
    QTest::addColumn<bool>("held");
    QTest::newRow("from a boundary that is held") << true;
    QTest::newRow("from the beginning") << false;
  }

  void nothingChangedIsTheParentAgain() {
    QFETCH(bool, held);
    auto parents = toySession();
    const RunRecord parent = changefulToy(*parents, 3);
    QVERIFY(parent.planChanges.size() >= 2);
    std::mt19937 random(7);
    const auto most = static_cast<int>(parent.snapshots.size());
    QVERIFY(most > 60);
    for (int i = 0; i < 20; ++i) {
      const auto at = std::uniform_int_distribution<std::int64_t>(1, most)(random);
      auto fresh = held ? nullptr : toySession();
      Heard& heard = held ? *parents : *fresh;
      const RunRecord& branch = branchedAgain(heard, parent, at);
      QVERIFY2(sameRun(parent, branch), qPrintable(QString("at %1").arg(at)));
      QCOMPARE(branch.start.parent->run, parent.start.run);
      QCOMPARE(branch.start.parent->sweeps, at);
      // Seconds of the past are the parent's.
      const auto last = static_cast<std::size_t>(at - 1);
      QCOMPARE(branch.snapshots[last]->computeSeconds, parent.snapshots[last]->computeSeconds);
      QCOMPARE(branch.snapshots[last]->sweep.seconds, parent.snapshots[last]->sweep.seconds);
      QVERIFY(branch.finished->computeSeconds >= branch.snapshots[last]->computeSeconds);
    }
  }

  void changesActFromTheNextSweepOn() {
    auto heard = toySession();
    const RunRecord parent = changefulToy(*heard, 4);
    heard->session().post(command::Branch{replayOf(parent, 8), {{"tolerance", 1e-2}}, false});
    const RunRecord& branch = heard->untilEnd();
    QCOMPARE(numberAt(*branch.snapshots[7]->knobs, "tolerance"), 0.0);
    QCOMPARE(numberAt(*branch.snapshots[8]->knobs, "tolerance"), 1e-2);
    QVERIFY(!sameRun(parent, branch));
    QCOMPARE(branch.finished->timeline.back().first, std::int64_t{8});
    QCOMPARE(branch.finished->timeline.front().first, std::int64_t{0});
    QVERIFY(branch.finished->timeline.front().second == parent.start.knobs);
  }

  // What a branch came to can be computed from its recipe alone.
  void recipeOfABranchIsWhole() {
    auto heard = toySession();
    const RunRecord parent = changefulToy(*heard, 5);
    heard->session().post(command::Branch{replayOf(parent, 30), {{"coupling", 0.5}}, false});
    const Recipe recipe = recipeOf(heard->untilEnd());
    auto toy = toyFamily().load({"toy", {}, {}});
    auto decoder = toy->begin(recipeKnobs(recipe, toy->info().knobs), recipe.input);
    std::size_t next = 1;
    std::int64_t sweeps = 0;
    for (;; ++sweeps) {
      if (next < recipe.timeline.size() && recipe.timeline[next].first == sweeps) {
        decoder->setKnobs(recipe.timeline[next++].second);
      }
      if (!decoder->sweep()) break;
    }
    QCOMPARE(sweeps, recipe.sweeps);
    QCOMPARE(next, recipe.timeline.size());
    QCOMPARE(hashArrays(decoder->result()), recipe.resultHash);
  }

  void aBranchOfABranch() {
    auto heard = toySession();
    const RunRecord parent = changefulToy(*heard, 6);
    heard->session().post(command::Branch{replayOf(parent, 25), {{"window", std::int64_t{5}}}});
    const RunRecord branch = heard->untilEnd();
    heard->session().post(command::Branch{replayOf(branch, 50), {}, false});
    QVERIFY(sameRun(branch, heard->untilEnd()));
  }

  void heldAtTheBranchPoint() {
    auto heard = toySession();
    const RunRecord parent = changefulToy(*heard, 8);
    const auto at = parent.snapshots.size() - 5;
    heard->session().post(command::Branch{replayOf(parent, std::int64_t(at)), {}, true});
    heard->untilPaused();
    QCOMPARE(heard->last().snapshots.size(), at);
    heard->step(2);
    QCOMPARE(heard->last().snapshots.size(), at + 2);
    heard->session().post(command::Resume{});
    QVERIFY(sameRun(parent, heard->untilEnd()));
  }

  // Of a stage's scope: it waits for the stage's end.
  void changesOfTheNextStageWait() {
    Script script;  // three stages of four sweeps
    Heard heard({fakeFamily(script)});
    heard.session().post(command::Load{{"model", {}, {}}});
    heard.session().post(command::Start{});
    const RunRecord parent = heard.untilEnd();
    heard.session().post(command::Branch{replayOf(parent, 6), {{"stage", 7.0}}, false});
    const RunRecord& branch = heard.untilEnd();
    QCOMPARE(numberAt(*branch.snapshots[7]->knobs, "stage"), 0.0);
    QCOMPARE(numberAt(*branch.snapshots[8]->knobs, "stage"), 7.0);
  }

  void onlyWhatLiesBehindTheBoundaryIsDecodedAgain() {
    Script script;
    int sweeps = 0;
    script.at = [&](const std::string& where) { sweeps += where == "sweep"; };
    Heard heard({fakeFamily(script)});
    heard.session().post(command::Load{{"model", {}, {}}});
    heard.session().post(command::Start{});
    const RunRecord parent = heard.untilEnd();
    QCOMPARE(std::exchange(sweeps, 0), 12);
    heard.session().post(command::Branch{replayOf(parent, 9), {}, false});
    QVERIFY(sameRun(parent, heard.untilEnd()));
    QCOMPARE(sweeps, 4);  // stage 2 alone
  }

  void knobsSetWhileItDecodesAgainWait() {
    Script script;
    Heard heard({fakeFamily(script)});
    heard.session().post(command::Load{{"model", {}, {}}});
    heard.session().post(command::Start{});
    const RunRecord parent = heard.untilEnd();
    script.gated = true;
    heard.session().post(command::Branch{replayOf(parent, 3), {}, false});
    script.begun.acquire();
    heard.session().post(command::SetKnob{"live", 9.0});
    script.permits.release(12);
    const RunRecord& branch = heard.untilEnd();
    QVERIFY(branch.finished);
    for (std::size_t i = 0; i < 12; ++i) {
      QCOMPARE(numberAt(*branch.snapshots[i]->knobs, "live"), i < 3 ? 1.0 : 9.0);
    }
  }

  void stopsWhileItDecodesAgain() {
    Script script;
    Heard heard({fakeFamily(script)});
    heard.session().post(command::Load{{"model", {}, {}}});
    heard.session().post(command::Start{});
    const RunRecord parent = heard.untilEnd();
    script.gated = true;
    heard.session().post(command::Branch{replayOf(parent, 3), {}, false});
    script.begun.acquire();
    heard.session().post(command::Stop{});
    script.permits.release();
    const RunRecord& branch = heard.untilEnd();
    QVERIFY(branch.finished->outcome == Outcome::Stopped);
    QCOMPARE(branch.finished->sweeps, std::int64_t{1});
  }

  void theSessionEndsWhileItDecodesAgain() {
    Script script;
    {
      Heard heard({fakeFamily(script)});
      heard.session().post(command::Load{{"model", {}, {}}});
      heard.session().post(command::Start{});
      const RunRecord parent = heard.untilEnd();
      script.gated = true;
      heard.session().post(command::Branch{replayOf(parent, 3), {}, false});
      script.begun.acquire();
      script.permits.release(1);
    }
    QCOMPARE(script.decoders.load(), 0);
    QCOMPARE(script.models.load(), 0);
  }
};

QTEST_GUILESS_MAIN(BranchTest)
#include "branch_test.moc"
