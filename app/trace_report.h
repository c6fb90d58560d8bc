// What is in a recording file, for `inspect`.
#pragma once

#include <filesystem>

#include "app/sub_command.h"

namespace jacobiscope {

// Adds "format", "program", "written", "bytes", "pictures", "picture_bytes", "whole", "runs" and,
// where something is missing, "missing". Throws Error for what is no recording.
void describeTrace(const std::filesystem::path& file, Json& report);

// One of its "runs" as a line, without its end.
std::string traceRunText(const Json& run);

}  // namespace jacobiscope
