// The decoders that a table compares, each a short text over a model's knobs.
#pragma once

#include <string>
#include <vector>

#include "engine/core/family.h"

namespace jacobiscope {

struct DecoderChoice {
  std::string decoder;  // "bounded:exit.bins=2": the entry without its policy
  std::string policy;   // "teacher"; empty: the model has no such knob
  KnobValues knobs;     // complete
};

// Whether what it decodes need not be the fixed point.
bool endsEarly(const DecoderChoice& choice);

// One entry: parts with colons between them, in any order. A part with an equals sign is a knob
// with its value, one without is a value of the knob `decoder` or `policy`. Knobs that are not
// named are as in `given`, else as by default. Throws UsageError for a part that is nothing of
// this model, for a knob that is named twice or in `given` with another value.
DecoderChoice parseDecoder(const ModelInfo& model, const KnobValues& given,
                           const std::string& entry);

// Several with commas between them. Throws UsageError for an empty list or two equal entries.
std::vector<DecoderChoice> parseDecoders(const ModelInfo& model, const KnobValues& given,
                                         const std::string& list);

// What a robot's decoders are compared by without a list, for every policy that the model has:
// autoregressive, Jacobi, early exit after two passes as published (CEED-VLA), early exit where
// nothing moves by more than a bin, and a warm start with and without that. `given` may fix knobs
// of them: a decoder or policy among it leaves only that one. Throws Error where the model has
// no policies.
std::vector<DecoderChoice> usualDecoders(const ModelInfo& model, const KnobValues& given);

}  // namespace jacobiscope
