// The oracle's numbers are those of a direct computation, and it works beside runs.
#include <QtTest>

#include "engine/core/exactness.h"
#include "engine/core/sequential_knobs.h"
#include "engine/core/sequential_reference.h"
#include "engine/toy/toy_family.h"
#include "tests/core/branching.h"
#include "tests/core/fake_family.h"

using namespace jacobiscope;
using namespace jacobiscope::test;

namespace {

using Numbers = std::vector<float>;

KnobValues small(KnobValues more = {}) {
  more.insert({{"size", std::int64_t{29}}, {"stages", std::int64_t{3}}, {"tolerance", 1e-2}});
  return more;
}

std::unique_ptr<Heard> toySession() {
  auto heard = std::make_unique<Heard>(std::vector<FamilyEntry>{toyFamily()});
  heard->session().post(command::Load{{"toy", {}, {}}});
  return heard;
}

RunRecord finishedRun(Heard& heard, KnobValues knobs) {
  heard.session().post(command::Start{std::move(knobs), {}, false, false});
  return heard.untilEnd();
}

// Until the oracle has said everything.
void judged(Heard& heard) {
  while (heard.until<Progress>().fraction < 1) {
  }
}

Numbers numbers(const Array& array) { return std::get<Numbers>(array.values); }
Numbers errors(const Exactness& exactness) { return std::get<Numbers>(exactness.error.values); }

// Per stage, one position at a time.
std::vector<Numbers> sequentialStages(Family& family, const KnobValues& knobs) {
  auto decoder = family.begin(sequentialKnobs(family.info(), knobs), {});
  std::vector<Numbers> stages;
  while (const auto sweep = decoder->sweep()) {
    if (endsStage(decoder->plan(), *sweep)) stages.push_back(numbers(decoder->iterate()));
  }
  return stages;
}

}  // namespace

class JudgeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void numbersAreThoseOfADirectComputation() {
    auto heard = toySession();
    const RunRecord run = finishedRun(*heard, small({{"mode", std::string("jacobi")}}));
    heard->session().post(command::Judge{replayOf(run, std::ssize(run.snapshots))});
    judged(*heard);
    const auto& told = heard->last().exactness;
    QCOMPARE(told.size(), run.snapshots.size());

    auto toy = toyFamily().load({"toy", {}, {}});
    const auto truth = sequentialStages(*toy, run.start.knobs);
    auto decoder = toy->begin(run.start.knobs, {});
    double largest = 0;
    for (const auto& snapshot : run.snapshots) {
      decoder->sweep();
      const Numbers now = numbers(decoder->iterate());
      const Exactness& exactness = told.at(snapshot->sweep.index);
      const Numbers& right = truth.at(static_cast<std::size_t>(snapshot->sweep.window.stage));
      QCOMPARE(exactness.error.name, std::string("true_error"));
      QCOMPARE(errors(exactness).size(), now.size());
      int exact = -1;
      for (std::size_t i = 0; i < now.size(); ++i) {
        QCOMPARE(errors(exactness)[i], std::abs(now[i] - right[i]));
        largest = std::max(largest, double(errors(exactness)[i]));
        const bool same = errors(exactness)[i] <= 1e-5 * std::max(1.0f, std::abs(right[i]));
        if (!same && exact < 0) exact = static_cast<int>(i);
      }
      QCOMPARE(exactness.exact, exact < 0 ? static_cast<int>(now.size()) : exact);
    }
    QVERIFY(largest > 0.1);  // the first sweeps are far off, or nothing was measured
  }

  // After k sweeps of a stage whose input is exact its first k positions are.
  void whatIsExactByStructureHasNoError() {
    auto heard = toySession();
    const RunRecord run = finishedRun(*heard, small({{"tolerance", 0.0}}));
    heard->session().post(command::Judge{replayOf(run, std::ssize(run.snapshots))});
    judged(*heard);
    for (const auto& [sweep, exactness] : heard->last().exactness) {
      const int frontier = run.snapshots[static_cast<std::size_t>(sweep)]->sweep.frontier;
      QVERIFY(frontier > 0);
      for (int i = 0; i < frontier; ++i) QCOMPARE(errors(exactness).at(i), 0.0f);
      QVERIFY(exactness.exact >= frontier);
    }
  }

  // A coupling that changed during a stage: what the stage comes to has the last one.
  void aKnobThatChangedTheAnswer() {
    auto heard = toySession();
    heard->session().post(command::Start{small({{"tolerance", 0.0}}), {}, false, true});
    heard->untilPaused();
    heard->step(4);
    heard->session().post(command::SetKnob{"coupling", 0.5});
    heard->session().post(command::Resume{});
    const RunRecord run = heard->untilEnd();
    heard->session().post(command::Judge{replayOf(run, std::ssize(run.snapshots))});
    judged(*heard);
    QVERIFY(std::ranges::max(errors(heard->last().exactness.at(3))) > 0.01f);
    const Exactness& last = heard->last().exactness.rbegin()->second;
    QCOMPARE(std::ranges::max(errors(last)), 0.0f);
    QCOMPARE(last.exact, 29);
  }

  void whatIsKnownIsNotDecodedAgain() {
    auto heard = toySession();
    const RunRecord run = finishedRun(*heard, small());
    auto toy = toyFamily().load({"toy", {}, {}});
    const auto stepsOf = [&](std::int64_t sweeps, auto known) {
      SequentialDecode decode(*toy, Past(replayOf(run, sweeps), toy->info()), known);
      int steps = 0;
      while (decode.step()) ++steps;
      return std::pair(steps, decode.result());
    };
    const auto all = std::ssize(run.snapshots);
    std::int64_t ofFirst = 0;
    while (run.snapshots[static_cast<std::size_t>(ofFirst)]->sweep.window.stage == 0) ++ofFirst;
    const auto [steps, first] = stepsOf(ofFirst, nullptr);
    QCOMPARE(steps, 28);
    const auto [more, whole] = stepsOf(all, first);
    QCOMPARE(more, 2 * 29 - 1);
    const auto [none, again] = stepsOf(all, whole);
    QCOMPARE(none, 0);
    const auto [everything, anew] = stepsOf(all, nullptr);
    QCOMPARE(everything, 3 * 29 - 1);
    QVERIFY(anew->stages == whole->stages && again->stages == whole->stages);
  }

  void aPausedRunIsJudgedAndGoesOn() {
    auto heard = toySession();
    heard->session().post(command::Start{small(), {}, false, true});
    heard->untilPaused();
    heard->step(6);
    heard->session().post(command::Judge{replayOf(heard->last(), 6)});
    judged(*heard);
    QCOMPARE(heard->last().exactness.size(), std::size_t(6));
    heard->session().post(command::Resume{});
    QVERIFY(heard->untilEnd().finished);
  }

  void aRunInterruptsIt() {
    auto heard = toySession();
    const RunRecord run = finishedRun(*heard, small({{"delay", std::int64_t{1}}}));
    heard->session().post(command::Judge{replayOf(run, std::ssize(run.snapshots))});
    heard->until<Progress>();
    heard->session().post(command::Start{small(), {}, false, false});
    heard->untilEnd();
    judged(*heard);  // goes on behind it
    QCOMPARE(heard->recording().run(run.start.run)->exactness.size(), run.snapshots.size());
  }

  void stopEndsItBeforeAHeldRun() {
    auto heard = toySession();
    heard->session().post(command::Start{small({{"delay", std::int64_t{5}}}), {}, false, true});
    heard->untilPaused();
    heard->step(3);
    const RunRecord run = heard->last();
    heard->session().post(command::Judge{replayOf(run, std::ssize(run.snapshots))});
    heard->until<Progress>();
    heard->session().post(command::Stop{});
    QCOMPARE(heard->until<Failed>().what, std::string("judge"));
    QVERIFY(!heard->last().ended());
    heard->session().post(command::Stop{});
    QVERIFY(heard->untilEnd().finished->outcome == Outcome::Stopped);
  }

  void itEnds() {
    auto heard = toySession();
    const RunRecord run = finishedRun(*heard, small({{"delay", std::int64_t{5}}}));
    const auto judge = [&] {
      heard->session().post(command::Judge{replayOf(run, std::ssize(run.snapshots))});
    };
    judge();
    heard->until<Progress>();
    heard->session().post(command::Stop{});
    QCOMPARE(heard->until<Failed>().what, std::string("judge"));
    judge();
    heard->until<Progress>();
    judge();
    QCOMPARE(heard->until<Failed>().what, std::string("judge"));
    heard->until<Progress>();
    heard->session().post(command::Load{{"toy", {}, {}}});
    QCOMPARE(heard->until<Failed>().what, std::string("judge"));
    heard->until<Loaded>();
    judge();  // and the session ends beside it
    heard->until<Progress>();
  }

  void refusals() {
    Script script;
    Heard fake({fakeFamily(script)});
    fake.session().post(command::Load{{"model", {}, {}}});
    fake.session().post(command::Start{});
    const RunRecord run = fake.untilEnd();
    fake.session().post(command::Judge{replayOf(run, 3)});
    const Failed failed = fake.until<Failed>();
    QCOMPARE(failed.what, std::string("judge"));
    QVERIFY(failed.message.find("one position at a time") != std::string::npos);
    QVERIFY(leadsToSequential({{"decoder", std::string("jacobi")}}));  // greedy
    for (const char* decoder : {"jacobi", "sjd", "coupled"}) {
      QVERIFY(!leadsToSequential({{"decoder", std::string(decoder)}, {"temperature", 1.0}}));
      QVERIFY(leadsToSequential({{"decoder", std::string(decoder)}, {"temperature", 0.0}}));
    }
    QVERIFY(leadsToSequential({{"decoder", std::string("gumbel")}, {"temperature", 1.0}}));
  }

  void tokensAndBins() {
    using Tokens = std::vector<std::int64_t>;
    const Array now{{4}, Tokens{5, 7, -1, 2}}, right{{4}, Tokens{5, 7, 3, 4}};
    const Exactness tokens = exactnessOf(2, {}, now, right, false);
    QCOMPARE(errors(tokens), (Numbers{0, 0, 1, 1}));
    QCOMPARE(tokens.exact, 2);
    QCOMPARE(errors(exactnessOf(2, {}, now, right, true)), (Numbers{0, 0, 4, 2}));
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Array a{{2, 2}, Numbers{1, nan, nan, 3}}, b{{2, 2}, Numbers{1, nan, 1, 3}};
    QCOMPARE(errors(exactnessOf(2, {}, a, b, false)), (Numbers{0, INFINITY}));
    const Array far{{2, 1}, Numbers{1, 7}}, over{{2, 1}, Numbers{1, INFINITY}};
    QCOMPARE(exactnessOf(2, {}, far, over, false).exact, 1);
    QCOMPARE(exactnessOf(2, {}, over, over, false).exact, 2);
    QVERIFY_THROWS_EXCEPTION(Error, exactnessOf(2, {}, a, right, false));
  }
};

QTEST_GUILESS_MAIN(JudgeTest)
#include "judge_test.moc"
