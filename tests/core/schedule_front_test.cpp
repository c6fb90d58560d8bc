// Choosing a method for every block: the dynamic programming against trying everything.
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "engine/core/random.h"
#include "engine/core/schedule_choice.h"
#include "engine/core/schedule_front.h"

using namespace jacobiscope;

namespace {

using Table = std::vector<std::vector<StageOption>>;

// Whole numbers, so that sums are exact whatever their order.
Table table(std::uint64_t seed, int stages, int options) {
  const auto numbers = uniforms(seed, Purpose::Data, 0, 2 * std::size_t(stages) * options);
  Table table(stages);
  std::size_t at = 0;
  for (auto& stage : table) {
    stage.push_back({1000, 0});  // sequential
    for (int i = 1; i < options; ++i, at += 2) {
      stage.push_back({1 + std::floor(900 * numbers[at]), std::floor(50 * numbers[at + 1])});
    }
  }
  return table;
}

void visitAll(const Table& table, std::size_t stage, double seconds, double error,
              const std::function<void(double, double)>& visit) {
  if (stage == table.size()) return visit(seconds, error);
  for (const StageOption& option : table[stage]) {
    visitAll(table, stage + 1, seconds + option.seconds, error + option.error, visit);
  }
}

double fastestWithin(const Table& table, double bound) {
  double fastest = std::numeric_limits<double>::infinity();
  visitAll(table, 0, 0, 0, [&](double seconds, double error) {
    if (error <= bound) fastest = std::min(fastest, seconds);
  });
  return fastest;
}

StageTrial trial(int stage, BlockSchedule schedule, double seconds, double error,
                 double tolerance = 1e-3) {
  return {stage, schedule, tolerance, false, 10, seconds, error};
}

}  // namespace

class ScheduleFrontTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theFrontIsWhatTryingEverythingFinds() {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      const Table options = table(seed, 4, 6);
      const auto front = scheduleFront(options, 120);
      QVERIFY(!front.empty());
      for (std::size_t i = 1; i < front.size(); ++i) {
        QVERIFY(front[i].seconds > front[i - 1].seconds && front[i].error < front[i - 1].error);
      }
      for (const SchedulePick& pick : front) {
        QCOMPARE(pick.seconds, fastestWithin(options, pick.error));
        double seconds = 0, error = 0;
        for (std::size_t s = 0; s < options.size(); ++s) {
          seconds += options[s].at(pick.options[s]).seconds;
          error += options[s].at(pick.options[s]).error;
        }
        QCOMPARE(pick.seconds, seconds);
        QCOMPARE(pick.error, error);
      }
      QCOMPARE(front.front().seconds, fastestWithin(options, 120));
      QCOMPARE(front.back().error, 0.0);
    }
  }

  void thinnedChoicesStayWithinTheBoundAndNearTheBest() {
    const Table options = table(99, 6, 7);
    const double bound = 100;
    const auto front = scheduleFront(options, bound, 8);
    QVERIFY(!front.empty());
    QVERIFY(front.front().error <= bound);
    // A step is a thirtieth of a decade, and there are six stages.
    const double tighter = bound / std::pow(10.0, 6 / 30.0);
    QVERIFY(front.front().seconds <= fastestWithin(options, tighter));
    QVERIFY(front.front().seconds >= fastestWithin(options, bound));
  }

  void nothingComesOfAStageWithoutOptions() {
    QVERIFY(scheduleFront({{{1, 0}}, {}}, 1).empty());
    QVERIFY(scheduleFront({{{1, 2}}}, 1).empty());
    const double nan = std::numeric_limits<double>::quiet_NaN();
    QVERIFY(scheduleFront({{{1, nan}}}, 1).empty());
  }

  void errorsAreCarriedThroughLaterBlocks() {
    const BlockSchedule wide{Method::Sliding, 1, 0, false, 8};
    ScheduleCosts costs;
    costs.batch = 1;
    costs.amplification = {100, 1};
    costs.trials = {trial(0, {}, 4, 0),  trial(0, wide, 1, 1e-4), trial(1, {}, 4, 0),
                    trial(1, wide, 1, 1e-4)};
    const auto choices = chooseSchedules(costs, 2, 1e-3);
    QCOMPARE(choices.size(), std::size_t(2));  // wide in the first block grows to 1e-2
    QCOMPARE(choices[0].schedule, (std::vector<BlockSchedule>{{}, wide}));
    QCOMPARE(choices[0].seconds, 5.0);
    QCOMPARE(choices[0].error, 1e-4);
    QCOMPARE(choices[1].seconds, 8.0);
    QCOMPARE(nameOf(choices[0]), std::string("seq w8, tolerance 0.001"));
  }

  void blocksOfOneScheduleShareTheirTolerance() {
    const BlockSchedule wide{Method::Sliding, 1, 0, false, 8};
    ScheduleCosts costs;
    costs.batch = 1;
    costs.amplification = {1, 1};
    costs.trials = {trial(0, {}, 4, 0), trial(1, {}, 4, 0), trial(0, wide, 1, 0, 1e-3),
                    trial(1, wide, 1, 0, 1e-4)};
    const auto choices = chooseSchedules(costs, 2, 1);
    QCOMPARE(choices.size(), std::size_t(2));
    QCOMPARE(choices[0].seconds, 5.0);
    QVERIFY(choices[0].tolerance != choices[1].tolerance);
  }

  void whatIsVerifiedPromisesDifferentErrors() {
    ScheduleCosts costs;
    costs.batch = 1;
    costs.amplification = {1};
    costs.trials = {trial(0, {}, 9, 0)};
    for (int width = 2; width < 9; ++width) {  // the wider the faster and the worse
      costs.trials.push_back(trial(0, {Method::Sliding, 1, 0, false, width}, 9 - width,
                                   1e-6 * std::pow(4.5, width - 2)));
    }
    const auto picked = schedulesToVerify(costs, 1, 1e-3);
    QVERIFY(std::ranges::is_sorted(picked, {}, &ScheduleChoice::seconds));
    QVERIFY(picked.front().error > 1e-3 && picked.front().error <= 3e-3);
    QVERIFY(std::ranges::any_of(picked, [](const auto& p) { return p.error <= 5e-5; }));
  }
};

QTEST_GUILESS_MAIN(ScheduleFrontTest)
#include "schedule_front_test.moc"
