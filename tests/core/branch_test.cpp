// A branch is a run like any other that shares its first sweeps with another, bit for bit.
#include <QtTest>
#include <random>

#include "engine/core/boundaries.h"
#include "engine/record/recipe.h"
#include "engine/toy/toy_family.h"
#include "tests/core/branching.h"
#include "tests/core/fake_family.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

namespace {

std::string word(const char* text) { return text; }

std::unique_ptr<Heard> toySession() {
  auto heard = std::make_unique<Heard>(std::vector<FamilyEntry>{toyFamily()});
  heard->session().post(command::Load{{"toy", {}, {}}});
  return heard;
}

Input seeded(std::uint64_t seed) {
  Input input;
  input.seed = seed;
  return input;
}

const KnobValues kSmall = {{"size", std::int64_t{37}}, {"stages", std::int64_t{3}},
                           {"tolerance", 0.0}};

// Knobs of every scope of effect change between its sweeps, one of them so that a stage begins
// again.
RunRecord changefulRun(Heard& heard, std::uint64_t seed) {
  return changefulRun(heard, Changeful{kSmall, seeded(seed), {
      {5, {"mode", word("window")}},    {4, {"window", std::int64_t{9}}},
      {7, {"coupling", 1.5}},           {6, {"mode", word("gs-jacobi")}},
      {9, {"segments", word("3,5,4")}}, {3, {"tolerance", 1e-4}},
      {11, {"mode", word("jacobi")}}}});
}

}  // namespace

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
    const RunRecord parent = changefulRun(*parents, 3);
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
    const RunRecord parent = changefulRun(*heard, 4);
    heard->session().post(command::Branch{firstSweeps(parent, 8), {{"tolerance", 1e-2}}, false});
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
    const RunRecord parent = changefulRun(*heard, 5);
    heard->session().post(command::Branch{firstSweeps(parent, 30), {{"coupling", 0.5}}, false});
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
    const RunRecord parent = changefulRun(*heard, 6);
    heard->session().post(command::Branch{firstSweeps(parent, 25), {{"window", std::int64_t{5}}}});
    const RunRecord branch = heard->untilEnd();
    heard->session().post(command::Branch{firstSweeps(branch, 50), {}, false});
    QVERIFY(sameRun(branch, heard->untilEnd()));
  }

  void heldAtTheBranchPoint() {
    auto heard = toySession();
    const RunRecord parent = changefulRun(*heard, 8);
    const auto at = parent.snapshots.size() - 5;
    heard->session().post(command::Branch{firstSweeps(parent, std::int64_t(at)), {}, true});
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
    heard.session().post(command::Branch{firstSweeps(parent, 6), {{"stage", 7.0}}, false});
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
    heard.session().post(command::Branch{firstSweeps(parent, 9), {}, false});
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
    heard.session().post(command::Branch{firstSweeps(parent, 3), {}, false});
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
    heard.session().post(command::Branch{firstSweeps(parent, 3), {}, false});
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
      heard.session().post(command::Branch{firstSweeps(parent, 3), {}, false});
      script.begun.acquire();
      script.permits.release(1);
    }
    QCOMPARE(script.decoders.load(), 0);
    QCOMPARE(script.models.load(), 0);
  }

  void endsWhereItPartsFromWhatWasTold() {
    auto heard = toySession();
    RunRecord parent = changefulRun(*heard, 9);
    auto forged = std::make_shared<Snapshot>(*parent.snapshots[10]);
    std::get<std::vector<float>>(forged->sweep.facts.at(0).values).at(3) += 1e-6f;
    parent.snapshots[10] = forged;
    auto fresh = toySession();
    fresh->session().post(command::Branch{firstSweeps(parent, 20), {}, false});
    const RunRecord& branch = fresh->untilEnd();
    QVERIFY(branch.failed);
    QCOMPARE(branch.snapshots.size(), std::size_t(10));
    QVERIFY2(branch.failed->message.starts_with("Sweep 11 of the run does not come out the same"),
             branch.failed->message.c_str());
    // Seen too where a boundary behind it is held.
    heard->session().post(command::Branch{firstSweeps(parent, 20), {}, false});
    QVERIFY(heard->untilEnd().failed);
  }

  void refusals() {
    auto heard = toySession();
    RunRecord parent = changefulRun(*heard, 10);
    const auto refused = [&](Replay run, KnobValues changes) {
      const auto before = heard->recording().runs().size();
      heard->session().post(command::Branch{std::move(run), std::move(changes), false});
      const Failed failed = heard->until<Failed>();
      if (failed.what != "run" || heard->recording().runs().size() != before) return QString();
      return QString::fromStdString(failed.message);
    };
    QVERIFY(refused(firstSweeps(parent, 3), {{"size", std::int64_t{38}}}).contains("size"));
    QVERIFY(refused(firstSweeps(parent, 3), {{"sizes", 1.0}}).contains("sizes"));
    QVERIFY(refused(firstSweeps(parent, 0), {}).contains("no sweeps"));
    Replay gap = firstSweeps(parent, 3);
    gap.past.erase(gap.past.begin() + 1);
    QVERIFY(refused(gap, {}).contains("missing"));
    Replay other = firstSweeps(parent, 3);
    other.start.model.hash = "another";
    QVERIFY(refused(other, {}).contains("weights"));
    Heard empty({toyFamily()});
    empty.session().post(command::Branch{firstSweeps(parent, 3), {}, false});
    QVERIFY(empty.until<Failed>().message.starts_with("No model"));
    // The same value of such a knob is none.
    const auto all = std::ssize(parent.snapshots);
    heard->session().post(
        command::Branch{firstSweeps(parent, all - 1), {{"size", std::int64_t{37}}}, false});
    QVERIFY(sameRun(parent, heard->untilEnd()));
  }

  void nothingCanChangeBehindTheEnd() {
    auto heard = toySession();
    const RunRecord parent = changefulRun(*heard, 11);
    const auto all = static_cast<std::int64_t>(parent.snapshots.size());
    heard->session().post(command::Branch{firstSweeps(parent, all), {{"coupling", 0.1}}, false});
    QVERIFY(heard->untilEnd().failed);
    heard->session().post(command::Branch{firstSweeps(parent, all), {}, true});
    QVERIFY(sameRun(parent, heard->untilEnd()));
    Replay longer = firstSweeps(parent, all);
    auto extra = std::make_shared<Snapshot>(*longer.past.back());
    extra->sweep.index = all;
    longer.past.push_back(extra);
    heard->session().post(command::Branch{longer, {}, false});
    QVERIFY(heard->untilEnd().failed);
  }

  void warmRuns() {
    auto heard = toySession();
    heard->session().post(command::Start{kSmall, seeded(1), false, false});
    heard->untilEnd();
    KnobValues knobs = kSmall;
    knobs["tolerance"] = 1e-3;
    heard->session().post(command::Start{knobs, seeded(1), true, false});
    const RunRecord warm = heard->untilEnd();
    QVERIFY(warm.start.warm);
    for (const std::int64_t at : {1, 2, 3}) {
      heard->session().post(command::Branch{firstSweeps(warm, at), {}, false});
      const RunRecord& branch = heard->untilEnd();
      QVERIFY(sameRun(warm, branch));
      QVERIFY(branch.start.warm);
    }
    auto fresh = toySession();
    fresh->session().post(command::Branch{firstSweeps(warm, 2), {}, false});
    QVERIFY(fresh->until<Failed>().message.find("not held any more") != std::string::npos);
  }

  void boundariesStayWithinTheirLimits() {
    struct State : Decoder::State {
      std::size_t bytes() const override { return 100; }
    };
    const auto at = [](std::int64_t sweeps) {
      Boundary boundary{sweeps, std::make_shared<State>(), {}, {}};
      if (sweeps > 0) boundary.last = Sweep();
      return boundary;
    };
    Boundaries boundaries({1000, 2, 8});
    Replay run;
    for (int id = 1; id <= 3; ++id) {
      run.start.run = id;
      boundaries.begin(run.start, at(0));
      for (std::int64_t sweeps = 1; sweeps <= 20; ++sweeps) boundaries.add(id, at(sweeps));
      QVERIFY(boundaries.bytes() <= 1000);
    }
    for (int i = 0; i < 20; ++i) run.past.push_back(std::make_shared<const Snapshot>());
    const auto held = boundaries.upTo(run, 20);
    QVERIFY(held.size() >= 4 && held.size() <= 8);
    QCOMPARE(held.front().sweeps, std::int64_t{0});
    run.start.run = 1;
    QVERIFY(boundaries.upTo(run, 20).empty());
  }
};

QTEST_GUILESS_MAIN(BranchTest)
#include "branch_test.moc"
