// Which ways of decoding a benchmark compares, read off the model's knobs and presets.
#pragma once

#include <string>
#include <vector>

#include "engine/core/family.h"

namespace jacobiscope {

struct BenchMode {
  std::string mode;    // "sequential", "jacobi", "gs-jacobi", "window", "automatic", ...
  int window = 0;      // width, 0: the mode has none
  std::string preset;  // where its schedule comes from, empty: the knobs' defaults
  KnobValues knobs;    // complete
};

// Sequential first. `given` (what --set named) holds for all; a `mode` or `window` among it
// leaves only that one beside sequential. Models without a `mode` knob are compared over
// their presets. Throws Error where no sequential mode is found.
std::vector<BenchMode> benchModes(const ModelInfo& model, const KnobValues& given);

}  // namespace jacobiscope
