// Tokens and actions of two runs side by side.
#include <QtTest>
#include <cmath>

#include "engine/record/compare_tokens.h"

using namespace jacobiscope;

namespace {

using Ints = std::vector<std::int32_t>;
using Floats = std::vector<float>;

void add(RunRecord& run, Sweep sweep) {
  auto snapshot = std::make_shared<Snapshot>();
  sweep.index = std::ssize(run.snapshots);
  snapshot->sweep = std::move(sweep);
  run.snapshots.push_back(snapshot);
}

RunRecord tokenRun() {
  RunRecord run;
  run.start.model.gridRows = 2;
  run.start.model.gridColumns = 3;
  run.start.model.vocabulary = 16;
  return run;
}

RunRecord robotRun() {
  RunRecord run;
  run.start.model.action = {{"x", "mm", 0.5}, {"yaw", "°", 0.25}};
  run.start.model.chunk = 2;
  run.start.model.vocabulary = 256;
  run.start.plan.acts = true;
  return run;
}

// A path of the tool along x.
Floats pathOf(const Floats& xs) {
  Floats path;
  for (const float x : xs) path.insert(path.end(), {x, 0, 0.1f, 0, 0, 0, 1});
  return path;
}

void decode(RunRecord& run, const Ints& tokens, const Floats& values, const Floats& xs) {
  add(run, {.kind = SweepKind::Iterate,
            .window = {0, 0, 4},
            .facts = {{"token", "", 0, tokens}, {"value", "", 0, values},
                      {"path", "", 0, pathOf(xs)}}});
}

void act(RunRecord& run, Window window, int episode, float x) {
  add(run, {.kind = SweepKind::World,
            .window = window,
            .facts = {{"path", "", window.begin, pathOf({x})},
                      {"episode", "", window.begin, Ints{episode}}}});
}

}  // namespace

class CompareTokensTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void tokensStandUntilTheyAreDrawnAnew() {
    RunRecord run = tokenRun();
    add(run, {.facts = {{"token", "", 0, Ints{5, 6, 7}}}});
    add(run, {.facts = {{"token", "", 1, Ints{8, 7, 9}}}});
    QCOMPARE(tokensStanding(run, -1), (std::vector<int>{-1, -1, -1, -1, -1, -1}));
    QCOMPARE(tokensStanding(run, 0), (std::vector<int>{5, 6, 7, -1, -1, -1}));
    QCOMPARE(tokensStanding(run, 1), (std::vector<int>{5, 8, 7, 9, -1, -1}));
    QCOMPARE(tokensStanding(run, 99), tokensStanding(run, 1));
    QVERIFY(tokensStanding(RunRecord{}, 0).empty());
  }

  void everyPositionIsJudged() {
    const auto compared = compareTokens({1, 2, 3, -1, -1}, {1, 9, -1, 4, -1});
    QVERIFY(compared);
    using enum TokenMatch;
    QCOMPARE(compared->positions, (std::vector{Equal, Different, OneSided, OneSided, Nothing}));
    QCOMPARE(compared->equal, 1);
    QCOMPARE(compared->different, 1);
    QCOMPARE(compared->oneSided, 2);
    QCOMPARE(compared->first, 1);
    QCOMPARE(compareTokens({1}, {1})->first, -1);
    QVERIFY(!compareTokens({1, 2}, {1}));
    QVERIFY(!compareTokens({}, {}));
  }

  void actionsDifferInUnitsAndMillimetres() {
    RunRecord a = robotRun(), b = robotRun();
    decode(a, {200, 201, 202, 203}, {10, -2, 20, 4}, {0.1f, 0.2f});
    decode(b, {200, 205, 202, 200}, {10, -1, 20, 3.25f}, {0.1f, 0.25f});
    const auto compared = compareActions(a.start.model, chunkStanding(a, 0), b.start.model,
                                         chunkStanding(b, 0));
    QVERIFY(compared);
    QCOMPARE(compared->steps, 2);
    QCOMPARE(compared->dimensions, 2);
    QCOMPARE(compared->bins, (std::vector<int>{0, 4, 0, 3}));
    QCOMPARE(compared->values, (Floats{0, 1, 0, -0.75f}));
    QCOMPARE(compared->tokens.different, 2);
    QCOMPARE(compared->millimetres.size(), std::size_t(2));
    QVERIFY(compared->millimetres[0] < 1e-3);
    QVERIFY(std::abs(farthest(compared->millimetres) - 50) < 1e-3);
  }

  void otherRobotsAreNotCompared() {
    RunRecord a = robotRun(), b = robotRun();
    decode(a, {1, 2, 3, 4}, {1, 2, 3, 4}, {0, 0});
    decode(b, {1, 2, 3, 4}, {1, 2, 3, 4}, {0, 0});
    const StandingChunk one = chunkStanding(a, 0), other = chunkStanding(b, 0);
    b.start.model.action[0].perBin = 1;
    QVERIFY(!compareActions(a.start.model, one, b.start.model, other));
    QVERIFY(!compareActions(a.start.model, one, a.start.model, chunkStanding(a, -1)));
    QVERIFY(chunkStanding(tokenRun(), 0).tokens.empty());
  }

  void whatWasCarriedOutIsOfTheEpisode() {
    RunRecord run = robotRun();
    act(run, {0, 0, 0}, 0, 0.1f);  // the camera looks
    decode(run, {1, 2, 3, 4}, {1, 2, 3, 4}, {9, 9});
    act(run, {0, 0, 2}, 0, 0.2f);
    act(run, {1, 0, 0}, 0, 0.2f);  // it looks again, from where the step led
    act(run, {1, 0, 2}, 0, 0.3f);
    act(run, {2, 0, 0}, 1, 0.5f);  // another episode
    const auto xs = [&](std::int64_t sweep) {
      QList<float> at;
      for (const ToolPoint& tool : pathCarriedOut(run, sweep)) at << tool.at[0];
      return at;
    };
    QCOMPARE(xs(-1), QList<float>());
    QCOMPARE(xs(2), (QList<float>{0.1f, 0.2f}));
    QCOMPARE(xs(4), (QList<float>{0.1f, 0.2f, 0.3f}));
    QCOMPARE(xs(5), QList<float>{0.5f});
    QCOMPARE(chunkStanding(run, 4).tokens, (std::vector<int>{1, 2, 3, 4}));
  }

  void pathsAreMeasuredAsFarAsBothGo() {
    const auto points = [](const std::vector<std::array<float, 3>>& at) {
      std::vector<ToolPoint> path;
      for (const auto& point : at) path.push_back({point, {}, 1});
      return path;
    };
    const auto distances =
        pathDistances(points({{0, 0, 0}, {1, 0, 0}}), points({{0, 0.003f, 0.004f}}));
    QCOMPARE(distances.size(), std::size_t(1));
    QVERIFY(std::abs(distances[0] - 5) < 1e-3);
    QCOMPARE(farthest({}), 0.0);
  }
};

QTEST_GUILESS_MAIN(CompareTokensTest)
#include "compare_tokens_test.moc"
