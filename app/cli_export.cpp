// jacobiscope-cli export: a recording turned into tables, pictures, films and figures.
#include <algorithm>
#include <iostream>
#include <limits>

#include "app/output_file.h"
#include "app/recorded_run.h"
#include "app/sub_command.h"
#include "engine/core/error.h"
#include "engine/export/export.h"

namespace jacobiscope {

namespace {

struct Wish {
  ExportKind kind;
  std::filesystem::path file;
};

std::string listed(const std::vector<std::string>& words, const std::string& last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? last : ", ") + words[i];
  return text;
}

void checkEnding(const ExportFormat& format, const std::filesystem::path& file) {
  if (std::ranges::count(format.endings, extensionOf(file)) > 0) return;
  throw UsageError("--" + format.name + " " + file.string() + " does not end in " +
                       listed(format.endings, " or ") + ".",
                   "The ending says what a file is.");
}

// What is asked for, refused where it cannot be before the recording is read.
std::vector<Wish> wishesOf(const Arguments& arguments) {
  std::vector<Wish> wishes;
  std::vector<std::string> names;
  for (const ExportFormat& format : exportFormats()) {
    names.push_back("--" + format.name);
    const auto file = arguments.text(names.back());
    if (!file) continue;
    checkEnding(format, *file);
    checkOutput(*file);
    wishes.push_back({format.kind, *file});
  }
  if (wishes.empty()) {
    throw UsageError("It is not said what to export.", "Give " + listed(names, " or ") + ".");
  }
  return wishes;
}

ExportOptions optionsOf(const Arguments& arguments) {
  ExportOptions options;
  if (const auto fps = arguments.integer("--fps", 1, kMostFramesPerSecond))
    options.film.framesPerSecond = static_cast<int>(*fps);
  if (const auto size = arguments.integer("--size", kSmallestFilm, kLargestFilm))
    options.film.size = static_cast<int>(*size);
  options.figure.cividis = arguments.has("--cividis");
  return options;
}

int run(const Arguments& arguments) {
  if (arguments.operands().size() != 1) {
    throw UsageError("One recording was expected, " +
                         std::to_string(arguments.operands().size()) + " are given.",
                     "Name a .jtrace file before the options.");
  }
  const std::string& file = arguments.operands().front();
  const std::vector<Wish> wishes = wishesOf(arguments);
  const ExportOptions options = optionsOf(arguments);
  Recording recording(std::numeric_limits<std::size_t>::max());  // every picture of the file
  const RecordedRun found = recordedRun(file, arguments, recording);
  const RunRecord& record = found.run;
  Json files = Json::array();
  for (const Wish& wish : wishes) {
    exportRun(record, wish.kind, wish.file, options);
    const auto bytes = std::filesystem::file_size(wish.file);
    files.push_back({{"kind", exportFormat(wish.kind).name},
                     {"file", wish.file.string()},
                     {"bytes", bytes}});
    if (!arguments.has("--json"))
      std::cout << wish.file.string() << ": " << bytes << " bytes" << std::endl;
  }
  if (arguments.has("--json")) {
    printJson({{"trace", file}, {"sweeps", record.snapshots.size()},
               {"missing", found.missing}, {"files", files}});
  }
  return 0;
}

}  // namespace

SubCommand exportCommand() {
  std::vector<OptionSpec> options;
  for (const ExportFormat& format : exportFormats())
    options.push_back({"--" + format.name, "FILE", format.title});
  const std::vector<OptionSpec> rest = {
      {"--run", "N", "which run, from 1, where the recording holds several"},
      {"--fps", "N", "pictures a second of a GIF, APNG or MP4, 1 to 50; usually 10"},
      {"--size", "N", "longer side of these in pixels, 16 to 4096; enlarged by whole factors"},
      {"--cividis", "", "another colour map for the figure; usually viridis"},
      {"--json", "", "one JSON object on stdout and nothing else there"}};
  options.insert(options.end(), rest.begin(), rest.end());
  return {"export", "TRACE", "A recording as table, picture, film or figure", options, run};
}

}  // namespace jacobiscope
