// An exception of the engine in words.
#pragma once

#include <exception>
#include <string>

#include "engine/core/event.h"

namespace jacobiscope {

// `what` is "load", "run", "analyse" or "knob". Memory that ran out names the setting to
// change; everything else is the first line of its message.
Failed failure(int run, const std::string& what, std::exception_ptr error);

}  // namespace jacobiscope
