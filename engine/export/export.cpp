#include "engine/export/export.h"

#include <algorithm>
#include <cctype>
#include <span>

#include "engine/checkpoint/atomic_file.h"
#include "engine/core/error.h"
#include "engine/export/apng.h"
#include "engine/export/csv.h"
#include "engine/export/gif.h"
#include "engine/export/mp4.h"
#include "engine/export/pdf.h"
#include "engine/export/stored_run.h"
#include "engine/export/svg.h"
#include "engine/picture/picture_file.h"
#include "engine/record/recipe.h"

namespace jacobiscope {

namespace fs = std::filesystem;

namespace {

PictureTexts textsFor(const Recipe& recipe) {
  return {{"Software", "Jacobiscope " JACOBISCOPE_VERSION}, {kRecipeKey, recipeText(recipe)}};
}

void writeText(const fs::path& file, const std::string& text) {
  writeFileAtomically(file, {std::as_bytes(std::span(text))});
}

void exportPicture(const RunRecord& run, const fs::path& file) {
  const StoredRun stored = storedRunOf(run);
  if (!stored.picture) {
    throw Error("The recording holds no pictures.",
                "Record a run whose pictures were kept, or export its facts as CSV.");
  }
  writeText(file, encodePng(*stored.picture, textsFor(stored.recipe)));
}

void exportFacts(const RunRecord& run, const fs::path& path) {
  AtomicFile file(path);
  writeCsv(run, [&](std::string_view text) { file.write(std::as_bytes(std::span(text))); });
  file.publish();
}

void exportVideo(const Film& film, const fs::path& file) {
  const auto ffmpeg = findFfmpeg();
  if (!ffmpeg) {
    throw Error(*whyNot(ExportKind::Mp4), "Install ffmpeg, or write a GIF or an APNG.");
  }
  writeMp4(film, *ffmpeg, file);
}

}  // namespace

const std::vector<ExportFormat>& exportFormats() {
  static const std::vector<ExportFormat> list = {
      {ExportKind::Png, "png", "picture at the end, with its recipe", {".png"}},
      {ExportKind::Gif, "gif", "GIF of the process", {".gif"}},
      {ExportKind::Apng, "apng", "animated PNG of the process", {".apng", ".png"}},
      {ExportKind::Mp4, "mp4", "MP4 of the process, through ffmpeg", {".mp4"}},
      {ExportKind::Csv, "csv", "every fact, a row each", {".csv"}},
      {ExportKind::Svg, "svg", "figure of map and curves, SVG", {".svg"}},
      {ExportKind::Pdf, "pdf", "figure of map and curves, PDF", {".pdf"}}};
  return list;
}

const ExportFormat& exportFormat(ExportKind kind) {
  return *std::ranges::find(exportFormats(), kind, &ExportFormat::kind);
}

std::optional<ExportKind> exportKindOf(const fs::path& file) {
  std::string ending = file.extension().string();
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const ExportFormat& format : exportFormats())
    if (format.endings.front() == ending) return format.kind;
  return std::nullopt;
}

std::optional<std::string> whyNot(ExportKind kind) {
  if (kind == ExportKind::Gif && !writesGif())
    return "This build cannot write GIF: giflib was missing when it was built.";
  if (kind == ExportKind::Pdf && !writesPdf())
    return "This build cannot write PDF: cairo was missing when it was built.";
  if (kind == ExportKind::Mp4 && !findFfmpeg())
    return "MP4 needs the program ffmpeg, which was not found.";
  return std::nullopt;
}

void exportRun(const RunRecord& run, ExportKind kind, const fs::path& file,
               const ExportOptions& options) {
  switch (kind) {
    case ExportKind::Png: return exportPicture(run, file);
    case ExportKind::Gif:
      return writeGif(Film(run, options.film), file, textsFor(recipeOf(run)));
    case ExportKind::Apng:
      return writeApng(Film(run, options.film), textsFor(recipeOf(run)), file);
    case ExportKind::Mp4: return exportVideo(Film(run, options.film), file);
    case ExportKind::Csv: return exportFacts(run, file);
    case ExportKind::Svg: return writeText(file, svgText(figureOf(run, options.figure)));
    case ExportKind::Pdf: return writeText(file, pdfBytes(figureOf(run, options.figure)));
  }
}

}  // namespace jacobiscope
