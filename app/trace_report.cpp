#include "app/trace_report.h"

#include "engine/record/recipe.h"
#include "engine/record/trace_reader.h"

namespace jacobiscope {

namespace {

Json runJson(const RunRecord& run) {
  const Recipe recipe = recipeOf(run);
  Json report = {{"run", run.start.run},
                 {"family", recipe.family},
                 {"model", recipe.model},
                 {"outcome", recipe.outcome},
                 {"sweeps", run.snapshots.size()},
                 {"calls", recipe.calls},
                 {"seconds", recipe.computeSeconds}};
  // Of a run that was cut short nothing says that it goes on.
  if (!run.ended()) report["outcome"] = nullptr;
  return report;
}

}  // namespace

void describeTrace(const std::filesystem::path& file, Json& report) {
  Recording recording;
  const TraceContents contents = readTrace(file, recording);
  report["format"] = "jtrace 1." + std::to_string(contents.minor);
  report["program"] = contents.program;
  report["written"] = contents.written;
  report["bytes"] = contents.bytes;
  report["pictures"] = contents.pictures;
  report["picture_bytes"] = contents.pictureBytes;
  report["whole"] = contents.missing.empty();
  report["runs"] = Json::array();
  for (const int id : contents.runs) report["runs"].push_back(runJson(*recording.run(id)));
  if (!contents.missing.empty()) report["missing"] = Json::array({contents.missing});
}

std::string traceRunText(const Json& run) {
  const std::string outcome =
      run["outcome"].is_null() ? "no end" : run["outcome"].get<std::string>();
  return "run " + run["run"].dump() + ": " + run["family"].get<std::string>() + ", " +
         run["model"].get<std::string>() + ", " + run["sweeps"].dump() + " sweeps, " +
         run["calls"].dump() + " calls, " + shortNumber(run["seconds"].get<double>()) + " s, " +
         outcome;
}

}  // namespace jacobiscope
