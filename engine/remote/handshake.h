// What both sides say first: who they are and which version of the protocol they speak. Either
// ends with a word where the other's major version is not its own.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/core/model_library.h"

namespace jacobiscope::remote {

// A later minor version adds types of messages and keys; what is not known is skipped.
inline constexpr int kMajor = 1, kMinor = 0;

struct Version {
  int major = kMajor, minor = kMinor;
};

struct EngineHello {
  Version version;
  std::string program;                // "Jacobiscope 0.1.0"
  std::vector<std::string> families;  // that it decodes
  std::vector<ModelEntry> models;     // that it has; paths are its own, and pictures left out
};

struct WindowHello {
  Version version;
  std::string program;
  // How many bytes of messages with pictures may be on the way until the window has said that it
  // took them.
  std::uint64_t pictureBytes = 0;
};

// This program's own.
EngineHello engineHello(std::vector<std::string> families, std::vector<ModelEntry> models);
WindowHello windowHello(std::uint64_t pictureBytes);

nlohmann::json toWire(const EngineHello& hello);
nlohmann::json toWire(const WindowHello& hello);
// Throws Error where the message is another, or the version one that this program does not speak.
EngineHello engineHelloFrom(const nlohmann::json& message);
WindowHello windowHelloFrom(const nlohmann::json& message);

// The last word of a side that ends: one sentence, and what to do.
struct Goodbye {
  std::string message, hint;
};
nlohmann::json toWire(const Goodbye& goodbye);
std::optional<Goodbye> goodbyeFrom(const nlohmann::json& message);

// "So many bytes of messages with pictures have been taken": the window's answer to them.
nlohmann::json takenToWire(std::uint64_t bytes);
std::optional<std::uint64_t> takenFrom(const nlohmann::json& message);

}  // namespace jacobiscope::remote
