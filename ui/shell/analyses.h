// Several analyses of one model as one: what was calibrated stays when a search has been made,
// and the other way round. Pure.
#pragma once

#include <map>
#include <string>

#include "engine/core/family.h"

namespace jacobiscope {

// By Analysis::name, the last of each. Columns, presets and trials stand one behind the other; of
// two with the same name the first is kept. Name and origin are the first one's that has columns,
// else the first one's.
Analysis merged(const std::map<std::string, Analysis>& analyses);

}  // namespace jacobiscope
