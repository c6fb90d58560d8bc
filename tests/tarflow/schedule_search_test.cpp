// The search for the fastest schedule on small random models, with a clock that counts: nothing
// here depends on how fast the machine is.
#include <QtTest>

#include <algorithm>

#include "engine/core/error.h"
#include "engine/core/schedule_choice.h"
#include "engine/core/steps.h"
#include "engine/tarflow/schedule_search.h"
#include "flow_fixture.h"

using namespace jacobiscope;

namespace {

// Every look at the clock is a millisecond later: the fewer passes the faster.
std::function<double()> countingClock() {
  return [ticks = std::make_shared<int>(0)] { return 1e-3 * ++*ticks; };
}

Tensor noise(const TarFlowConfig& config, std::uint64_t seed, int batch) {
  torch::manual_seed(seed);
  return torch::randn({batch, config.tokens(), config.features()});
}

SearchRequest request(FlowFamily& family, double bound, int batch = 1) {
  const KnobValues knobs = completeKnobs(family.info().knobs, {});
  const TarFlowConfig& config = family.config();
  return {knobs, {noise(config, 1, batch), noise(config, 2, batch)},
          torch::zeros({batch}, torch::kInt64), bound, family.info().presets, "a counting clock",
          countingClock()};
}

Analysis searched(FlowFamily& family, double bound, int batch = 1) {
  const auto task = scheduleSearch(family.flow(), request(family, bound, batch));
  while (task->step()) {
  }
  return task->result();
}

Steps countTo(int n, int& at, bool fail) {
  for (at = 0; at < n; ++at) co_yield {};
  if (fail) throw Error("at the end");
}

Steps twice(int n, int& at) {
  for (int i = 0; i < 2; ++i) {
    for (Steps part = countTo(n, at, false); part.step();) co_yield {};
  }
}

}  // namespace

class ScheduleSearchTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void stepsPauseEndAndThrow() {
    int at = 0;
    Steps steps = twice(3, at);
    int count = 0;
    while (steps.step()) ++count;
    QCOMPARE(count, 6);
    QVERIFY(!steps.step());
    Steps failing = countTo(1, at, true);
    QVERIFY(failing.step());
    QVERIFY_THROWS_EXCEPTION(Error, failing.step());
    QVERIFY(!failing.step());
  }

  void whatIsFoundObeysTheBound_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<double>("bound");
    QTest::addColumn<int>("batch");
    QTest::newRow("loose") << "cond" << 1e-1 << 1;
    QTest::newRow("usual") << "cond" << 1e-3 << 2;
    QTest::newRow("tight") << "cond" << 1e-5 << 1;
  }

  void whatIsFoundObeysTheBound() {
    QFETCH(QString, model);
    QFETCH(double, bound);
    QFETCH(int, batch);
    const auto family = openFlow(model.toStdString());
    const Analysis analysis = searched(*family, bound, batch);
    const Preset& found = analysis.presets.front();
    QVERIFY(found.name.starts_with("found: fastest with error <= "));

    // Once more, by the decoder itself and on the noises of the search.
    for (const std::uint64_t seed : {1, 2}) {
      Input input;
      input.count = batch;
      input.arrays["noise"] = toArray(noise(family->config(), seed, batch));
      input.label = 0;
      const Tensor truth = decodeImage(*family, input, {{"mode", std::string("sequential")}});
      QVERIFY(largestDifference(decodeImage(*family, input, found.knobs), truth) <= bound);
    }

    // As fast as anything that was tried and is exact enough, and that is all presets.
    const auto trial = std::ranges::find(analysis.trials, found.knobs, &ScheduleTrial::knobs);
    QVERIFY(trial != analysis.trials.end());
    for (const ScheduleTrial& other : analysis.trials) {
      if (*other.error <= bound) QVERIFY(*trial->seconds <= *other.seconds);
    }
    QVERIFY(*trial->calls < *analysis.trials.front().calls);
    QCOMPARE(analysis.trials.front().name, std::string("sequential"));
    QVERIFY(std::ranges::any_of(analysis.trials, [](const ScheduleTrial& t) {
      return t.name.starts_with("[");  // a preset in the paper's notation
    }));
  }

  void whatWasMeasuredTellsOtherSchedules() {
    const auto family = openFlow("cond");
    const Analysis analysis = searched(*family, 1e-3);
    const TarFlowConfig& config = family->config();
    QCOMPARE(analysis.costs.amplification.size(), std::size_t(config.blocks));
    QCOMPARE(analysis.costs.amplification.back(), 1.0);
    QCOMPARE(analysis.columns.front().values.size(), std::size_t(config.blocks));
    for (const auto& decay : analysis.costs.decay) {
      QVERIFY(!decay.empty() && decay.back() <= decay.front());
    }
    KnobValues knobs = completeKnobs(family->info().knobs, {{"window", std::string("3")}});
    knobs["tolerance"] = 1e-3;
    const auto told = estimate(analysis.costs, config.blocks, config.tokens(), knobs);
    QVERIFY(told && told->seconds > 0 && told->error);
    knobs["guidance"] = 3.0;
    QVERIFY(!estimate(analysis.costs, config.blocks, config.tokens(), knobs));
  }

  void newsComesInOrder() {
    const auto family = openFlow("cond");
    const auto task = scheduleSearch(family->flow(), request(*family, 1e-3));
    Analysis last;
    double progress = 0;
    int news = 0;
    while (task->step()) {
      QVERIFY(task->progress() >= progress - 1e-9 && task->progress() <= 1);
      progress = task->progress();
      if (!task->takeNews()) continue;
      ++news;
      QVERIFY(!task->takeNews());
      const Analysis now = task->result();
      QVERIFY(now.trials.size() >= last.trials.size());
      QVERIFY(now.costs.trials.size() >= last.costs.trials.size());
      for (std::size_t i = 0; i < last.trials.size(); ++i) {
        QCOMPARE(now.trials[i].name, last.trials[i].name);
      }
      QVERIFY(std::ranges::none_of(now.presets, [](const Preset& p) {
        return p.name.starts_with("found");
      }));
      last = now;
    }
    QVERIFY(news > 10);
    QCOMPARE(task->progress(), 1.0);
    QVERIFY(task->result().presets.front().name.starts_with("found"));
  }

  void itCanBeLeftAnywhere() {
    const auto family = openFlow("cond");
    for (const int steps : {0, 1, 40, 400, 4000}) {
      const auto task = scheduleSearch(family->flow(), request(*family, 1e-3));
      for (int i = 0; i < steps && task->step(); ++i) {
      }
      task->result();
    }
    decodeImage(*family, {}, {});  // nothing is left behind
  }

  void theFamilySearchesUnderTheBoundOfItsInput() {
    const auto family = openFlow("cond");
    const KnobValues knobs = completeKnobs(family->info().knobs, {});
    Input input;
    input.arrays["search.error"] = {{1}, std::vector<float>{0.01f}};
    const auto task = family->analyse("search", knobs, input);
    while (task->step()) {
    }
    QCOMPARE(task->result().presets.front().name,
             std::string("found: fastest with error <= 0.01"));
    for (const float wrong : {0.0f, -1.0f, 2.0f, std::nanf("")}) {
      input.arrays["search.error"] = {{1}, std::vector<float>{wrong}};
      QVERIFY_THROWS_EXCEPTION(UsageError, family->analyse("search", knobs, input));
    }
  }
};

QTEST_GUILESS_MAIN(ScheduleSearchTest)
#include "schedule_search_test.moc"
