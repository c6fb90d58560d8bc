#include "app/ping.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <semaphore>

#include "app/interrupt.h"
#include "app/sub_command.h"
#include "engine/core/error.h"
#include "engine/core/median.h"
#include "engine/remote/remote_session.h"

namespace jacobiscope {

namespace {

using Moment = std::chrono::steady_clock::time_point;
using SharedSnapshot = std::shared_ptr<const Snapshot>;

constexpr int kChanges = 30;
constexpr int kMostRuns = 3 * kChanges;  // a model whose runs are over too soon is given up

Moment now() { return std::chrono::steady_clock::now(); }

double since(Moment start) { return std::chrono::duration<double>(now() - start).count(); }

class Caller {
 public:
  Caller(const std::vector<std::string>& words, const std::string& host)
      : m_session(
            words, [this] { m_wake.release(); }, options(host)) {}

  RemoteSession& session() { return m_session; }

  // Throws the connection's end, and what the engine refuses.
  void until(const std::function<bool()>& condition) {
    while (!condition()) {
      if (interrupted()) throw Cancelled();
      if (const auto ending = m_session.ended()) throw Error(ending->message, ending->hint);
      (void)m_wake.try_acquire_for(std::chrono::milliseconds(200));
    }
  }
  Event next() {
    until([this] {
      for (Event& event : m_session.drain()) m_events.push_back(std::move(event));
      return !m_events.empty();
    });
    Event event = std::move(m_events.front());
    m_events.pop_front();
    const auto* failed = std::get_if<Failed>(&event);
    if (failed) throw Error(failed->message, failed->hint);
    return event;
  }
  template <class T>
  T wait() {
    for (;;) {
      Event event = next();
      if (T* wanted = std::get_if<T>(&event)) return std::move(*wanted);
    }
  }

 private:
  static RemoteSession::Options options(const std::string& host) {
    RemoteSession::Options options;
    options.host = host;
    return options;
  }

  std::counting_semaphore<> m_wake{0};
  std::deque<Event> m_events;
  RemoteSession m_session;  // last: its threads use the above
};

void measureRun(Caller& caller, const ModelInfo& model, const Input& input, Reach& reach) {
  const auto before = caller.session().traffic();
  caller.session().post(command::Start{completeKnobs(model.knobs, {}), input});
  caller.wait<Started>();
  const Moment start = now();
  std::uint64_t facts = 0;
  for (;;) {
    const Event event = caller.next();
    if (const auto* snapshot = std::get_if<SharedSnapshot>(&event)) {
      (*snapshot)->panels.empty() ? ++facts : ++reach.pictures;
    }
    const auto* finished = std::get_if<Finished>(&event);
    if (!finished) continue;
    reach.sweeps = finished->sweeps;
    break;
  }
  reach.runSeconds = since(start);
  const auto after = caller.session().traffic();
  const auto pictureBytes = double(after.pictureBytes - before.pictureBytes);
  if (reach.pictures > 0) reach.pictureBytes = pictureBytes / double(reach.pictures);
  const auto factBytes = double(after.factBytes - before.factBytes);
  if (facts > 0) reach.factBytes = factBytes / double(facts);
}

// A number that acts at the next sweep.
const Knob* knobToTry(const ModelInfo& model) {
  const auto found = std::ranges::find_if(model.knobs, [](const Knob& knob) {
    return knob.kind == KnobKind::Number && knob.scope == KnobScope::Live && !knob.idle &&
           knob.minimum < knob.maximum;
  });
  return found == model.knobs.end() ? nullptr : &*found;
}

void measureKnob(Caller& caller, const ModelInfo& model, const Input& input, Reach& reach) {
  const Knob* knob = knobToTry(model);
  if (!knob) return;
  std::vector<double> latencies, sweeps;
  const double whole = knob->maximum - knob->minimum;
  for (int run = 0; run < kMostRuns && latencies.size() < kChanges; ++run) {
    caller.session().post(command::Start{completeKnobs(model.knobs, {}), input});
    caller.wait<Started>();
    bool runs = true;
    while (runs && latencies.size() < kChanges) {
      const double value = knob->minimum + whole * 1e-4 * double(latencies.size() + 1);
      const Moment posted = now();
      caller.session().post(command::SetKnob{knob->key, value});
      for (;;) {
        const Event event = caller.next();
        runs = !std::holds_alternative<Finished>(event);
        const auto* snapshot = std::get_if<SharedSnapshot>(&event);
        if (snapshot) sweeps.push_back((*snapshot)->sweep.seconds);
        if (snapshot && (*snapshot)->knobs->at(knob->key) == KnobValue(value)) {
          latencies.push_back(since(posted));
          break;
        }
        if (!runs) break;
      }
    }
    if (runs) {
      caller.session().post(command::Stop{});
      caller.wait<Finished>();
    }
  }
  if (latencies.empty()) return;
  reach.knob = knob->key;
  reach.knobWorst = std::ranges::max(latencies);
  reach.knobMedian = medianOf(latencies);
  reach.sweepMedian = medianOf(sweeps);
}

}  // namespace

Reach measureReach(const std::vector<std::string>& words, const std::string& host,
                   const LoadRequest& request, const Input& input) {
  Reach reach;
  Moment start = now();
  Caller caller(words, host);
  caller.until([&] { return caller.session().engine().has_value(); });
  reach.helloSeconds = since(start);
  reach.program = caller.session().engine()->program;
  start = now();
  caller.session().post(command::Load{request});
  const ModelInfo model = caller.wait<Loaded>().model;
  reach.loadSeconds = since(start);
  reach.device = model.device;
  Input asked = input;
  if (model.prompted && !model.prompts.empty()) asked.prompt = model.prompts.front();
  measureRun(caller, model, asked, reach);
  measureKnob(caller, model, asked, reach);
  return reach;
}

}  // namespace jacobiscope
