// Decoding one position at a time, the baseline of every family.
#pragma once

#include <string>

#include "engine/core/family.h"

namespace jacobiscope {

// The key of the knob that chooses how to decode, "mode" or "decoder", and the choice that is
// one position at a time. Both empty where the model has none.
struct SequentialChoice {
  std::string key, value;
};
SequentialChoice sequentialChoice(const ModelInfo& model);

// `knobs` with that choice made: the same equations, solved one position at a time. Throws
// UsageError where the model has no such choice.
KnobValues sequentialKnobs(const ModelInfo& model, KnobValues knobs);

// Whether these knobs decode one position at a time.
bool decodesSequentially(const KnobValues& knobs);

// Whether a run with these knobs leads to what sequentialKnobs() of them give, with enough sweeps:
// not where tokens are accepted by tests that draw numbers of their own. Then both are samples of
// the same distribution, and no more.
bool leadsToSequential(const KnobValues& knobs);

}  // namespace jacobiscope
