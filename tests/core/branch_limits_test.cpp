// What is no branch: other models, other sweeps, changes that cannot act; and what is held of runs.
#include <QtTest>

#include "engine/core/boundaries.h"
#include "tests/core/branching_toy.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

class BranchLimitsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void endsWhereItPartsFromWhatWasTold() {
    auto heard = toySession();
    RunRecord parent = changefulToy(*heard, 9);
    auto forged = std::make_shared<Snapshot>(*parent.snapshots[10]);
    std::get<std::vector<float>>(forged->sweep.facts.at(0).values).at(3) += 1e-6f;
    parent.snapshots[10] = forged;
    auto fresh = toySession();
    fresh->session().post(command::Branch{replayOf(parent, 20), {}, false});
    const RunRecord& branch = fresh->untilEnd();
    QVERIFY(branch.failed);
    QCOMPARE(branch.snapshots.size(), std::size_t(10));
    QVERIFY2(branch.failed->message.starts_with("Sweep 11 of the run does not come out the same"),
             branch.failed->message.c_str());
    // Seen too where a boundary behind it is held.
    heard->session().post(command::Branch{replayOf(parent, 20), {}, false});
    QVERIFY(heard->untilEnd().failed);
  }

  void refusals() {
    auto heard = toySession();
    RunRecord parent = changefulToy(*heard, 10);
    const auto refused = [&](Replay run, KnobValues changes) {
      const auto before = heard->recording().runs().size();
      heard->session().post(command::Branch{std::move(run), std::move(changes), false});
      const Failed failed = heard->until<Failed>();
      if (failed.what != "run" || heard->recording().runs().size() != before) return QString();
      return QString::fromStdString(failed.message);
    };
    QVERIFY(refused(replayOf(parent, 3), {{"size", std::int64_t{38}}}).contains("size"));
    QVERIFY(refused(replayOf(parent, 3), {{"sizes", 1.0}}).contains("sizes"));
    QVERIFY(refused(replayOf(parent, 0), {}).contains("no sweeps"));
    Replay gap = replayOf(parent, 3);
    gap.past.erase(gap.past.begin() + 1);
    QVERIFY(refused(gap, {}).contains("missing"));
    Replay other = replayOf(parent, 3);
    other.start.model.hash = "another";
    QVERIFY(refused(other, {}).contains("weights"));
    Heard empty({toyFamily()});
    empty.session().post(command::Branch{replayOf(parent, 3), {}, false});
    QVERIFY(empty.until<Failed>().message.starts_with("No model"));
    // The same value of such a knob is none.
    const auto all = std::ssize(parent.snapshots);
    heard->session().post(
        command::Branch{replayOf(parent, all - 1), {{"size", std::int64_t{37}}}, false});
    QVERIFY(sameRun(parent, heard->untilEnd()));
  }

  void nothingCanChangeBehindTheEnd() {
    auto heard = toySession();
    const RunRecord parent = changefulToy(*heard, 11);
    const auto all = static_cast<std::int64_t>(parent.snapshots.size());
    heard->session().post(command::Branch{replayOf(parent, all), {{"coupling", 0.1}}, false});
    QVERIFY(heard->untilEnd().failed);
    heard->session().post(command::Branch{replayOf(parent, all), {}, true});
    QVERIFY(sameRun(parent, heard->untilEnd()));
    Replay longer = replayOf(parent, all);
    auto extra = std::make_shared<Snapshot>(*longer.past.back());
    extra->sweep.index = all;
    longer.past.push_back(extra);
    heard->session().post(command::Branch{longer, {}, false});
    QVERIFY(heard->untilEnd().failed);
  }

  void warmRuns() {
    auto heard = toySession();
    heard->session().post(command::Start{kSmallToy, seeded(1), false, false});
    heard->untilEnd();
    KnobValues knobs = kSmallToy;
    knobs["tolerance"] = 1e-3;
    heard->session().post(command::Start{knobs, seeded(1), true, false});
    const RunRecord warm = heard->untilEnd();
    QVERIFY(warm.start.warm);
    for (const std::int64_t at : {1, 2, 3}) {
      heard->session().post(command::Branch{replayOf(warm, at), {}, false});
      const RunRecord& branch = heard->untilEnd();
      QVERIFY(sameRun(warm, branch));
      QVERIFY(branch.start.warm);
    }
    auto fresh = toySession();
    fresh->session().post(command::Branch{replayOf(warm, 2), {}, false});
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

QTEST_GUILESS_MAIN(BranchLimitsTest)
#include "branch_limits_test.moc"
