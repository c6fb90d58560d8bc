// What an untried schedule would take, from made-up measurements.
#include <QtTest>

#include <cmath>

#include "engine/core/error.h"
#include "engine/core/schedule_cost.h"

using namespace jacobiscope;

namespace {

constexpr int kTokens = 65;

BlockSchedule window(int width) { return {Method::Sliding, 1, 0, false, width}; }

// Every pass takes a second per position, wherever it is; a block settles as it does under a
// window of 4 in 32 passes and under one of 16 in 8.
ScheduleCosts costs() {
  ScheduleCosts costs;
  costs.batch = 2;
  costs.conditions = {{"guidance", 1.5}};
  for (const int prefix : {0, 32}) {
    for (const int width : {1, 8, 32}) costs.passes.push_back({prefix, width, double(width)});
  }
  costs.amplification = {3, 1};
  for (const int stage : {0, 1}) {
    costs.trials.push_back({stage, {}, 0, false, 64, 64.0, 0});
    costs.trials.push_back({stage, window(4), 1e-4, false, 32, 120.0, 2e-4});
    costs.trials.push_back({stage, window(16), 1e-4, false, 8, 110.0, 1e-4});
    costs.trials.push_back(
        {stage, {Method::Jacobi, 1, kMostPasses, false, 1}, 1e-4, false, 6, 300.0, 1e-4});
  }
  costs.decay = {{0.5, 0.05, 0.005}, {}};
  return costs;
}

KnobValues knobs(const std::string& mode, const std::string& window) {
  return {{"mode", mode},          {"segments", std::string("1")}, {"cap", std::string("10000")},
          {"guess", std::string("z")}, {"window", window},         {"tolerance", 1e-4},
          {"refine", false},       {"guidance", 1.5}};
}

}  // namespace

class ScheduleCostTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void passesAreLinearBetweenWhatWasMeasured() {
    const std::vector<PassTime> passes = {{0, 1, 1}, {0, 9, 5}, {8, 1, 3}, {8, 9, 7}};
    QCOMPARE(*passSeconds(passes, 0, 5), 3.0);
    QCOMPARE(*passSeconds(passes, 4, 1), 2.0);
    QCOMPARE(*passSeconds(passes, 4, 5), 4.0);
    QCOMPARE(*passSeconds(passes, 0, 17), 9.0);   // on along the line
    QCOMPARE(*passSeconds(passes, 100, 1), 3.0);  // level
    QVERIFY(!passSeconds({}, 0, 1));
  }

  void whatWasMeasuredIsSaidAsItIs() {
    const auto told = estimate(costs(), 2, kTokens, knobs("window", "4,16"));
    QVERIFY(told);
    QCOMPARE(told->seconds, 230.0);
    QCOMPARE(told->calls, std::int64_t(40));
    QCOMPARE(*told->error, 3 * 2e-4 + 1e-4);
    QVERIFY(told->stages[0].measured && told->stages[1].measured);
  }

  void aWindowBetweenTwoIsPredicted() {
    const auto told = estimateStage(costs(), 0, window(8), 1e-4, false, kTokens);
    QVERIFY(told && !told->measured);
    QCOMPARE(told->passes, std::int64_t(16));  // halfway in the logarithms of 32 and 8
    // 16 passes of 8 positions, but for the last ones, which are cut off by the end.
    QVERIFY(told->seconds > 16 * 8 - 16 && told->seconds <= 16 * 8);
    QCOMPARE(*told->error, 2e-4);
  }

  void segmentsAreInterpolatedFromJacobiAndSequential() {
    const BlockSchedule segments{Method::Segments, 8, kMostPasses, false, 1};
    const auto told = estimateStage(costs(), 0, segments, 1e-4, false, kTokens);
    QVERIFY(told && !told->measured);
    const double each = 1 + 5 * std::log(kTokens / 8.0) / std::log(kTokens);
    QCOMPARE(told->passes, std::int64_t(std::llround(8 * each)));
    const BlockSchedule capped{Method::Segments, 8, 2, false, 1};
    const auto less = estimateStage(costs(), 0, capped, 1e-4, false, kTokens);
    QVERIFY(less && less->seconds < told->seconds && !less->error);
    QCOMPARE(less->passes, std::int64_t(16));
  }

  void jacobiUnderACapIsReadOffTheDecay() {
    const BlockSchedule capped{Method::Jacobi, 1, 2, false, 1};
    const auto told = estimateStage(costs(), 0, capped, 1e-4, false, kTokens);
    QVERIFY(told && told->error);
    QCOMPARE(*told->error, 0.05);
    const auto unknown = estimateStage(costs(), 1, capped, 1e-4, false, kTokens);
    QVERIFY(unknown && !unknown->error);
  }

  void nothingIsToldWhereNothingIsKnown() {
    QVERIFY(!estimate({}, 2, kTokens, knobs("window", "4")));
    auto other = knobs("window", "4");
    other["guidance"] = 2.0;
    QVERIFY(!estimate(costs(), 2, kTokens, other));
    other = knobs("window", "8");
    other["tolerance"] = 1e-2;
    QVERIFY(!estimate(costs(), 2, kTokens, other));
    other["tolerance"] = 1e-4;
    QVERIFY(estimate(costs(), 2, kTokens, other));
    ScheduleCosts without = costs();
    without.amplification.clear();
    QVERIFY(!estimate(without, 2, kTokens, other)->error);
    QVERIFY_THROWS_EXCEPTION(UsageError, estimate(costs(), 2, kTokens, knobs("window", "1,2,3")));
  }

  void schedulesAreWrittenAsTheyAreRead_data() {
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("segments");
    QTest::addColumn<QString>("window");
    QTest::addColumn<QString>("written");
    QTest::newRow("sequential") << "sequential" << "1" << "1" << "sequential";
    QTest::newRow("windows") << "window" << "1" << "4,1,64" << "window";
    QTest::newRow("jacobi") << "jacobi" << "1" << "1" << "jacobi";
    QTest::newRow("lists") << "gs-jacobi" << "0,4,1" << "1" << "gs-jacobi";
    QTest::newRow("mixed") << "mixed" << "0,4,1" << "1,1,8" << "mixed";
    QTest::newRow("mixed, all four") << "mixed" << "8,1,1" << "1,16,65" << "mixed";
    QTest::newRow("mixed that need not be") << "mixed" << "1" << "4,8,16" << "window";
  }

  void schedulesAreWrittenAsTheyAreRead() {
    QFETCH(QString, mode);
    QFETCH(QString, segments);
    QFETCH(QString, window);
    QFETCH(QString, written);
    KnobValues given = knobs(mode.toStdString(), window.toStdString());
    given["segments"] = segments.toStdString();
    given["guess"] = std::string("z,zeros,z");
    const auto schedule = readSchedule(given, 3, kTokens);
    const KnobValues again = writeSchedule(schedule, kTokens);
    QCOMPARE(QString::fromStdString(std::get<std::string>(again.at("mode"))), written);
    QCOMPARE(readSchedule(again, 3, kTokens), schedule);
  }
};

QTEST_GUILESS_MAIN(ScheduleCostTest)
#include "schedule_cost_test.moc"
