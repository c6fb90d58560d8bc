// --schedule, and the search for the fastest one: the same for every sub-command that has them.
#pragma once

#include <functional>
#include <string>

#include "app/arguments.h"
#include "app/model_options.h"

namespace jacobiscope {

OptionSpec scheduleOption(bool repeated);
// --search and --error.
std::vector<OptionSpec> searchOptions();

// Throws UsageError for --error without --search.
void checkSearchOptions(const Arguments& arguments);
// Throws UsageError where --schedule or --search is given and the model has no schedule of blocks.
void checkSchedule(const Arguments& arguments, const ModelInfo& model);

// What the option's text sets: a file's text, else the text itself, as parseSchedule() reads it.
Preset readSchedulePreset(const std::string& option, const ModelInfo& model);

// Decodes by --schedule where it is given; what --set named still wins.
void applySchedule(const Arguments& arguments, OpenModel& model);

// The search of Family::analyse() under the bound --error for `input.count` pictures. `say` is told
// the progress (0 to 1) and what is known so far. Throws Cancelled after ^C.
Analysis searchSchedule(Family& model, const KnobValues& knobs, Input input,
                        const Arguments& arguments,
                        const std::function<void(double, const std::string&)>& say);

// The schedule that a search found, the first of its presets. Error where it found none.
const Preset& foundSchedule(const Analysis& analysis);

// " --set mode=window --set window=8"
std::string settingsText(const KnobValues& knobs);

}  // namespace jacobiscope
