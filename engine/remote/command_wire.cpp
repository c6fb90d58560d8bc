#include "engine/remote/command_wire.h"

#include <cmath>

#include "engine/record/cbor.h"
#include "engine/record/trace_checks.h"
#include "engine/remote/wire_structs.h"

namespace jacobiscope::remote {
namespace {

using nlohmann::json;
using trace::Reading;
using trace::Writing;

// On the wire, and what a refusal is told of. A kind of command without one does not compile.
struct Name {
  const char* type = nullptr;
  const char* subject = "command";
};
template <class T>
constexpr Name kName = {};
template <>
constexpr Name kName<command::Load> = {"load", "load"};
template <>
constexpr Name kName<command::Start> = {"start", "run"};
template <>
constexpr Name kName<command::SetKnob> = {"knob", "knob"};
template <>
constexpr Name kName<command::Pause> = {"pause"};
template <>
constexpr Name kName<command::Resume> = {"resume"};
template <>
constexpr Name kName<command::Step> = {"step"};
template <>
constexpr Name kName<command::Stop> = {"stop"};
template <>
constexpr Name kName<command::SetPace> = {"pace"};
template <>
constexpr Name kName<command::Analyse> = {"analyse", "analyse"};
template <>
constexpr Name kName<command::Preview> = {"preview", "preview"};
template <>
constexpr Name kName<command::SetBreakpoints> = {"breakpoints", "breakpoint"};
template <>
constexpr Name kName<command::Branch> = {"branch", "run"};
template <>
constexpr Name kName<command::Judge> = {"judge", "judge"};

// Calls `visit` with every kind of command.
template <class Visit>
void forEveryKind(Visit visit) {
  [&]<class... Kinds>(const std::variant<Kinds...>*) {
    (visit(Kinds{}), ...);
  }(static_cast<const Command*>(nullptr));
}

// ---- Runs that are told again ------------------------------------------------------------

// Each sweep is a message within the message: its values are bounded one by one.
json to(const Replay& replay) {
  json past = json::array();
  std::shared_ptr<const KnobValues> knobs;
  for (const auto& snapshot : replay.past) {
    json sweep = Writing::of(*snapshot);
    if (snapshot->knobs && snapshot->knobs != knobs) {
      knobs = snapshot->knobs;
      sweep["knobs"] = Writing::of(*knobs);
    }
    past.push_back(json::binary(json::to_cbor(sweep)));
  }
  return {{"start", Writing::of(replay.start)}, {"past", std::move(past)}};
}

std::shared_ptr<const Snapshot> pastSweep(const json& bytes,
                                          std::shared_ptr<const KnobValues>& knobs) {
  if (!bytes.is_binary()) trace::refuse("past", "an array of byte strings");
  const json sweep = readCbor(std::as_bytes(std::span(bytes.get_binary())));
  auto snapshot = std::make_shared<Snapshot>();
  Reading::into("past", sweep, *snapshot);
  if (sweep.contains("knobs")) {
    KnobValues values;
    Reading reading(sweep);
    reading("knobs", values);
    knobs = std::make_shared<const KnobValues>(std::move(values));
  }
  snapshot->knobs = knobs;
  return snapshot;
}

void from(const json& message, const char* key, Replay& replay) {
  const json& told = message.at(key);
  Reading::into("start", told.at("start"), replay.start);
  trace::check(replay.start);
  RunRecord record;
  record.start = replay.start;
  auto knobs = std::make_shared<const KnobValues>(replay.start.knobs);
  const json& past = told.at("past");
  if (!past.is_array()) trace::refuse("past", "an array of byte strings");
  for (const json& bytes : past) {
    auto snapshot = pastSweep(bytes, knobs);
    if (snapshot->run != replay.start.run) trace::refuse("past", "of the same run");
    trace::check(snapshot->sweep, record);
    record.snapshots.push_back(snapshot);
  }
  replay.past = std::move(record.snapshots);
}

// ---- Every kind --------------------------------------------------------------------------

template <class T>
json to(const T& command) {
  return Writing::of(command);
}

json to(const command::Load& load) {
  return {{"path", trace::validText(load.request.path.string())},
          {"config", trace::validText(load.request.config)},
          {"options", Writing::of(load.request.options)}};
}

json to(const command::Branch& branch) {
  return {{"parent", to(branch.parent)},
          {"changes", Writing::of(branch.changes)},
          {"paused", branch.paused}};
}

json to(const command::Judge& judge) { return {{"run", to(judge.run)}}; }

template <class T>
void from(const json& message, T& command) {
  Reading::into("command", message, command);
}

void from(const json& message, command::Load& load) {
  Reading reading(message);
  std::string path;
  reading("path", path);
  reading("config", load.request.config);
  reading("options", load.request.options);
  load.request.path = path;
}

void from(const json& message, command::Branch& branch) {
  from(message, "parent", branch.parent);
  Reading reading(message);
  reading("changes", branch.changes);
  reading("paused", branch.paused);
}

void from(const json& message, command::Judge& judge) { from(message, "run", judge.run); }

void check(const Input& input) {
  Started start;
  start.input = input;
  trace::check(start);
}

template <class T>
void check(const T& command) {
  if constexpr (requires { command.input; }) check(command.input);
}

void check(const command::Start& start) {
  check(start.input);
  std::int64_t next = 0;
  for (const auto& [from, knobs] : start.rerun.timeline) {
    if (from < next) trace::refuse("timeline", "one of rising sweeps");
    next = from + 1;
  }
  if (start.rerun.sweeps.value_or(0) < 0 || start.rerun.picture.value_or(0) < 0) {
    trace::refuse("rerun", "one of a number of sweeps");
  }
}

void check(const command::SetPace& pace) {
  if (!std::isfinite(pace.sweepsPerSecond) || pace.sweepsPerSecond < 0) {
    trace::refuse("sweepsPerSecond", "a number from 0");
  }
}

}  // namespace

json commandToWire(const Command& command) {
  return std::visit(
      []<class T>(const T& held) {
        static_assert(kName<T>.type != nullptr, "a command needs a name on the wire");
        json message = to(held);
        message["type"] = kName<T>.type;
        return message;
      },
      command);
}

std::optional<Command> commandFrom(const json& message) {
  std::optional<Command> command;
  forEveryKind([&]<class T>(T value) {
    if (command || message.at("type") != kName<T>.type) return;
    from(message, value);
    check(value);
    command = std::move(value);
  });
  return command;
}

std::string subjectOf(const json& message) {
  std::string subject = Name{}.subject;
  forEveryKind([&]<class T>(T) {
    if (message.at("type") == kName<T>.type) subject = kName<T>.subject;
  });
  return subject;
}

}  // namespace jacobiscope::remote
