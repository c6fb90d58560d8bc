// A search and a calibration as the window's engine sees them: what is known so far is shown while
// it goes on, one does not replace the other, and stopping is no failure.
#include <QtTest>
#include <chrono>
#include <thread>

#include "engine/toy/toy_family.h"
#include "ui/shell/engine.h"

using namespace jacobiscope;

namespace {

constexpr int kPatience = 120000;  // milliseconds

// Finds a trial more at every step; the last is the answer.
class Steps : public AnalysisTask {
 public:
  Steps(const std::string& name, const KnobValues& knobs, const Input& input)
      : m_steps(integerAt(knobs, "window")), m_delay(integerAt(knobs, "delay")) {
    m_found.name = name;
    m_found.origin = "steps";
    if (name == "calibrate") m_found.columns = {{"crm", "", "", {1, 2, 3, 4}}};
    m_batch = input.count;
    const auto error = input.arrays.find("search.error");
    if (error != input.arrays.end())
      m_error = std::get<std::vector<float>>(error->second.values)[0];
  }
  bool step() override {
    std::this_thread::sleep_for(std::chrono::milliseconds(m_delay));
    ++m_done;
    if (m_found.name == "search") {
      ScheduleTrial trial{"trial " + std::to_string(m_done), {}, {}, double(m_done), m_error, {}};
      m_found.trials.push_back(trial);
      m_found.costs.batch = m_batch;
    }
    if (m_done == m_steps)
      m_found.presets = {{"found by " + m_found.name, "", {{"mode", std::string("window")}}}};
    return m_done < m_steps;
  }
  double progress() const override { return double(m_done) / double(m_steps); }
  Analysis result() const override { return m_found; }
  bool takeNews() override { return true; }

 private:
  Analysis m_found;
  std::int64_t m_steps, m_delay, m_done = 0;
  int m_batch = 0;
  double m_error = 0;
};

// The toy with two analyses; a search takes as many steps as the knob "window" says,
// each as long as "delay".
class Searchable : public Family {
 public:
  explicit Searchable(const LoadRequest& request) : m_toy(toyFamily().load(request)) {}
  const ModelInfo& info() const override { return m_toy->info(); }
  std::unique_ptr<Decoder> begin(const KnobValues& knobs, const Input& input,
                                 std::unique_ptr<Decoder> previous) override {
    return m_toy->begin(knobs, input, std::move(previous));
  }
  std::unique_ptr<AnalysisTask> analyse(const std::string& name, const KnobValues& knobs,
                                        const Input& input) override {
    return std::make_unique<Steps>(name, knobs, input);
  }

 private:
  std::unique_ptr<Family> m_toy;
};

struct Searching {
  Searching() {
    engine.load("toy");
    if (!wait([this] { return engine.view().model.has_value(); })) qFatal("no model was loaded");
  }
  bool wait(const std::function<bool()>& condition) {
    return QTest::qWaitFor(condition, kPatience);
  }
  bool waitForEnd() {
    return wait([this] { return !engine.view().progress; });
  }
  std::size_t trials() {
    return engine.view().analysis ? engine.view().analysis->trials.size() : 0;
  }

  Engine engine{std::vector<FamilyEntry>{
      {"toy", [](const LoadRequest&) { return true; },
       [](const LoadRequest& request) { return std::make_unique<Searchable>(request); }}}};
};

}  // namespace

class EngineSearchTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatIsKnownSoFarIsShown() {
    Searching s;
    s.engine.editKnobs({{"window", std::int64_t{1000}}, {"delay", std::int64_t{50}}});
    s.engine.search(1e-2, 3);
    QCOMPARE(s.engine.view().searchBound, 1e-2);
    QVERIFY(s.engine.view().showTrials);
    QVERIFY(s.wait([&] { return s.trials() > 0; }));
    QVERIFY(s.engine.view().progress);  // it goes on
    QCOMPARE(s.engine.view().progress->what, std::string("search"));
    QVERIFY(s.trials() < 1000);
    QVERIFY(s.engine.view().notices.empty());
    const Analysis& analysis = *s.engine.view().analysis;
    QCOMPARE(float(*analysis.trials[0].error), 1e-2f);
    QCOMPARE(analysis.costs.batch, 3);
    // Stopped by the user: what was measured stays, and nothing went wrong.
    s.engine.stop();
    QVERIFY(s.waitForEnd());
    QVERIFY(s.trials() > 0);
    QCOMPARE(s.engine.view().notices.size(), std::size_t{1});
    QVERIFY(s.engine.view().notices[0].severity == Severity::Info);
  }

  void whatWasFoundIsAmongTheSchedules() {
    Searching s;
    s.engine.editKnob("window", std::int64_t{5});
    s.engine.search(1e-3, 1);
    QVERIFY(s.waitForEnd());
    QCOMPARE(s.trials(), std::size_t{5});
    QCOMPARE(s.engine.presets().back().name, std::string("found by search"));
    QVERIFY(s.engine.view().notices.empty());
    s.engine.choosePreset("found by search");
    QCOMPARE(textAt(s.engine.view().knobs, "mode"), std::string("window"));
  }

  void calibrationAndSearchStandSideBySide() {
    Searching s;
    s.engine.editKnob("window", std::int64_t{3});
    const auto both = [&] {
      const Analysis& all = *s.engine.view().analysis;
      return all.columns.size() == 1 && all.trials.size() == 3 && all.presets.size() == 2;
    };
    s.engine.calibrate();
    QVERIFY(s.waitForEnd());
    s.engine.search(1e-3, 1);
    QVERIFY(s.waitForEnd());
    QVERIFY(both());
    s.engine.calibrate();
    QVERIFY(s.waitForEnd());
    QVERIFY(both());
    // They are of this model.
    const int loads = s.engine.loads();
    s.engine.load("toy");
    QVERIFY(s.wait([&] { return s.engine.loads() > loads; }));
    QVERIFY(!s.engine.view().analysis);
    QCOMPARE(s.engine.view().searchBound, 0.0);
  }
};

QTEST_GUILESS_MAIN(EngineSearchTest)
#include "engine_search_test.moc"
