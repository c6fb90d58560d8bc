#include "app/output_file.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "engine/core/error.h"

namespace jacobiscope {

namespace fs = std::filesystem;

namespace {

fs::path folderOf(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

}  // namespace

void checkOutputFolder(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_directory(folder, error)) {
    throw Error(folder.string() + " is a file, a folder was expected.", "Choose another --out.");
  }
  if (!fs::is_directory(folder, error)) {
    throw Error("The output folder " + folder.string() + " does not exist.",
                "Create it or choose another one.");
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    throw Error("The output folder " + folder.string() + " cannot be written to (" +
                    std::strerror(errno) + ").",
                "Choose another --out.");
  }
}

void checkOutput(const fs::path& file) {
  std::error_code error;
  if (fs::is_directory(file, error)) {
    throw Error(file.string() + " is a folder, a file name was expected.",
                "Add a file name to --out.");
  }
  checkOutputFolder(folderOf(file));
}

std::string extensionOf(const fs::path& file) {
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

}  // namespace jacobiscope
