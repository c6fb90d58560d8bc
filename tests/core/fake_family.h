// A family whose every move a test decides and sees: how many stages and sweeps, where it
// throws, when a sweep may go on, and on which thread everything happens.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <semaphore>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/core/error.h"
#include "engine/core/family.h"

namespace jacobiscope::test {

// Shared by the test and the engine thread. What has no mutex is set before the session.
struct Script {
  int stages = 3, sweepsPerStage = 4;
  bool knowsAnalysis = true;
  int analysisSteps = 5;
  bool analysisNews = false;  // every step finds something
  // Called at "load", "begin", "plan", "sweep", "panels", "setKnobs", "result", "preview",
  // "analyse", "step": may throw.
  std::function<void(const std::string& where)> at = [](const std::string&) {};
  // Of the sweep with this number, from 0; empty: the sum of two knobs.
  std::function<double(int)> residual;
  // A gated sweep says that it has begun and waits for a permit.
  bool gated = false;
  std::counting_semaphore<> begun{0}, permits{0};
  std::counting_semaphore<> results{0};  // one for every result()

  std::atomic<int> models = 0, decoders = 0, tasks = 0;  // alive
  bool keepsPast = false;
  std::atomic<int> panels = 0;                           // calls of panels()

  void note(const std::string& word) {
    std::lock_guard lock(m_mutex);
    m_words.push_back(word);
    m_threads.insert(std::this_thread::get_id());
  }
  std::vector<std::string> words() {
    std::lock_guard lock(m_mutex);
    return m_words;
  }
  std::set<std::thread::id> threads() {
    std::lock_guard lock(m_mutex);
    return m_threads;
  }

 private:
  std::mutex m_mutex;
  std::vector<std::string> m_words;
  std::set<std::thread::id> m_threads;
};

class FakeDecoder : public Decoder {
  struct Boundary : State {
    explicit Boundary(int done) : done(done) {}
    int done;
  };

 public:
  FakeDecoder(Script& script, int id, const KnobValues& knobs)
      : m_script(script), m_id(id), m_knobs(knobs) {
    ++m_script.decoders;
  }
  ~FakeDecoder() override {
    m_script.note("end " + std::to_string(m_id));
    if (m_script.models == 0) m_script.note("model died before decoder");
    --m_script.decoders;
  }
  int id() const { return m_id; }

  Plan plan() const override {
    m_script.at("plan");
    Plan plan;
    for (int stage = 0; stage < m_script.stages; ++stage) {
      plan.stages.push_back("stage " + std::to_string(stage));
      plan.positions.push_back(m_script.sweepsPerStage);
      const auto cap = static_cast<int>(integerAt(m_knobs, "cap"));
      plan.windows.push_back({stage, 0, m_script.sweepsPerStage, cap});
    }
    return plan;
  }

  std::optional<Sweep> sweep() override {
    if (m_done == m_script.stages * m_script.sweepsPerStage) return std::nullopt;
    if (m_script.gated) {
      m_script.begun.release();
      m_script.permits.acquire();
    }
    m_script.at("sweep");
    Sweep sweep;
    sweep.window = {m_done / m_script.sweepsPerStage, 0, m_script.sweepsPerStage, 0};
    sweep.iteration = sweep.frontier = m_done % m_script.sweepsPerStage + 1;
    sweep.residual = numberAt(m_knobs, "live") + numberAt(m_knobs, "stage");
    if (m_script.residual) sweep.residual = m_script.residual(m_done);
    sweep.calls = 2;
    ++m_done;
    return sweep;
  }

  std::vector<Panel> panels() const override {
    m_script.at("panels");
    ++m_script.panels;
    return {{"sample", "sample", Image{1, 1, {0, 0, 0, 255}}}};
  }

  bool keepsPast() const override { return m_script.keepsPast; }
  std::vector<Panel> panelsAfter(const Sweep& sweep) const override {
    m_script.at("panelsAfter");
    const auto stage = static_cast<std::uint8_t>(sweep.window.stage);
    const auto iteration = static_cast<std::uint8_t>(sweep.iteration);
    return {{"sample", "sample", Image{1, 1, {stage, iteration, 0, 255}}}};
  }

  KnobEffect setKnobs(const KnobValues& values) override {
    m_script.at("setKnobs");
    if (numberAt(values, "live") == 13) throw UsageError("live=13 does not fit", "try 12");
    m_knobs = values;
    m_script.note("knobs at " + std::to_string(m_done));
    return KnobEffect::None;
  }

  Arrays result() const override {
    m_script.results.release();
    m_script.at("result");
    return {{"sweeps", {{1}, std::vector<std::int64_t>{m_done}}}};
  }
  std::shared_ptr<const State> state() const override {
    return std::make_shared<Boundary>(m_done / m_script.sweepsPerStage * m_script.sweepsPerStage);
  }
  void restore(const State& state) override {
    m_done = dynamic_cast<const Boundary&>(state).done;
  }

 private:
  Script& m_script;
  const int m_id;
  KnobValues m_knobs;
  int m_done = 0;
};

class FakeTask : public AnalysisTask {
 public:
  explicit FakeTask(Script& script) : m_script(script) { ++m_script.tasks; }
  ~FakeTask() override { --m_script.tasks; }
  bool step() override {
    m_script.at("step");
    return ++m_steps < m_script.analysisSteps;
  }
  double progress() const override { return double(m_steps) / m_script.analysisSteps; }
  bool takeNews() override { return m_script.analysisNews; }
  Analysis result() const override {
    Analysis analysis;
    analysis.name = "calibrate";
    if (m_script.analysisNews) analysis.trials.resize(m_steps);
    return analysis;
  }

 private:
  Script& m_script;
  int m_steps = 0;
};

class FakeFamily : public Family {
 public:
  FakeFamily(Script& script, const std::string& name) : m_script(script) {
    ++m_script.models;
    m_info.family = "fake";
    m_info.name = name;
    m_info.knobs = {
        {"live", "", "", "", KnobKind::Number, KnobScope::Live, 1.0, 0, 100},
        {"stage", "", "", "", KnobKind::Number, KnobScope::NextStage, 0.0, 0, 100},
        {"run", "", "", "", KnobKind::Integer, KnobScope::NextRun, std::int64_t{5}, 0, 9},
        {"cap", "", "", "", KnobKind::Integer, KnobScope::Live, std::int64_t{0}, 0, 9},
    };
  }
  ~FakeFamily() override {
    m_script.note("model ends");
    --m_script.models;
  }

  const ModelInfo& info() const override { return m_info; }

  std::unique_ptr<Decoder> begin(const KnobValues& knobs, const Input&,
                                 std::unique_ptr<Decoder> previous) override {
    const auto* older = dynamic_cast<const FakeDecoder*>(previous.get());
    m_script.note("begin " + std::to_string(++m_ids) + " after " +
                  (older ? std::to_string(older->id()) : "none") + " alive " +
                  std::to_string(m_script.decoders));
    m_script.at("begin");
    return std::make_unique<FakeDecoder>(m_script, m_ids, knobs);
  }

  Preview preview(const Input& input) override {
    m_script.note("preview");
    m_script.at("preview");
    return {{{"scene", "", Scene3D{}}}, {}, "seed " + std::to_string(input.seed)};
  }

  std::unique_ptr<AnalysisTask> analyse(const std::string&, const KnobValues&,
                                        const Input&) override {
    m_script.at("analyse");
    if (!m_script.knowsAnalysis) return nullptr;
    return std::make_unique<FakeTask>(m_script);
  }

 private:
  Script& m_script;
  ModelInfo m_info;
  int m_ids = 0;
};

// Recognises every path but "foreign"; the model bears the path's name.
inline FamilyEntry fakeFamily(Script& script) {
  return {"fake", [](const LoadRequest& request) { return request.path != "foreign"; },
          [&script](const LoadRequest& request) {
            script.note("load");
            script.at("load");
            return std::make_unique<FakeFamily>(script, request.path.string());
          }};
}

}  // namespace jacobiscope::test
