#include "app/train_options.h"

#include "app/output_file.h"
#include "engine/core/error.h"

namespace jacobiscope {

void refuseOption(const Arguments& arguments, const char* option, const std::string& recipe) {
  if (arguments.has(option)) {
    throw UsageError(std::string(option) + " has no meaning for train " + recipe + ".");
  }
}

std::string requiredText(const Arguments& arguments, const std::string& option,
                         const std::string& recipe) {
  const auto value = arguments.text(option);
  if (!value) throw UsageError(option + " is missing.", "train " + recipe + " needs it.");
  return *value;
}

std::filesystem::path trainOutput(const Arguments& arguments, const std::string& recipe) {
  const std::filesystem::path out = requiredText(arguments, "--out", recipe);
  if (extensionOf(out) != ".safetensors") {
    throw UsageError("--out " + out.string() + " is no .safetensors file.");
  }
  std::error_code told;  // by checkOutput(), which says what stands in the way
  if (out.has_parent_path()) std::filesystem::create_directories(out.parent_path(), told);
  checkOutput(out);
  return out;
}

}  // namespace jacobiscope
