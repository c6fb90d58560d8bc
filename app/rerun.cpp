#include "app/rerun.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "app/interrupt.h"
#include "engine/core/error.h"

namespace jacobiscope {

namespace {

// Only the picture that is asked for, and the last one, are looked at.
Session::Options options() {
  Session::Options options;
  options.picturesPerSecond = 1e-3;
  options.pictureAtStageEnd = false;
  return options;
}

bool sameRequest(const LoadRequest& a, const LoadRequest& b) {
  return a.path == b.path && a.config == b.config && a.options == b.options;
}

double doneShare(const Started& start, const Sweep& sweep) {
  const double stages = std::max<double>(1, double(start.plan.stages.size()));
  return sweep.window.stage / stages;
}

}  // namespace

struct Rerunner::Impl {
  Impl() : session(families(), [this] { wake(); }, options()) {}

  void wake() {
    const std::lock_guard lock(mutex);
    woken = true;
    ready.notify_one();
  }

  // Records what comes until `done` says that it was the last.
  void until(const std::function<bool(const Event&)>& done) {
    for (;;) {
      bool last = false;
      for (const Event& event : session.drain()) {
        recording.add(event);
        last = done(event) || last;
      }
      if (last) return;
      throwIfInterrupted();
      std::unique_lock lock(mutex);
      ready.wait_for(lock, std::chrono::milliseconds(200), [this] { return woken; });
      woken = false;
    }
  }

  std::mutex mutex;
  std::condition_variable ready;
  bool woken = false;
  Recording recording;
  std::optional<LoadRequest> loaded;
  ModelInfo model;
  int run = 0;
  Session session;  // last: its thread ends before what it wakes
};

Rerunner::Rerunner() : m_impl(std::make_unique<Impl>()) {}

Rerunner::~Rerunner() = default;

const ModelInfo& Rerunner::load(const LoadRequest& request) {
  if (m_impl->loaded && sameRequest(*m_impl->loaded, request)) return m_impl->model;
  m_impl->loaded.reset();
  m_impl->session.post(command::Load{request});
  std::optional<Failed> failed;
  m_impl->until([&](const Event& event) {
    // A picture of the run before may fail now, too.
    const auto* problem = std::get_if<Failed>(&event);
    if (problem && problem->what == "load") failed = *problem;
    if (const auto* loaded = std::get_if<Loaded>(&event)) m_impl->model = loaded->model;
    return failed || std::holds_alternative<Loaded>(event);
  });
  if (failed) throw Error(failed->message, failed->hint);
  m_impl->loaded = request;
  return m_impl->model;
}

const RunRecord& Rerunner::run(const command::Start& start, ProgressLine& progress) {
  if (m_impl->run != 0) m_impl->recording.erase(m_impl->run);
  m_impl->run = 0;
  m_impl->session.post(start);
  std::optional<Failed> failed;
  std::optional<Started> started;
  m_impl->until([&](const Event& event) {
    if (const auto* begun = std::get_if<Started>(&event)) started = *begun;
    if (const auto* snapshot = std::get_if<std::shared_ptr<const Snapshot>>(&event);
        snapshot && started) {
      progress.update(doneShare(*started, (*snapshot)->sweep));
    }
    const auto* problem = std::get_if<Failed>(&event);
    if (problem && problem->what == "run") failed = *problem;
    return failed || std::holds_alternative<Finished>(event);
  });
  if (!started) throw Error(failed->message, failed->hint);
  m_impl->run = started->run;
  return *m_impl->recording.run(started->run);
}

}  // namespace jacobiscope
