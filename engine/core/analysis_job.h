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

  // Publishes Progress at most ten times a second. False when done.
  bool step(EventBox& events) {
    const bool more = m_task->step();
    const auto now = Clock::now();
    if (m_reported == Clock::time_point{} || now - m_reported >= kReportInterval) {
      m_reported = now;
      events.publish(Progress{m_name, m_task->progress()});
    }
    return more;
  }

 private:
  static constexpr std::chrono::milliseconds kReportInterval{100};

  std::string m_name;
  std::unique_ptr<AnalysisTask> m_task;
  Clock::time_point m_reported{};
};

}  // namespace jacobiscope
