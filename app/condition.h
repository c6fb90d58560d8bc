// What a picture is to show: a prompt, features of one, or a class; or what a robot is to do. The
// same options for every sub-command that decodes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/arguments.h"
#include "engine/core/family.h"

namespace jacobiscope {

// --prompt, --instruction, --text-features, --label, --label-name.
std::vector<OptionSpec> conditionOptions();

// Throws UsageError where two options say what is to be shown.
void checkCondition(const Arguments& arguments);

// Puts what they say into `input`. Throws UsageError where the model reads something else, or
// where it reads text and `need` is set and there is none; Error for a file that cannot be read.
void readCondition(const Arguments& arguments, const ModelInfo& model, bool need, Input& input);

// The model reads text, though perhaps only features of it.
bool readsText(const ModelInfo& model);

// A file with one prompt per line: lines without blanks around them, empty ones skipped.
// Throws Error for a file that cannot be read or has no prompt.
std::vector<std::string> readPrompts(const std::filesystem::path& file);

// "007-a-cat-on-a.png" for the seventh of at most 999 prompts.
std::string pictureName(const std::string& prompt, std::size_t number, std::size_t count);

}  // namespace jacobiscope
