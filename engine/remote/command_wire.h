// Commands as messages and back.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "engine/core/event.h"

namespace jacobiscope::remote {

nlohmann::json commandToWire(const Command& command);

// Nothing for a type that this version does not know. Throws Error, or an exception of the JSON
// library, for values that no command can have; whether they suit the model is up to the session.
std::optional<Command> commandFrom(const nlohmann::json& message);

// What is told as Failed::what where a command of that type is refused: whoever waits for its
// ending gets it.
std::string subjectOf(const nlohmann::json& message);

}  // namespace jacobiscope::remote
