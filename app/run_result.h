// What a run leaves behind: a picture with its recipe or tensors, and a report.
#pragma once

#include <filesystem>
#include <string>

#include "app/decode.h"
#include "app/model_options.h"
#include "app/sub_command.h"

namespace jacobiscope {

// A .safetensors gets the raw tensors, a .png the picture. Throws Error where the model makes
// no picture or the file cannot be written; an old file stays then.
void writeResult(const std::filesystem::path& out, const OpenModel& model, const Input& input,
                 const DecodeReport& report);

Json reportJson(const OpenModel& model, const Input& input, const DecodeReport& report,
                const std::filesystem::path& out);

// One line, without its end; of a robot a line more per episode.
std::string reportText(const ModelInfo& model, const DecodeReport& report,
                       const std::filesystem::path& out);

}  // namespace jacobiscope
