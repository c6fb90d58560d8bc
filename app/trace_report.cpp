#include "app/trace_report.h"

#include <algorithm>

#include "engine/record/exactness_summary.h"
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
  if (run.start.parent) {
    report["parent"] = {{"run", run.start.parent->run}, {"sweeps", run.start.parent->sweeps}};
    if (run.start.parent->run == 0) report["parent"]["run"] = nullptr;  // not in this file
  }
  if (!run.exactness.empty()) {
    const ExactnessSummary summary = summaryOf(run);
    double largest = 0;
    for (const auto& stage : summary.stages) largest = std::max(largest, stage.largest);
    report["exactness"] = {{"judged_sweeps", summary.judged},
                           {"exact_sweeps", summary.exact},
                           {"largest_error", largest}};
  }
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
  std::string text = "run " + run["run"].dump() + ": " + run["family"].get<std::string>() + ", " +
         run["model"].get<std::string>() + ", " + run["sweeps"].dump() + " sweeps, " +
         run["calls"].dump() + " calls, " + shortNumber(run["seconds"].get<double>()) + " s, " +
         outcome;
  if (run.contains("parent")) {
    text += ", branched after sweep " + run["parent"]["sweeps"].dump() +
            (run["parent"]["run"].is_null() ? "" : " of run " + run["parent"]["run"].dump());
  }
  if (run.contains("exactness")) {
    const Json& exactness = run["exactness"];
    text += ", true error at most " + shortNumber(exactness["largest_error"].get<double>()) + ", " +
            exactness["exact_sweeps"].dump() + " of " + exactness["judged_sweeps"].dump() +
            " judged sweeps exact";
  }
  return text;
}

}  // namespace jacobiscope
