// An analysis in progress, one step at a time. Lives on the engine thread.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "engine/core/clocks.h"
#include "engine/core/event_box.h"

namespace jacobiscope {

class AnalysisJob {
 public:
  AnalysisJob(std::string name, std::unique_ptr<AnalysisTask> task)
      : m_name(std::move(name)), m_task(std::move(task)) {}

  const std::string& name() const { return m_name; }
  Analysis result() const { return m_task->result(); }

  // Publishes Progress at most ten times a second, and what is new at most five times. False
  // when done.
  bool step(EventBox& events, const ModelInfo& model) {
    const bool more = m_task->step();
    const auto now = Clock::now();
    if (due(m_reported, now, kReportInterval)) events.publish(Progress{m_name, m_task->progress()});
    if (more && due(m_told, now, kNewsInterval)) {
      if (m_task->takeNews()) events.publish(Analysed{m_task->result(), model, false});
      else m_told = {};  // asked again after the next step
    }
    return more;
  }

 private:
  static constexpr std::chrono::milliseconds kReportInterval{100};
  static constexpr std::chrono::milliseconds kNewsInterval{200};

  // Whether so long has passed; then it begins anew.
  static bool due(Clock::time_point& last, Clock::time_point now, Clock::duration interval) {
    if (last != Clock::time_point{} && now - last < interval) return false;
    last = now;
    return true;
  }

  std::string m_name;
  std::unique_ptr<AnalysisTask> m_task;
  Clock::time_point m_reported{}, m_told{};
};

}  // namespace jacobiscope
