// The engine's end: a session that obeys what arrives on one pipe and says what happens on
// another.
#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include "engine/core/family.h"
#include "engine/core/model_library.h"

namespace jacobiscope::remote {

// A Load may name a model of the library instead of its path.
// Serves until `in` ends, `out` cannot be written any more, or `stop` becomes true; what runs is
// stopped then. Both are only used while it lasts; `out` is made not to block. SIGPIPE must be
// ignored. Throws Error for a window of another version and for bytes that are no message; the
// window was told before.
void serve(int in, int out, const std::vector<FamilyEntry>& families,
           const std::vector<ModelEntry>& models, const std::atomic<bool>& stop);

}  // namespace jacobiscope::remote
