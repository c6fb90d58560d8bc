// Schedules of a search as points, what the present one is predicted to cost, and several analyses
// of one model as one.
#include <QtTest>

#include "recorded_run.h"
#include "ui/shell/analyses.h"
#include "ui/views/pareto.h"
#include "ui/views/schedule_forecast.h"

using namespace jacobiscope;

namespace {

ScheduleTrial trial(const std::string& name, std::optional<double> seconds,
                    std::optional<double> error, std::optional<double> predicted = {}) {
  ScheduleTrial made;
  made.name = name;
  made.knobs = {{"mode", name}};
  made.seconds = seconds;
  made.error = error;
  made.predictedSeconds = predicted;
  return made;
}

std::vector<ScheduleTrial> someTrials() {
  return {trial("sequential", 2.0, 0.0),       trial("fast", 0.2, 3e-2),
          trial("beaten", 0.5, 5e-2),          trial("found", 0.4, 5e-4),
          trial("not run", {}, 1e-4, 0.3),     trial("nothing known", {}, {}),
          trial("no error", 0.25, {})};
}

QString names(const std::vector<std::size_t>& chosen, const std::vector<TrialPoint>& points,
              const std::vector<ScheduleTrial>& trials) {
  QStringList all;
  for (std::size_t i : chosen) all << QString::fromStdString(trials[points[i].trial].name);
  return all.join(", ");
}

constexpr int kPositions = 16;

// A flow of two blocks, and costs of its passes.
ModelInfo flow() {
  ModelInfo model;
  model.hash = "h";
  model.positions = kPositions;
  model.stages = {"block 1", "block 0"};
  Knob mode{"mode", "mode", "", "Decoder", KnobKind::Choice, KnobScope::NextStage,
            std::string("sequential")};
  mode.choices = {"sequential", "jacobi", "gs-jacobi", "window"};
  const auto list = [](const char* key, double least, double most, const char* initial) {
    Knob knob{key, key, "", "Schedule", KnobKind::List, KnobScope::NextStage,
              std::string(initial), least, most};
    knob.listLength = 2;
    return knob;
  };
  Knob guess = list("guess", 0, 0, "z");
  guess.choices = {"z", "zeros"};
  model.knobs = {mode, list("segments", 0, kPositions, "1"), list("cap", 1, 10000, "10000"), guess,
                 list("window", 1, kPositions, "4")};
  model.knobs.push_back({"tolerance", "tolerance", "", "Decoder", KnobKind::Number,
                         KnobScope::Live, 1e-4, 0, 1, true});
  model.knobs.push_back({"refine", "refine", "", "Decoder", KnobKind::Toggle,
                         KnobScope::NextStage, false});
  model.knobs.push_back({"guidance", "guidance", "", "Guidance", KnobKind::Number,
                         KnobScope::Live, 0.0, 0, 10});
  return model;
}

ScheduleCosts someCosts() {
  ScheduleCosts costs;
  costs.batch = 1;
  costs.conditions = {{"guidance", 0.0}};
  costs.passes = {{0, 1, 0.01}, {0, kPositions, 0.02}};
  for (int stage : {0, 1}) {
    StageTrial alone{stage, {}, 1e-4, false, kPositions - 1, 0.15, 0};
    costs.trials.push_back(alone);
  }
  return costs;
}

KnobValues withMode(const ModelInfo& model, const char* mode, double guidance = 0) {
  return completeKnobs(model.knobs, {{"mode", std::string(mode)}, {"guidance", guidance}});
}

}  // namespace

class ParetoTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void onlyWhatHasSecondsIsAPoint() {
    const auto points = trialPoints(someTrials());
    QCOMPARE(points.size(), std::size_t{6});
    QVERIFY(points[0].measured);
    QVERIFY(!points[4].measured);
    QCOMPARE(points[4].seconds, 0.3);
    QVERIFY(!points[5].error);
  }

  void theFrontIsWhatNobodyBeats() {
    const auto trials = someTrials();
    const auto points = trialPoints(trials);
    QCOMPARE(names(paretoFront(points), points, trials), QString("fast, found, sequential"));
    QVERIFY(paretoFront({}).empty());
  }

  void ofEqualTimesTheExacterOneCounts() {
    const std::vector<ScheduleTrial> trials{trial("a", 1.0, 1e-2), trial("b", 1.0, 1e-3)};
    const auto points = trialPoints(trials);
    QCOMPARE(names(paretoFront(points), points, trials), QString("b"));
  }

  void theFastestWithinTheBound() {
    const auto trials = someTrials();
    const auto points = trialPoints(trials);
    QCOMPARE(trials[points[*fastestWithin(points, 1e-3)].trial].name, std::string("found"));
    QCOMPARE(trials[points[*fastestWithin(points, 1e-6)].trial].name, std::string("sequential"));
    QVERIFY(!fastestWithin({}, 1));
  }

  void everyPointLiesInThePlot() {
    const auto points = trialPoints(someTrials());
    const Rect area{{50, 20}, {450, 220}};
    const TrialPlot plot = trialPlot(points, 1e-3, area);
    for (const TrialPoint& point : points) {
      const glm::vec2 at = plot.at(point);
      QVERIFY(at.x > area.min.x && at.x < area.max.x);
      QVERIFY(at.y >= area.min.y && at.y <= area.max.y);
    }
    QCOMPARE(plot.at(points[0]).y, area.max.y);  // exact
    QCOMPARE(plot.at(points[5]).y, area.min.y);  // not measured
    QVERIFY(plot.at(points[1]).x < plot.at(points[3]).x);  // faster is further left
    QVERIFY(plot.at(points[1]).y < plot.at(points[3]).y);  // worse is higher
    // A single point, or none, has axes, too.
    const TrialPlot one = trialPlot({points[0]}, 0, area);
    QVERIFY(one.seconds.high > one.seconds.low);
    QVERIFY(trialPlot({}, 0, area).error.high > 0);
  }

  void aPointIsFoundUnderThePointer() {
    const auto points = trialPoints(someTrials());
    const TrialPlot plot = trialPlot(points, 0, {{0, 0}, {400, 200}});
    for (std::size_t i = 0; i < points.size(); ++i)
      QCOMPARE(pointAt(plot, points, plot.at(points[i]) + glm::vec2(3, -2), 12), int(i));
    QCOMPARE(pointAt(plot, points, {-100, -100}, 12), -1);
  }

  void ticksAreRoundAndFew() {
    for (double high : {0.3, 1.0, 40.0, 9000.0}) {
      const auto ticks = logTicks({0.11, high}, 6);
      QVERIFY(!ticks.empty() && ticks.size() <= 6);
      for (double tick : ticks) QVERIFY(tick >= 0.109 && tick <= high * 1.01);
    }
  }

  void figuresAreTold() {
    QCOMPARE(trialText(trial("found", 0.412, 5.1e-4, 0.38)),
             "found\n0.41 s measured, 0.38 s predicted\nmax |Δ| from sequential 5.1e-4");
    QCOMPARE(trialText(trial("a", {}, {}, 0.02)),
             "a\n20 ms predicted, not run yet\nerror not measured");
    QVERIFY(trialText(trial("s", 2.0, 0.0)).ends_with("equal to sequential"));
  }

  void theTrialInForceIsKnown() {
    const ModelInfo model = flow();
    ScheduleTrial lists;
    lists.knobs = {{"mode", std::string("gs-jacobi")}, {"segments", std::string("2")}};
    KnobValues knobs = withMode(model, "gs-jacobi");
    QVERIFY(!setsKnobs(lists, model, knobs));
    knobs["segments"] = std::string("2, 2");  // the same, written out
    QVERIFY(setsKnobs(lists, model, knobs));
    QVERIFY(!setsKnobs(ScheduleTrial{}, model, knobs));
  }

  void nothingIsToldBeforeASearch() {
    const ModelInfo model = flow();
    QCOMPARE(forecastText(forecastOf(model, {}, withMode(model, "sequential"))), "");
  }

  void whatWasMeasuredIsForecast() {
    const ModelInfo model = flow();
    const ScheduleForecast forecast =
        forecastOf(model, someCosts(), withMode(model, "sequential"));
    QCOMPARE(forecastText(forecast), "predicted 0.30 s · 30 calls");
    QVERIFY(forecast.estimate->stages[0].measured);
  }

  void whatItDoesNotCoverIsSaid() {
    const ModelInfo model = flow();
    ScheduleCosts costs = someCosts();
    QCOMPARE(forecastText(forecastOf(model, costs, withMode(model, "sequential", 1.5))),
             "times were measured with guidance at 0");
    // The second block was never solved by plain Jacobi, nor anything near it.
    costs.trials.push_back({0, {Method::Jacobi, 1, 10000, false, 1}, 1e-4, false, 5, 0.1, 1e-5});
    QCOMPARE(forecastText(forecastOf(model, costs, withMode(model, "jacobi"))),
             "no estimate for block 0");
  }

  void theRunOfTheScheduleIsFound() {
    RecordedRun made(2, kPositions);
    made.next({0, 0, kPositions, 0}, 1e-5, Verdict::Settled, kPositions);
    ModelInfo model = made.run().start.model;
    QVERIFY(!runOfSchedule(made.recording, model, 1, made.run().start.knobs));  // not ended
    made.finish();
    const RunRecord* run = runOfSchedule(made.recording, model, 1, made.run().start.knobs);
    QVERIFY(run);
    QVERIFY(measuredText(run).ends_with(" (run #1)"));
    QVERIFY(!runOfSchedule(made.recording, model, 2, made.run().start.knobs));
    QVERIFY(!runOfSchedule(made.recording, model, 1, {{"mode", std::string("other")}}));
    model.hash = "of another model";
    QVERIFY(!runOfSchedule(made.recording, model, 1, made.run().start.knobs));
    QCOMPARE(measuredText(nullptr), "");
  }

  void secondsAreShort() {
    QCOMPARE(secondsText(0.0123), "12 ms");
    QCOMPARE(secondsText(0.41), "0.41 s");
    QCOMPARE(secondsText(12.34), "12.3 s");
  }

  void analysesDoNotReplaceEachOther() {
    Analysis calibrated{"calibrate", "16 samples", {{"crm", "", "", {1, 2}}},
                        {{"automatic", "", {}}}};
    Analysis searched;
    searched.name = "search";
    searched.origin = "this machine";
    searched.presets = {{"found", "", {}}};
    searched.trials = someTrials();
    searched.costs = someCosts();
    const std::vector<std::map<std::string, Analysis>> orders{
        {{"calibrate", calibrated}, {"search", searched}},
        {{"a search", searched}, {"calibrate", calibrated}}};
    for (const auto& analyses : orders) {
      const Analysis all = merged(analyses);
      QCOMPARE(all.columns.size(), std::size_t{1});
      QCOMPARE(all.origin, std::string("16 samples"));
      QCOMPARE(all.presets.size(), std::size_t{2});
      QCOMPARE(all.trials.size(), searched.trials.size());
      QVERIFY(all.costs == searched.costs);
    }
    QCOMPARE(merged({{"search", searched}}).origin, std::string("this machine"));
    QVERIFY(merged({}).name.empty());
  }
};

QTEST_GUILESS_MAIN(ParetoTest)
#include "pareto_test.moc"
