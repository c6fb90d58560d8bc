#include "app/bench_live.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "app/bench.h"
#include "app/interrupt.h"
#include "engine/core/error.h"
#include "engine/core/session.h"

namespace jacobiscope {

namespace {

constexpr int kStops = 15;
constexpr int kSweepsBeforeStop = 5;

std::int64_t passesOf(Decoder& decoder) {
  std::int64_t passes = 0;
  while (const auto sweep = decoder.sweep()) {
    throwIfInterrupted();
    passes += sweep->calls;
  }
  return passes;
}

// A session whose events are waited for.
class WaitingSession {
 public:
  WaitingSession()
      : m_session(families(), [this] {
          const std::lock_guard lock(m_mutex);
          m_woken = true;
          m_ready.notify_one();
        }) {}

  void post(Command command) { m_session.post(std::move(command)); }

  // Hands events to `take` until it says that it has what it wanted. Those behind wait for the
  // next call: on a busy machine a run may have ended by the time its sweeps are looked at.
  void until(const std::function<bool(const Event&)>& take) {
    for (;;) {
      for (Event& event : m_session.drain()) m_events.push_back(std::move(event));
      while (!m_events.empty()) {
        const Event event = std::move(m_events.front());
        m_events.pop_front();
        if (const auto* failed = std::get_if<Failed>(&event)) {
          throw Error(failed->message, failed->hint);
        }
        if (take(event)) return;
      }
      throwIfInterrupted();
      std::unique_lock lock(m_mutex);
      m_ready.wait_for(lock, std::chrono::milliseconds(200), [this] { return m_woken; });
      m_woken = false;
    }
  }

 private:
  std::mutex m_mutex;
  std::condition_variable m_ready;
  bool m_woken = false;
  std::deque<Event> m_events;
  Session m_session;  // last: its thread ends before what it wakes
};

}  // namespace

std::optional<WarmStart> measureWarmStart(Family& model, KnobValues knobs, const Input& input) {
  if (!knobs.contains("guidance")) return std::nullopt;
  WarmStart measured;
  measured.from = numberAt(knobs, "guidance") > 0 ? numberAt(knobs, "guidance") : 1;
  measured.to = 1.05 * measured.from;
  knobs["guidance"] = measured.from;
  auto before = model.begin(knobs, input);
  passesOf(*before);
  knobs["guidance"] = measured.to;
  const auto cold = model.begin(knobs, input);
  measured.coldPasses = passesOf(*cold);
  const auto warm = model.begin(knobs, input, std::move(before));
  measured.warmPasses = passesOf(*warm);
  measured.difference = largestDifference(cold->result(), warm->result());
  return measured;
}

std::optional<StopLatency> measureStopLatency(const LoadRequest& request, const KnobValues& knobs,
                                              const Input& input) {
  WaitingSession session;
  session.post(command::Load{request});
  session.until([](const Event& event) { return std::holds_alternative<Loaded>(event); });
  std::vector<double> stops, sweeps;
  for (int stop = 0; stop < kStops; ++stop) {
    session.post(command::Start{knobs, input, false, false});
    int seen = 0;
    bool ended = false;
    session.until([&](const Event& event) {
      if (const auto* snapshot = std::get_if<std::shared_ptr<const Snapshot>>(&event)) {
        sweeps.push_back((*snapshot)->sweep.seconds);
        ++seen;
      }
      ended = std::holds_alternative<Finished>(event);
      return ended || seen >= kSweepsBeforeStop;
    });
    if (ended) return std::nullopt;
    const auto posted = Clock::now();
    session.post(command::Stop{});
    session.until([&](const Event& event) {
      const auto* finished = std::get_if<Finished>(&event);
      ended = finished && finished->outcome == Outcome::Done;
      return finished != nullptr;
    });
    if (ended) return std::nullopt;
    stops.push_back(seconds(Clock::now() - posted));
  }
  std::ranges::sort(stops);
  std::ranges::sort(sweeps);
  return StopLatency{stops[stops.size() / 2], stops.back(), sweeps[sweeps.size() / 2]};
}

}  // namespace jacobiscope
