// A film as an MP4, made by the ffmpeg program of the machine.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "engine/export/film.h"

namespace jacobiscope {

// The first executable file "ffmpeg" in the folders of a search path as in $PATH.
std::optional<std::filesystem::path> findFfmpeg(const std::string& searchPath);
// In this process's $PATH.
std::optional<std::filesystem::path> findFfmpeg();

// Frames go to ffmpeg's standard input as raw pixels. Throws Error where ffmpeg cannot be
// started or fails, with the last line it said.
void writeMp4(const Film& film, const std::filesystem::path& ffmpeg,
              const std::filesystem::path& file);

}  // namespace jacobiscope
