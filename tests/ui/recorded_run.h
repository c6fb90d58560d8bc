// A recording made by hand, for the tests of the views.
#pragma once

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "engine/record/recording.h"

namespace jacobiscope {

inline constexpr double kNoResidual = std::numeric_limits<double>::quiet_NaN();

// Adds events of run 1 of a model with `stages` stages of `positions` positions.
class RecordedRun {
 public:
  RecordedRun(int stages, int positions, std::vector<Window> windows = {}) {
    m_started.run = 1;
    for (int i = 0; i < stages; ++i) {
      m_started.plan.stages.push_back("block " + std::to_string(stages - 1 - i));
      m_started.plan.positions.push_back(positions);
      if (windows.empty()) m_started.plan.windows.push_back({i, 0, positions, 0});
    }
    if (!windows.empty()) m_started.plan.windows = windows;
    m_started.model.name = m_started.model.family = "made";
    m_started.model.stages = m_started.plan.stages;
    m_started.model.positions = positions;
    recording.add(m_started);
  }

  // One more sweep; `change` are the facts of the window's positions (may be empty).
  Sweep& next(Window window, double residual, Verdict verdict, int frontier,
              std::vector<float> change = {}, std::vector<Panel> panels = {}) {
    auto snapshot = std::make_shared<Snapshot>();
    Sweep& sweep = snapshot->sweep;
    snapshot->run = 1;
    sweep.index = m_index++;
    sweep.window = window;
    sweep.iteration = window.stage == m_stage ? ++m_iteration : (m_iteration = 1);
    m_stage = window.stage;
    sweep.residual = residual;
    sweep.residualUnit = "max |dx|";
    sweep.verdict = verdict;
    sweep.frontier = frontier;
    sweep.calls = 1;
    if (!change.empty()) sweep.facts.push_back({"change", "", window.begin, std::move(change)});
    snapshot->panels = std::move(panels);
    recording.add(std::shared_ptr<const Snapshot>(snapshot));
    return sweep;
  }

  void finish(Outcome outcome = Outcome::Done) {
    Finished finished;
    finished.run = 1;
    finished.outcome = outcome;
    finished.sweeps = m_index;
    recording.add(finished);
  }

  const RunRecord& run() const { return *recording.run(1); }

  Recording recording;

 private:
  Started m_started;
  std::int64_t m_index = 0;
  int m_stage = -1, m_iteration = 0;
};

}  // namespace jacobiscope
