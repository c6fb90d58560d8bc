// What a recorded run can be turned into, for the window and the command line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/export/figure.h"
#include "engine/export/film.h"

namespace jacobiscope {

enum class ExportKind { Png, Gif, Apng, Mp4, Csv, Svg, Pdf };

struct ExportFormat {
  ExportKind kind;
  std::string name;                  // "gif"
  std::string title;                 // "GIF of the process"
  std::vector<std::string> endings;  // of file names, ".gif"; the first is the usual one
};

// Every one, also what this build or machine cannot write.
const std::vector<ExportFormat>& exportFormats();
const ExportFormat& exportFormat(ExportKind kind);

// The format a file's ending names, whatever its case; nothing for an unknown one. ".png" is the
// picture and ".apng" the animation.
std::optional<ExportKind> exportKindOf(const std::filesystem::path& file);

// Why this build or machine cannot write the format, or nothing.
std::optional<std::string> whyNot(ExportKind kind);

struct ExportOptions {
  FilmOptions film;
  FigureOptions figure;
};

// Writes the file, whole or not at all. Throws Error where the run has no pictures for a picture,
// or no sweep for a figure, where a part is missing (see whyNot) and where the file cannot be
// written; UsageError for options out of range. `run` is only read: it may be a copy whose
// snapshots are shared with a recording on another thread.
void exportRun(const RunRecord& run, ExportKind kind, const std::filesystem::path& file,
               const ExportOptions& options = {});

}  // namespace jacobiscope
