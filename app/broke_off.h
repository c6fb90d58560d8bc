// A run of the command line that a breakpoint ended.
#pragma once

#include "app/sub_command.h"
#include "engine/core/breakpoint.h"
#include "engine/core/error.h"

namespace jacobiscope {

// The message is the breakpoint's reason, the hint how far the run had gone well.
class BrokeOff : public Error {
 public:
  explicit BrokeOff(const BreakpointHit& hit);
  const BreakpointHit& hit() const { return m_hit; }
  // What --json tells of it, under the key "stopped".
  Json json() const;

 private:
  BreakpointHit m_hit;
};

}  // namespace jacobiscope
