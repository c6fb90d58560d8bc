// An analysis in progress, one step at a time. Lives on the engine thread.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "engine/core/clocks.h"
#include "engine/core/event_box.h"

namespace jacobiscope {

// Says at most so often whether it is time again; the first time it always is.
class Metronome {
 public:
  explicit Metronome(Clock::duration interval) : m_interval(interval) {}

  bool due() {
    const auto now = Clock::now();
    if (m_last != Clock::time_point{} && now - m_last < m_interval) return false;
    m_last = now;
    return true;
  }
  // The next due() is true.
  void reset() { m_last = {}; }

 private:
  Clock::duration m_interval;
  Clock::time_point m_last{};
};

// One step of a task at a time, with Progress at most ten times a second.
class TaskSteps {
 public:
  // False when done.
  bool step(LongTask& task, const std::string& name, EventBox& events) {
    const bool more = task.step();
    if (m_reports.due()) events.publish(Progress{name, task.progress()});
    return more;
  }

 private:
  Metronome m_reports{std::chrono::milliseconds{100}};
};

class AnalysisJob {
 public:
  AnalysisJob(std::string name, std::unique_ptr<AnalysisTask> task)
      : m_name(std::move(name)), m_task(std::move(task)) {}

  const std::string& name() const { return m_name; }
  Analysis result() const { return m_task->result(); }

  // Publishes what is new at most five times a second. False when done.
  bool step(EventBox& events, const ModelInfo& model) {
    const bool more = m_steps.step(*m_task, m_name, events);
    if (more && m_news.due()) {
      if (m_task->takeNews()) events.publish(Analysed{m_task->result(), model, false});
      else m_news.reset();  // asked again after the next step
    }
    return more;
  }

 private:
  std::string m_name;
  std::unique_ptr<AnalysisTask> m_task;
  TaskSteps m_steps;
  Metronome m_news{std::chrono::milliseconds{200}};
};

}  // namespace jacobiscope
