// Events as messages and back. What a recording file has, too, is written as there.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/core/event.h"

namespace jacobiscope::remote {

// The knobs of a sweep are only sent when they are not those of the one before: both ends
// remember them.
class EventEncoder {
 public:
  // A snapshot with or without its panels; every other event is whole.
  nlohmann::json encode(const Event& event, bool panels = true);

 private:
  nlohmann::json encode(const Snapshot& snapshot, bool panels);

  int m_run = 0;
  std::shared_ptr<const KnobValues> m_knobs;  // of the sweep sent last, of that run
};

class EventDecoder {
 public:
  // Nothing for a type that this version does not know. Throws Error, or an exception of the
  // JSON library, for values that are none; what they are worth is up to EventChecks.
  std::optional<Event> decode(const nlohmann::json& message);

 private:
  void decode(const nlohmann::json& message, std::shared_ptr<const Snapshot>& to);

  int m_run = 0;
  std::shared_ptr<const KnobValues> m_knobs;
};

}  // namespace jacobiscope::remote
