// What the recipes of `train` ask of their options alike.
#pragma once

#include <filesystem>
#include <string>

#include "app/arguments.h"

namespace jacobiscope {

// UsageError where an option is given that means nothing to the recipe.
void refuseOption(const Arguments& arguments, const char* option, const std::string& recipe);

// The value of an option; UsageError where it is missing.
std::string requiredText(const Arguments& arguments, const std::string& option,
                         const std::string& recipe);

// --out, a .safetensors file that can be written. Its folder is made where there is none.
std::filesystem::path trainOutput(const Arguments& arguments, const std::string& recipe);

}  // namespace jacobiscope
