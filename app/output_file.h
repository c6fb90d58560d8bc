// Files the command line writes, refused before anything is computed where they cannot be.
#pragma once

#include <filesystem>
#include <string>

namespace jacobiscope {

// Throws Error where the folder of `file` does not exist, cannot be written to, or `file`
// is itself a folder.
void checkOutput(const std::filesystem::path& file);

// Throws Error where `folder` is no folder that can be written to.
void checkOutputFolder(const std::filesystem::path& folder);

// ".png", lower case.
std::string extensionOf(const std::filesystem::path& file);

}  // namespace jacobiscope
