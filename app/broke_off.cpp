#include "app/broke_off.h"

namespace jacobiscope {

BrokeOff::BrokeOff(const BreakpointHit& hit)
    : Error(hit.reason, "Good sweeps until then: " + std::to_string(hit.lastGood + 1) + " of " +
                            std::to_string(hit.sweep + 1) + ". Without --break the run goes on."),
      m_hit(hit) {}

Json BrokeOff::json() const {
  return {{"breakpoint", limitsOf(m_hit.kind).name},
          {"reason", m_hit.reason},
          {"sweeps", m_hit.sweep + 1},
          {"good_sweeps", m_hit.lastGood + 1}};
}

}  // namespace jacobiscope
