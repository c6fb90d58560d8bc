#include "engine/remote/event_wire.h"

#include "engine/record/trace_pictures.h"
#include "engine/remote/wire_structs.h"

namespace jacobiscope::remote {
namespace {

using nlohmann::json;
using trace::Reading;
using trace::Writing;

using SharedSnapshot = std::shared_ptr<const Snapshot>;

// A kind of event without a name here does not compile.
template <class T>
constexpr const char* kType = nullptr;
template <>
constexpr const char* kType<Loaded> = "loaded";
template <>
constexpr const char* kType<Started> = "run";
template <>
constexpr const char* kType<PlanChanged> = "plan";
template <>
constexpr const char* kType<SharedSnapshot> = "sweep";
template <>
constexpr const char* kType<Finished> = "end";
template <>
constexpr const char* kType<Failed> = "failure";
template <>
constexpr const char* kType<Progress> = "progress";
template <>
constexpr const char* kType<Analysed> = "analysed";
template <>
constexpr const char* kType<Paused> = "paused";
template <>
constexpr const char* kType<Previewed> = "previewed";
template <>
constexpr const char* kType<Broke> = "break";
template <>
constexpr const char* kType<Exactness> = "exactness";

json panelsTo(const std::vector<Panel>& panels) {
  json list = json::array();
  for (const Panel& panel : panels) list.push_back(trace::toTrace(panel));
  return list;
}

// Kinds of panels that this version does not have are left out.
std::vector<Panel> panelsFrom(const json& message) {
  std::vector<Panel> panels;
  const auto found = message.find("panels");
  if (found == message.end()) return panels;
  if (!found->is_array()) trace::refuse("panels", "an array");
  for (const json& from : *found) {
    if (auto panel = trace::panelFrom(from)) panels.push_back(std::move(*panel));
  }
  return panels;
}

// Beside the fields that a recording file has.
template <class T>
void add(const T&, json&) {}
void add(const Failed& failed, json& message) { message["what"] = trace::validText(failed.what); }

template <class T>
json to(const T& event) {
  json message = Writing::of(event);
  add(event, message);
  return message;
}

json to(const Previewed& previewed) {
  return {{"input", Writing::of(previewed.input)},
          {"panels", panelsTo(previewed.preview.panels)},
          {"arrays", Writing::of(previewed.preview.arrays)},
          {"note", trace::validText(previewed.preview.note)}};
}

template <class T>
void from(const json& message, T& event) {
  Reading::into("message", message, event);
}

void from(const json& message, Failed& failed) {
  Reading::into("failure", message, failed);
  Reading reading(message);
  reading("what", failed.what);
}

void from(const json& message, Progress& progress) {
  Reading::into("progress", message, progress);
  const bool isShare = progress.fraction >= 0 && progress.fraction <= 1;
  if (!isShare) progress.fraction = progress.fraction > 1 ? 1 : 0;
}

void from(const json& message, Previewed& previewed) {
  Reading reading(message);
  reading("input", previewed.input);
  reading("arrays", previewed.preview.arrays);
  reading("note", previewed.preview.note);
  previewed.preview.panels = panelsFrom(message);
}

}  // namespace

json EventEncoder::encode(const Event& event, bool panels) {
  return std::visit(
      [&]<class T>(const T& held) {
        static_assert(kType<T> != nullptr, "an event needs a name on the wire");
        json message;
        if constexpr (std::is_same_v<T, SharedSnapshot>) {
          message = encode(*held, panels);
        } else {
          message = to(held);
        }
        message["type"] = kType<T>;
        return message;
      },
      event);
}

json EventEncoder::encode(const Snapshot& snapshot, bool panels) {
  json message = Writing::of(snapshot);
  const bool same = snapshot.run == m_run && snapshot.knobs && m_knobs &&
                    (snapshot.knobs == m_knobs || *snapshot.knobs == *m_knobs);
  if (!same && snapshot.knobs) message["knobs"] = Writing::of(*snapshot.knobs);
  m_run = snapshot.run;
  m_knobs = snapshot.knobs;
  if (panels && !snapshot.panels.empty()) message["panels"] = panelsTo(snapshot.panels);
  return message;
}

void EventDecoder::decode(const json& message, SharedSnapshot& to) {
  auto snapshot = std::make_shared<Snapshot>();
  Reading::into("sweep", message, *snapshot);
  if (snapshot->run != m_run || !m_knobs) m_knobs = std::make_shared<const KnobValues>();
  m_run = snapshot->run;
  if (message.contains("knobs")) {
    KnobValues knobs;
    Reading reading(message);
    reading("knobs", knobs);
    m_knobs = std::make_shared<const KnobValues>(std::move(knobs));
  }
  snapshot->knobs = m_knobs;
  snapshot->panels = panelsFrom(message);
  to = std::move(snapshot);
}

std::optional<Event> EventDecoder::decode(const json& message) {
  const json& type = message.at("type");
  std::optional<Event> event;
  const auto tryOne = [&]<class T>(T value) {
    if (event || type != kType<T>) return;
    if constexpr (std::is_same_v<T, SharedSnapshot>) {
      decode(message, value);
    } else {
      from(message, value);
    }
    event = std::move(value);
  };
  [&]<class... Kinds>(const std::variant<Kinds...>*) {
    (tryOne(Kinds{}), ...);
  }(static_cast<const Event*>(nullptr));
  return event;
}

}  // namespace jacobiscope::remote
