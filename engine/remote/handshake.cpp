#include "engine/remote/handshake.h"

#include "engine/record/trace_fields.h"

namespace jacobiscope::trace {

template <class F, Like<ModelEntry> T>
void fields(F& f, T& model) {
  f("name", model.name);
  f("title", model.title);
  f("family", model.family);
  f("description", model.description);
  f("bundled", model.bundled);
}

template <class F, Like<remote::EngineHello> T>
void fields(F& f, T& hello) {
  f("program", hello.program);
  f("families", hello.families);
}

template <class F, Like<remote::WindowHello> T>
void fields(F& f, T& hello) {
  f("program", hello.program);
  f("pictureBytes", hello.pictureBytes);
}

template <class F, Like<remote::Goodbye> T>
void fields(F& f, T& goodbye) {
  f("message", goodbye.message);
  f("hint", goodbye.hint);
}

}  // namespace jacobiscope::trace

namespace jacobiscope::remote {
namespace {

using nlohmann::json;
using trace::Reading;
using trace::Writing;

constexpr char kEngine[] = "jacobiscope engine", kWindow[] = "jacobiscope window";
constexpr char kGoodbye[] = "goodbye", kTaken[] = "taken";

bool is(const json& message, const char* type) { return message.at("type") == type; }

template <class T>
json hello(const char* type, const T& value) {
  json message = Writing::of(value);
  message["type"] = type;
  message["version"] = {value.version.major, value.version.minor};
  return message;
}

std::string shown(const Version& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

// Program and version first: whoever is refused is told what the other one is.
template <class T>
T helloFrom(const json& message, const char* type, const std::string& who) {
  if (!is(message, type)) throw Error("The first message is not that of " + who + ".");
  T hello;
  std::vector<int> version;
  Reading reading(message);
  for (const json& number : message.value("version", json::array())) {
    Reading::into("version", number, version.emplace_back());
  }
  if (version.size() != 2) throw Error("The first message names no version.");
  hello.version = {version[0], version[1]};
  reading("program", hello.program);
  if (hello.version.major != kMajor) {
    throw Error(hello.program + " speaks version " + shown(hello.version) +
                    " of the remote protocol, Jacobiscope " JACOBISCOPE_VERSION " version " +
                    shown({}) + ".",
                "Install the same version of Jacobiscope on both machines.");
  }
  Reading::into("hello", message, hello);
  return hello;
}

}  // namespace

EngineHello engineHello(std::vector<std::string> families, std::vector<ModelEntry> models) {
  return {{}, "Jacobiscope " JACOBISCOPE_VERSION, std::move(families), std::move(models)};
}

WindowHello windowHello(std::uint64_t pictureBytes) {
  return {{}, "Jacobiscope " JACOBISCOPE_VERSION, pictureBytes};
}

json toWire(const EngineHello& engine) {
  json message = hello(kEngine, engine);
  message["models"] = json::array();
  for (const ModelEntry& model : engine.models) {
    json entry = Writing::of(model);
    entry["path"] = trace::validText(model.path.string());
    message["models"].push_back(std::move(entry));
  }
  return message;
}

json toWire(const WindowHello& window) { return hello(kWindow, window); }

EngineHello engineHelloFrom(const json& message) {
  auto hello = helloFrom<EngineHello>(message, kEngine, "an engine");
  for (const json& entry : message.value("models", json::array())) {
    ModelEntry model;
    std::string path;
    Reading::into("model", entry, model);
    Reading reading(entry);
    reading("path", path);
    if (path.empty() || model.title.empty()) trace::refuse("model", "one with a path and a title");
    model.path = path;
    hello.models.push_back(std::move(model));
  }
  return hello;
}

WindowHello windowHelloFrom(const json& message) {
  return helloFrom<WindowHello>(message, kWindow, "a window");
}

json toWire(const Goodbye& goodbye) {
  json message = Writing::of(goodbye);
  message["type"] = kGoodbye;
  return message;
}

std::optional<Goodbye> goodbyeFrom(const json& message) {
  if (!is(message, kGoodbye)) return std::nullopt;
  Goodbye goodbye;
  Reading::into("goodbye", message, goodbye);
  return goodbye;
}

json takenToWire(std::uint64_t bytes) { return {{"type", kTaken}, {"bytes", bytes}}; }

std::optional<std::uint64_t> takenFrom(const json& message) {
  if (!is(message, kTaken)) return std::nullopt;
  std::uint64_t bytes = 0;
  Reading reading(message);
  reading("bytes", bytes);
  return bytes;
}

}  // namespace jacobiscope::remote
