// Panels as CBOR maps and back. Nothing is compressed: what is read is never larger than a
// third more than its bytes in the file, and a picture costs no more than its copy.
#pragma once

#include "engine/core/panel.h"
#include "engine/record/trace_fields.h"

namespace jacobiscope::trace {

json toTrace(const Panel& panel);

// Throws Error where dimensions and data disagree, or for a kind of panel that is not known.
Panel panelFrom(const json& from);

}  // namespace jacobiscope::trace
