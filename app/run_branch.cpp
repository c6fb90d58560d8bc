#include "app/run_branch.h"

#include <algorithm>
#include <iostream>
#include <limits>
#include <span>
#include <utility>

#include "app/output_file.h"
#include "app/progress.h"
#include "app/recorded_run.h"
#include "engine/checkpoint/atomic_file.h"
#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"
#include "engine/picture/picture_file.h"
#include "engine/record/exactness_summary.h"
#include "engine/record/recipe.h"
#include "engine/record/replay.h"

namespace jacobiscope {

namespace {

// What the recording says already.
constexpr const char* kOfTheRecording[] = {"--seed",  "--prompts", "--noise",      "--image",
                                           "--count", "--break",   "--prompt",     "--label",
                                           "--trace", "--label-name", "--instruction"};

void checkRequest(const Arguments& arguments) {
  for (const char* option : kOfTheRecording) {
    if (!arguments.has(option)) continue;
    throw UsageError(std::string(option) + " and --branch are both given.",
                     "A branch decodes the recording's input; --set changes knobs from --at on.");
  }
  const std::filesystem::path out = *arguments.text("--out");
  const std::string ending = extensionOf(out);
  if (ending != ".jtrace" && ending != ".png" && ending != ".safetensors") {
    throw UsageError("--out " + out.string() +
                         " is neither a .png nor a .safetensors nor a .jtrace file.",
                     "The ending says what is written: a picture, tensors or a recording.");
  }
  if (!arguments.has("--at")) {
    throw UsageError("It is not said where to branch.", "Give --at N: after the first N sweeps.");
  }
  checkOutput(out);
}

Replay readParent(const Arguments& arguments, Recording& recording) {
  const std::string file = *arguments.text("--branch");
  const RunRecord& run = recordedRun(file, arguments, recording).run;
  const auto at = *arguments.integer("--at", 1, std::numeric_limits<std::int64_t>::max());
  if (at > std::ssize(run.snapshots)) {
    throw UsageError("Run " + std::to_string(run.start.run) + " of " + file + " has " +
                         std::to_string(run.snapshots.size()) + " sweeps.",
                     "Branch at one of them.");
  }
  return replayOf(run, at);
}

void writeOut(const std::filesystem::path& out, const RunRecord& run) {
  if (extensionOf(out) == ".jtrace") return;
  const Arrays& result = run.finished->result;
  if (extensionOf(out) == ".safetensors") return writeSafetensors(out, result);
  const auto image = result.find("image");
  if (image == result.end()) {
    throw Error("The model " + run.start.model.name + " makes no picture.",
                "Write its tensors: --out FILE.safetensors.");
  }
  const std::string png = encodePng(gridPicture(image->second),
                                    {{"Software", "Jacobiscope " JACOBISCOPE_VERSION},
                                     {kRecipeKey, recipeText(recipeOf(run))}});
  writeFileAtomically(out, {std::as_bytes(std::span(png))});
}

Json branchJson(const RunRecord& run, const std::string& file, const std::filesystem::path& out) {
  const Recipe recipe = recipeOf(run);
  Json timeline = Json::array();
  for (const auto& [sweep, knobs] : recipe.timeline) {
    timeline.push_back({{"sweep", sweep}, {"knobs", knobsJson(knobs)}});
  }
  return {{"model", recipe.model},
          {"parent", {{"file", file}, {"sweeps", run.start.parent->sweeps}}},
          {"sweeps", recipe.sweeps},
          {"calls", recipe.calls},
          {"seconds", recipe.computeSeconds},
          {"result", recipe.resultHash},
          {"timeline", timeline},
          {"out", out.string()}};
}

std::string branchText(const Json& report) {
  return report["out"].get<std::string>() + ": " + report["sweeps"].dump() + " sweeps, of which " +
         report["parent"]["sweeps"].dump() + " are the parent's, " + report["calls"].dump() +
         " calls";
}

// Decodes the branch to its end; every event goes into `recording`, and into `trace` if any.
void decodeBranch(LocalEngine& engine, command::Branch branch, bool json,
                  const std::function<void(const Event&)>& tell) {
  ProgressLine progress("branching", json);
  const auto past = static_cast<double>(branch.parent.past.size());
  std::int64_t sweeps = 0;
  engine.until(std::move(branch), [&](const Event& event) {
    tell(event);
    if (std::holds_alternative<std::shared_ptr<const Snapshot>>(event)) ++sweeps;
    progress.update(std::min(1.0, static_cast<double>(sweeps) / past),
                    std::to_string(sweeps) + " sweeps");
    return std::holds_alternative<Finished>(event);
  });
}

}  // namespace

std::vector<OptionSpec> branchOptions() {
  return {{"--branch", "FILE.jtrace",
           "goes on from a recording's run; --set is in force from there"},
          {"--at", "N", "of --branch: after its first N sweeps"},
          {"--run", "N", "of --branch: which run, from 1, where the recording holds several"},
          {"--judge", "", "decodes one position at a time, too: true errors of every sweep"}};
}

void checkBranchOptions(const Arguments& arguments) {
  for (const char* option : {"--at", "--run"}) {
    if (arguments.has(option) && !arguments.has("--branch")) {
      throw UsageError(std::string(option) + " is given without --branch.",
                       "Name the recording to branch off.");
    }
  }
  if (arguments.has("--judge") && arguments.has("--prompts")) {
    throw UsageError("--judge and --prompts are both given.", "Judge one run at a time.");
  }
}

int runBranch(const Arguments& arguments) {
  checkRequest(arguments);
  const std::filesystem::path out = *arguments.text("--out");
  const bool json = arguments.has("--json");
  Recording parents;
  Replay parent = readParent(arguments, parents);
  OpenModel model = openModel(*arguments.text("--model"), arguments);
  std::optional<TraceWriter> trace;
  if (extensionOf(out) == ".jtrace") trace.emplace(out);
  Recording recording;
  const auto tell = [&](const Event& event) {
    recording.add(event);
    if (trace) trace->add(event);
  };
  LocalEngine engine(std::move(model.family));
  decodeBranch(engine, {std::move(parent), model.given, false}, json, tell);
  const RunRecord& run = recording.runs().begin()->second;
  writeOut(out, run);
  Json report = branchJson(run, *arguments.text("--branch"), out);
  if (!json) std::cout << branchText(report) << std::endl;
  if (arguments.has("--judge")) {
    report["exactness"] = judgeRun(engine, run, json, tell);
    if (!json) std::cout << exactnessText(report["exactness"]) << std::endl;
  }
  if (trace && trace->problem()) throw *trace->problem();
  if (json) printJson(report);
  return 0;
}

// ---- The oracle -------------------------------------------------------------------------

Json judgeRun(LocalEngine& engine, RunRecord run, bool json,
              const std::function<void(const Event&)>& tell) {
  ProgressLine progress("judging", json);
  std::map<std::int64_t, Exactness>& judged = run.exactness;
  Replay replay{run.start, run.snapshots};
  engine.until(command::Judge{std::move(replay)}, [&](const Event& event) {
    tell(event);
    const auto* exactness = std::get_if<Exactness>(&event);
    if (exactness) judged.insert_or_assign(exactness->sweep, *exactness);
    const auto* done = std::get_if<Progress>(&event);
    if (done) progress.update(done->fraction);
    return done && done->fraction >= 1;
  });
  const ExactnessSummary summary = summaryOf(run);
  Json stages = Json::array();
  for (const auto& stage : summary.stages) {
    stages.push_back({{"stage", stage.name},
                      {"unit", stage.unit},
                      {"largest_error", stage.largest},
                      {"last_error", stage.last}});
  }
  Json report = {{"judged_sweeps", summary.judged},
                 {"exact_sweeps", summary.exact},
                 {"residual_ratio", nullptr},
                 {"stages", std::move(stages)}};
  if (summary.residualRatio) report["residual_ratio"] = *summary.residualRatio;
  return report;
}

std::string exactnessText(const Json& exactness) {
  std::string text;
  for (const Json& stage : exactness["stages"]) {
    const std::string unit = stage["unit"].get<std::string>();
    text += stage["stage"].get<std::string>() + ": true error at most " +
            shortNumber(stage["largest_error"].get<double>()) + ", at last " +
            shortNumber(stage["last_error"].get<double>()) + (unit.empty() ? "" : " " + unit) +
            "\n";
  }
  text += exactness["exact_sweeps"].dump() + " of " + exactness["judged_sweeps"].dump() +
          " sweeps are exact";
  if (!exactness["residual_ratio"].is_null()) {
    text += "; the residual is " + shortNumber(exactness["residual_ratio"].get<double>()) +
            " times the true error (median)";
  }
  return text;
}

}  // namespace jacobiscope
