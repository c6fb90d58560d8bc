// ^C as a flag that long work looks at between two steps.
#pragma once

#include <atomic>

#include "engine/core/error.h"

namespace jacobiscope {

// From now on the first ^C sets the flag; a second one ends the program at once.
void watchInterrupt();

const std::atomic<bool>& interrupted();

// Thrown after ^C; the program exits with 130 and has written nothing but a recording, up to
// there.
class Cancelled : public Error {
 public:
  Cancelled() : Error("Stopped.") {}
};

inline void throwIfInterrupted() {
  if (interrupted()) throw Cancelled();
}

}  // namespace jacobiscope
