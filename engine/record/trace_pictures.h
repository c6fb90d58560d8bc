// Panels as CBOR maps and back. Nothing is compressed: what is read is never larger than a
// third more than its bytes in the file, and a picture costs no more than its copy.
#pragma once

#include <optional>

#include "engine/core/panel.h"
#include "engine/record/trace_fields.h"

namespace jacobiscope::trace {

json toTrace(const Panel& panel);

// Nothing for a kind of panel that this version does not have. Throws Error where dimensions and
// data disagree.
std::optional<Panel> panelFrom(const json& from);

}  // namespace jacobiscope::trace
