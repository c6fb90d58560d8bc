// jacobiscope-cli bench: this machine, sequential against each parallel mode.
#include <algorithm>
#include <cmath>
#include <iostream>

#include "app/bench.h"
#include "app/bench_live.h"
#include "app/cli_bench_robot.h"
#include "app/cli_bench_tokens.h"
#include "app/condition.h"
#include "app/sub_command.h"
#include "app/model_options.h"
#include "app/progress.h"
#include "app/schedule_option.h"
#include "engine/core/error.h"
#include "engine/core/schedule_text.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/tarflow/tarflow_tools.h"
#endif

namespace jacobiscope {

namespace {

double guidanceOf(const KnobValues& knobs) {
  return knobs.contains("guidance") ? numberAt(knobs, "guidance") : 0;
}

Json resultJson(const BenchResult& result) {
  Json object = {{"mode", result.mode.mode}, {"window", nullptr}, {"batch", result.batch}};
  if (result.mode.window > 0) object["window"] = result.mode.window;
  object["guidance"] = guidanceOf(result.mode.knobs);
  object["calls"] = result.calls;
  object["seconds"] = result.seconds;
  object["speedup"] = result.speedup;
  object["max_error"] = result.maxError;
  if (!result.mode.preset.empty()) object["preset"] = result.mode.preset;
  if (result.mode.mode == "schedule") object["knobs"] = knobsJson(result.mode.knobs);
  object["repetitions"] = result.repetitions;
  return object;
}

// Arithmetic that a decode cannot do without, per second, over what one large matrix
// product reaches: of sequential and of Jacobi decoding, whose passes are known.
Json efficiencyJson([[maybe_unused]] const Family& model,
                    [[maybe_unused]] const std::vector<BenchResult>& results) {
  Json object = Json::object();
#ifdef JACOBISCOPE_WITH_TORCH
  const ModelInfo& info = model.info();
  if (info.family != "tarflow") return object;
  const double peak = matrixProductFlops(info.device.starts_with("CUDA") ? "cuda" : "cpu",
                                         info.dtype);
  object["matrix_product_flops"] = peak;
  object["modes"] = Json::array();
  const double block = forwardFlops(model, info.positions);
  for (const BenchResult& result : results) {
    // Sequential decoding takes every position through each block once; a pass of Jacobi
    // takes all positions through one block.
    double passes = static_cast<double>(info.stages.size());
    if (result.mode.mode == "jacobi") {
      passes = static_cast<double>(result.passes);
    } else if (result.mode.mode != "sequential") {
      continue;
    }
    const double branches = guidanceOf(result.mode.knobs) != 0 ? 2 : 1;
    const double flops = passes * block * branches * result.batch / result.passSeconds;
    object["modes"].push_back({{"mode", result.mode.mode},
                               {"batch", result.batch},
                               {"flops", flops},
                               {"share", flops / peak}});
  }
#endif
  return object;
}

void printResults(const std::vector<BenchResult>& results) {
  std::cout << "batch  mode                              calls   seconds   speed-up  max error\n";
  for (const BenchResult& result : results) {
    std::string name = result.mode.mode;
    if (result.mode.window > 0) name += ' ' + std::to_string(result.mode.window);
    if (!result.mode.preset.empty() && result.mode.preset != name) {
      name += " (" + result.mode.preset + ")";
    }
    std::string line = std::to_string(result.batch);
    line.resize(7, ' ');
    line += name;
    line.resize(std::max<std::size_t>(line.size() + 1, 41), ' ');
    line += std::to_string(result.calls);
    line.resize(std::max<std::size_t>(line.size() + 1, 49), ' ');
    line += shortNumber(result.seconds);
    line.resize(std::max<std::size_t>(line.size() + 1, 59), ' ');
    line += shortNumber(result.speedup) + "x";
    line.resize(std::max<std::size_t>(line.size() + 1, 69), ' ');
    std::cout << line << shortNumber(result.maxError) << '\n';
  }
  for (const BenchResult& result : results) {
    if (result.mode.mode != "schedule") continue;
    KnobValues knobs;
    for (const char* key : kScheduleKnobs) knobs[key] = result.mode.knobs.at(key);
    std::cout << "schedule (" << result.mode.preset << "):" << settingsText(knobs) << '\n';
  }
}

// Jacobi decoding, whose passes a warm start saves and whose sweeps are the longest.
const BenchResult& jacobiOr(const std::vector<BenchResult>& results) {
  const auto found = std::ranges::find_if(
      results, [](const BenchResult& result) { return result.mode.mode == "jacobi"; });
  return found == results.end() ? results.back() : *found;
}

void addLive(Json& object, Family& model, const LoadRequest& request,
             const std::vector<BenchResult>& results, Input input) {
  const BenchResult& mode = jacobiOr(results);
  if (const auto warm = measureWarmStart(model, mode.mode.knobs, input)) {
    object["warm_start"] = {{"mode", mode.mode.mode},
                            {"guidance", {warm->from, warm->to}},
                            {"cold_passes", warm->coldPasses},
                            {"warm_passes", warm->warmPasses},
                            {"max_error", warm->difference}};
  }
  input.count = std::ranges::max(results, {}, &BenchResult::batch).batch;
  if (const auto stop = measureStopLatency(request, mode.mode.knobs, input)) {
    object["stop"] = {{"mode", mode.mode.mode},
                      {"batch", input.count},
                      {"median_seconds", stop->median},
                      {"worst_seconds", stop->worst},
                      {"sweep_seconds", stop->sweep}};
  }
}

void printLive(const Json& object) {
  if (object.contains("warm_start")) {
    const Json& warm = object["warm_start"];
    std::cout << "warm start (" << warm["mode"].get<std::string>() << ", guidance "
              << shortNumber(warm["guidance"][0].get<double>()) << " to "
              << shortNumber(warm["guidance"][1].get<double>()) << "): "
              << warm["warm_passes"] << " calls instead of " << warm["cold_passes"]
              << ", max error " << shortNumber(warm["max_error"].get<double>()) << '\n';
  }
  if (object.contains("stop")) {
    const Json& stop = object["stop"];
    const auto milliseconds = [&](const char* key) {
      return shortNumber(1000 * stop[key].get<double>());
    };
    std::cout << "stop (" << stop["mode"].get<std::string>() << ", batch " << stop["batch"]
              << "): " << milliseconds("median_seconds") << " ms, at worst "
              << milliseconds("worst_seconds") << " ms; a sweep takes "
              << milliseconds("sweep_seconds") << " ms\n";
  }
}

void printRest(const Json& object) {
  const Json& denoise = object["denoise"];
  if (denoise.is_number() && denoise == 0) {
    std::cout << "without the final denoising, which every mode shares (--set denoise=1)\n";
  }
  const Json& watching = object["cost_of_watching"];
  std::cout << "cost of watching (" << watching["mode"].get<std::string>()
            << "): " << shortNumber(100 * watching["share"].get<double>()) << " %\n";
  printLive(object);
  const Json& efficiency = object["efficiency"];
  if (!efficiency.contains("modes")) return;
  std::cout << "one large matrix product: "
            << shortNumber(efficiency["matrix_product_flops"].get<double>() / 1e9)
            << " GFLOP/s\n";
  for (const Json& mode : efficiency["modes"]) {
    std::cout << "  " << mode["mode"].get<std::string>() << ", batch " << mode["batch"] << ": "
              << shortNumber(100 * mode["share"].get<double>()) << " % of it\n";
  }
}

const BenchResult& fastest(const std::vector<BenchResult>& results) {
  return *std::ranges::min_element(results, {}, &BenchResult::seconds);
}

// The schedule that a search finds for this batch.
Preset searched(const OpenModel& model, Input input, int batch, const Arguments& arguments) {
  input.count = batch;
  ProgressLine progress("searching", arguments.has("--json"));
  const Analysis analysis = searchSchedule(
      *model.family, model.knobs, input, arguments,
      [&](double done, const std::string& detail) { progress.update(done, detail); });
  return {"found", foundSchedule(analysis).origin, foundSchedule(analysis).knobs};
}

int run(const Arguments& arguments) {
  const bool json = arguments.has("--json"), full = arguments.has("--full");
  BenchPlan plan;
  if (full) plan = {9, 1e9, true, {}};
  checkCondition(arguments);
  checkSearchOptions(arguments);
  const OpenModel model = openModel(*arguments.text("--model"), arguments);
  plan.given = model.given;
  checkSchedule(arguments, model.info());
#ifdef JACOBISCOPE_WITH_TORCH
  if (!model.info().action.empty()) return benchRobot(arguments, model);
#endif
  if (arguments.has("--decoders")) {
    throw UsageError("--decoders is given, and " + model.info().name + " moves no robot.",
                     "Every mode is measured; --set narrows the choice.");
  }
  if (findKnob(model.info().knobs, "decoder") != nullptr) return benchTokens(arguments, model);
  Input input;
  input.seed = parseSeed(arguments.textOr("--seed", "0"));
  readCondition(arguments, model.info(), true, input);
  std::vector<Preset> schedules;
  for (const std::string& option : arguments.all("--schedule")) {
    schedules.push_back(readSchedulePreset(option, model.info()));
  }
  std::vector<int> batches = {1, 16};
  if (model.count > 0) batches = {model.count};
  if (arguments.has("--search")) {
    batches.resize(1);  // what is found is for one batch size
    schedules.push_back(searched(model, input, batches.front(), arguments));
  }
  const std::vector<BenchMode> modes = benchModes(model.info(), model.given, schedules);

  Json object = {{"model", model.info().name},
                 {"device", model.info().device},
                 {"dtype", model.info().dtype},
                 {"threads", model.info().threads},
                 {"warm_up", 1}};
  std::vector<BenchResult> results;
  {
    ProgressLine progress("bench", json);
    int done = 0;
    Bench bench(*model.family, input, plan, [&](const std::string& text) {
      progress.update(std::min(0.99, ++done / (5.0 * modes.size())), std::nan(""), text);
    });
    for (const int batch : batches) {
      // Half of the time is for the first batch size, and a batch of 16 may take 16 times
      // as long as its first sequential run did.
      if (!results.empty() && !full && 2 * batch * results.front().seconds > bench.secondsLeft()) {
        std::cerr << "note: batch " << batch << " would take too long here; add --full\n";
        continue;
      }
      try {
        const auto measured = bench.measure(modes, batch);
        results.insert(results.end(), measured.begin(), measured.end());
      } catch (const UsageError& error) {
        // A model that decodes one picture at a time is measured with one.
        if (results.empty()) throw;
        std::cerr << "note: batch " << batch << " is left out: " << error.what() << '\n';
      }
    }
    const BenchResult& best = fastest(results);
    const Bench::Watching watching = bench.costOfWatching(best.mode);
    object["cost_of_watching"] = {{"mode", best.mode.mode},
                                  {"plain_seconds", watching.plain},
                                  {"watched_seconds", watching.watched},
                                  {"share", watching.watched / watching.plain - 1}};
    object["efficiency"] = efficiencyJson(*model.family, results);
    addLive(object, *model.family, loadRequest(*arguments.text("--model"), arguments), results,
            input);
  }
  const KnobValues& knobs = results.front().mode.knobs;
  object["denoise"] = knobs.contains("denoise") ? Json(numberAt(knobs, "denoise")) : Json();
  object["results"] = Json::array();
  for (const BenchResult& result : results) object["results"].push_back(resultJson(result));
  if (json) {
    printJson(object);
  } else {
    printResults(results);
    printRest(object);
  }
  return 0;
}

}  // namespace

SubCommand benchCommand() {
  std::vector<OptionSpec> options = {
      {"--seed", "N", "of the noise or of a robot's first scene, 0 where not given"}};
  for (OptionSpec& option : conditionOptions()) options.push_back(std::move(option));
  options.push_back({"--decoders", "LIST", "of a robot: jacobi:exit=2,student:bounded,..."});
  options.push_back(scheduleOption(true));
  for (OptionSpec& option : searchOptions()) options.push_back(std::move(option));
  options.push_back({"--full", "", "every schedule, the large batch in any case, more turns"});
  return {"bench", "", "This machine: sequential against each parallel mode, ratios in one run",
          withModelOptions(std::move(options)), run};
}

}  // namespace jacobiscope
