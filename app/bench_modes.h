// Which ways of decoding a benchmark compares, read off the model's knobs and presets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/family.h"

namespace jacobiscope {

struct BenchMode {
  std::string mode;    // "sequential", "jacobi", "gs-jacobi", "window", "automatic", "schedule"
  int window = 0;      // width, 0: the mode has none
  std::string preset;  // where its schedule comes from, empty: the knobs' defaults
  KnobValues knobs;    // complete
};

// Sequential first, all without a flow's final denoising. `given` (what --set named) holds
// for all; a `mode` among it leaves only that one beside sequential. `schedules` are compared
// too, as "schedule". Throws Error where the model has no sequential mode.
std::vector<BenchMode> benchModes(const ModelInfo& model, const KnobValues& given,
                                  const std::vector<Preset>& schedules = {});

// The modes of a model of tokens, whose knob is `decoder`: sequential first, then every other
// decoder at windows of 8, 16, 32, 64 and 128 inputs, as far as there are positions. `given`
// holds for all; a `decoder` or `window` among it leaves only those beside sequential.
std::vector<BenchMode> tokenModes(const ModelInfo& model, const KnobValues& given);

// The same mode with low precision first (knob `refine`), called "window+refine"; nothing
// where the model has no such knob or it is set already.
std::optional<BenchMode> lowPrecisionFirst(const ModelInfo& model, const BenchMode& mode,
                                           const KnobValues& given);

}  // namespace jacobiscope
