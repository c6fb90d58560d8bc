// The sliders and presets of the family, and what the knobs say about guidance.
#pragma once

#include <string>
#include <vector>

#include "engine/core/block_schedule.h"
#include "engine/core/family.h"
#include "engine/tarflow/block_pass.h"
#include "engine/tarflow/model.h"

namespace jacobiscope {

Guidance readGuidance(const KnobValues& knobs);

// Every slider of the family.
std::vector<Knob> tarflowKnobs(const TarFlowConfig& config);

// Published and generic schedules for a model of this many blocks and tokens.
std::vector<Preset> tarflowPresets(const TarFlowConfig& config);

}  // namespace jacobiscope
