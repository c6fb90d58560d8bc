// The part of `evaluate` for text-to-image models of scenes.
#pragma once

#include <filesystem>
#include <string>

#include "app/arguments.h"
#include "app/model_options.h"

namespace jacobiscope {

// How often pictures show what their prompts ask for, by the judge that lies with the model.
int evaluateScenes(const Arguments& arguments, const OpenModel& model);

// What `option` names, else the file of that name in `folder`. UsageError where there is none.
std::filesystem::path givenOrIn(const std::filesystem::path& folder, const Arguments& arguments,
                                const std::string& option, const std::string& name);

}  // namespace jacobiscope
