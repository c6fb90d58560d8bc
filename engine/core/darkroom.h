// Pictures of a finished run's sweeps that were too quick for the camera, made while the engine
// has nothing else to do, for whoever scrubs back. No run's time counts them.
#pragma once

#include <memory>
#include <vector>

#include "engine/core/clocks.h"
#include "engine/core/event_box.h"
#include "engine/core/family.h"

namespace jacobiscope {

class Darkroom {
 public:
  // `unpictured`: the run's snapshots without pictures, in order.
  void fill(std::vector<std::shared_ptr<const Snapshot>> unpictured);
  void clear() { m_waiting.clear(); }

  bool busy() const { return !m_waiting.empty(); }
  // One picture from the decoder of that run, published as its snapshot again. Ends early where
  // the decoder does not keep that sweep, where nobody drains the events, where one picture takes
  // long enough to keep a command waiting, and at limits of time and memory for all together.
  void step(const Decoder& decoder, EventBox& events);

 private:
  std::vector<std::shared_ptr<const Snapshot>> m_waiting;  // the next one is the last
  Clock::duration m_worked{};
  std::size_t m_bytes = 0;
};

}  // namespace jacobiscope
