// An analysis in progress, one step at a time. Lives on the engine thread.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "engine/core/clocks.h"
#include "engine/core/event_box.h"

namespace jacobiscope {

// One step of a task at a time, with Progress at most ten times a second.
class TaskSteps {
 public:
  // False when done.
  bool step(Task& task, const std::string& name, EventBox& events) {
    const bool more = task.step();
    const auto now = Clock::now();
    if (m_reported == Clock::time_point{} || now - m_reported >= kReportInterval) {
      m_reported = now;
      events.publish(Progress{name, task.progress()});
    }
    return more;
  }

 private:
  static constexpr std::chrono::milliseconds kReportInterval{100};

  Clock::time_point m_reported{};
};

class AnalysisJob {
 public:
  AnalysisJob(std::string name, std::unique_ptr<AnalysisTask> task)
      : m_name(std::move(name)), m_task(std::move(task)) {}

  const std::string& name() const { return m_name; }
  Analysis result() const { return m_task->result(); }

  // False when done.
  bool step(EventBox& events) { return m_steps.step(*m_task, m_name, events); }

 private:
  std::string m_name;
  std::unique_ptr<AnalysisTask> m_task;
  TaskSteps m_steps;
};

}  // namespace jacobiscope
