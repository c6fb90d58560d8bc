#include "engine/record/trace_encoder.h"

#include <ctime>
#include <utility>

#include "engine/record/trace_frame.h"
#include "engine/record/trace_pictures.h"
#include "engine/record/trace_structs.h"

namespace jacobiscope {
namespace {

using nlohmann::json;

// Until an eighth of the bytes is left no picture of a stage's end is left out.
constexpr std::uint64_t kRoomForAll = 4;

// In UTC, as RFC 3339 writes it.
std::string now() {
  const std::time_t time = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

template <class T>
json record(const char* type, const T& value) {
  json made = trace::Writing::of(value);
  made["type"] = type;
  return made;
}

}  // namespace

std::vector<std::uint8_t> TraceEncoder::header() {
  std::vector<std::uint8_t> bytes;
  trace::appendRecord({{"type", trace::kMagic},
                       {"version", {trace::kMajor, trace::kMinor}},
                       {"program", "Jacobiscope " JACOBISCOPE_VERSION},
                       {"written", now()}},
                      bytes);
  return bytes;
}

std::vector<std::uint8_t> TraceEncoder::encode(const Event& event) {
  std::vector<std::uint8_t> bytes;
  const auto known = [&](int run) { return m_runs.contains(run); };
  if (const auto* started = std::get_if<Started>(&event)) {
    m_runs[started->run] = {started->plan, 0, std::make_shared<KnobValues>(started->knobs)};
    trace::appendRecord(record("run", *started), bytes);
  } else if (const auto* changed = std::get_if<PlanChanged>(&event)) {
    if (!known(changed->run)) return bytes;
    m_runs[changed->run].plan = changed->plan;
    trace::appendRecord(record("plan", *changed), bytes);
  } else if (const auto* snapshot = std::get_if<std::shared_ptr<const Snapshot>>(&event)) {
    if (known((*snapshot)->run)) encode(**snapshot, bytes);
  } else if (const auto* broke = std::get_if<Broke>(&event)) {
    if (known(broke->run)) trace::appendRecord(record("break", *broke), bytes);
  } else if (const auto* exactness = std::get_if<Exactness>(&event)) {
    if (known(exactness->run)) trace::appendRecord(record("exactness", *exactness), bytes);
  } else if (const auto* finished = std::get_if<Finished>(&event)) {
    if (known(finished->run)) trace::appendRecord(record("end", *finished), bytes);
  } else if (const auto* failed = std::get_if<Failed>(&event)) {
    if (known(failed->run) && failed->what == "run") {
      trace::appendRecord(record("failure", *failed), bytes);
    }
  }
  return bytes;
}

void TraceEncoder::encode(const Snapshot& snapshot, std::vector<std::uint8_t>& to) {
  Progress& run = m_runs[snapshot.run];
  const Sweep& sweep = snapshot.sweep;
  if (sweep.index < 0 || sweep.index > run.sweeps) return;  // a gap
  const bool isNew = sweep.index == run.sweeps;
  if (isNew) {
    ++run.sweeps;
    const bool same =
        !snapshot.knobs || snapshot.knobs == run.knobs || *snapshot.knobs == *run.knobs;
    if (!same) {
      run.knobs = snapshot.knobs;
      trace::appendRecord({{"type", "knobs"},
                           {"run", snapshot.run},
                           {"from", sweep.index},
                           {"knobs", trace::Writing::of(*run.knobs)}},
                          to);
    }
    trace::appendRecord(record("sweep", snapshot), to);
  }
  // What is looked at again was stopped at or asked for.
  if (!snapshot.panels.empty()) encodePictures(snapshot, !isNew || endsStage(run.plan, sweep), to);
}

void TraceEncoder::encodePictures(const Snapshot& snapshot, bool always,
                                  std::vector<std::uint8_t>& to) {
  const std::uint64_t count = snapshot.panels.size();
  if (!wantsPicture(always)) {
    m_dropped += count;
    return;
  }
  json panels = json::array();
  for (const Panel& panel : snapshot.panels) panels.push_back(trace::toTrace(panel));
  std::vector<std::uint8_t> bytes;
  trace::appendRecord({{"type", "pictures"},
                       {"run", snapshot.run},
                       {"sweep", snapshot.sweep.index},
                       {"captureSeconds", snapshot.captureSeconds},
                       {"panels", std::move(panels)}},
                      bytes);
  if (bytes.size() > m_budget - m_pictureBytes) {
    m_dropped += count;
    return;
  }
  m_pictureBytes += bytes.size();
  m_pictures += count;
  to.insert(to.end(), bytes.begin(), bytes.end());
}

// Whether it is this one's turn. When the bytes left halve, one of four times as many is kept:
// each half of them serves twice as many sweeps as the one before.
bool TraceEncoder::wantsPicture(bool always) {
  while (m_budget - m_pictureBytes < m_budget / 2 / m_halvings) m_halvings *= 2;
  if (always && m_halvings <= kRoomForAll) return true;
  if (++m_sinceLast < m_halvings * m_halvings) return false;
  m_sinceLast = 0;
  return true;
}

}  // namespace jacobiscope
