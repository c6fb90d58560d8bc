#include "engine/tarflow/schedule.h"

namespace jacobiscope {

Guidance readGuidance(const KnobValues& knobs) {
  const std::string& what = textAt(knobs, "guidance.what");
  Guidance guidance;
  guidance.weight = numberAt(knobs, "guidance");
  guidance.annealed = toggleAt(knobs, "guidance.anneal");
  guidance.onA = what.find('a') != std::string::npos;
  guidance.onC = what.find('c') != std::string::npos;
  guidance.attnTemp = numberAt(knobs, "attn_temp");
  return guidance;
}

}  // namespace jacobiscope
