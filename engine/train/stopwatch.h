// Speed and time left of a training run, and whether it is to stop.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "engine/train/recipes.h"

namespace jacobiscope {

// Runs from its construction, at which `first` steps were already done.
class Stopwatch {
 public:
  explicit Stopwatch(std::int64_t first) : m_first(first) {}
  // Sets stepsPerSecond and etaSeconds from step and steps.
  void fill(TrainProgress& progress) const {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - m_start;
    progress.stepsPerSecond = (progress.step - m_first) / std::max(1e-9, passed.count());
    progress.etaSeconds =
        (progress.steps - progress.step) / std::max(1e-9, progress.stepsPerSecond);
  }

 private:
  const std::int64_t m_first;
  const std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

inline bool cancelled(const TrainRequest& request) { return request.cancel && *request.cancel; }

}  // namespace jacobiscope
