#include "app/cli_bench_tokens.h"

#include <algorithm>
#include <cmath>
#include <iostream>

#include "app/bench.h"
#include "app/bench_tokens.h"
#include "app/condition.h"
#include "app/progress.h"
#include "app/sub_command.h"
#include "engine/core/error.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/t2i/t2i_tools.h"
#include "engine/tarflow/tarflow_tools.h"
#endif

namespace jacobiscope {

namespace {

constexpr int kLargeBatch = 8;

Json resultJson(const TokenResult& result) {
  Json object = {{"mode", result.mode.mode}, {"window", nullptr}, {"batch", result.batch}};
  if (result.mode.window > 0) object["window"] = result.mode.window;
  object["guidance"] = numberAt(result.mode.knobs, "guidance");
  object["calls"] = result.calls;
  object["seconds"] = result.seconds;
  object["speedup"] = result.speedup;
  object["tokens_differ"] = nullptr;
  if (result.tokensDiffer) object["tokens_differ"] = *result.tokensDiffer;
  object["seeds"] = result.seeds;
  return object;
}

// Of every batch size: sequential, and the fastest other mode.
std::vector<const TokenResult*> extremes(const std::vector<TokenResult>& results) {
  std::vector<const TokenResult*> chosen;
  for (std::size_t i = 0; i < results.size();) {
    std::size_t end = i + 1, best = i;
    for (; end < results.size() && results[end].batch == results[i].batch; ++end) {
      if (best == i || results[end].seconds < results[best].seconds) best = end;
    }
    chosen.push_back(&results[i]);
    if (best != i) chosen.push_back(&results[best]);
    i = end;
  }
  return chosen;
}

Json timeJson(const TokenResult& result) {
  const TokenTime& t = result.time;
  return {{"mode", nameOf(result.mode)}, {"batch", result.batch},
          {"passes", t.passes},          {"rules", t.rules},
          {"facts", t.facts},            {"picture", t.picture},
          {"rest", t.all - t.passes - t.rules - t.facts - t.picture}};
}

// Arithmetic that the passes cannot do without, per second, over what one large matrix
// product reaches.
Json efficiencyJson([[maybe_unused]] const Family& model,
                    [[maybe_unused]] const std::vector<const TokenResult*>& results) {
  Json object = Json::object();
#ifdef JACOBISCOPE_WITH_TORCH
  const ModelInfo& info = model.info();
  const double peak = matrixProductFlops(info.device.starts_with("CUDA") ? "cuda" : "cpu",
                                         info.dtype);
  object["matrix_product_flops"] = peak;
  object["modes"] = Json::array();
  for (const TokenResult* result : results) {
    const double flops = result->time.rows * t2iRowFlops(model) / result->time.passes;
    object["modes"].push_back({{"mode", nameOf(result->mode)},
                               {"batch", result->batch},
                               {"flops", flops},
                               {"share", flops / peak}});
  }
#endif
  return object;
}

Json watchingJson(Family& model, const Input& input, const TokenResult& best) {
  Bench bench(model, input, BenchPlan{3, 30, false, {}}, [](const std::string&) {});
  const Bench::Watching watching = bench.costOfWatching(best.mode);
  return {{"mode", nameOf(best.mode)},
          {"plain_seconds", watching.plain},
          {"watched_seconds", watching.watched},
          {"share", watching.watched / watching.plain - 1}};
}

std::string column(std::string text, const std::string& next, std::size_t width) {
  text.resize(std::max(text.size() + 1, width), ' ');
  return text + next;
}

std::string numberOf(const Json& value) { return shortNumber(value.get<double>()); }

void printResults(const Json& object, const std::vector<TokenResult>& results) {
  std::cout << "batch  decoder         calls    seconds   speed-up  tokens that differ\n";
  for (const TokenResult& result : results) {
    std::string line = column(std::to_string(result.batch), nameOf(result.mode), 7);
    line = column(line, shortNumber(result.calls), 23);
    line = column(line, shortNumber(result.seconds), 32);
    line = column(line, shortNumber(result.speedup) + "x", 42);
    std::cout << column(line, result.tokensDiffer ? std::to_string(*result.tokensDiffer) : "-", 52)
              << '\n';
  }
  std::cout << "calls: mean, seconds: median over " << results.front().seeds << " seeds\n";
  for (const Json& time : object["time"]) {
    std::cout << "  " << time["mode"].get<std::string>() << ", batch " << time["batch"];
    for (const char* part : {"passes", "rules", "facts", "picture", "rest"}) {
      std::cout << ", " << part << ' ' << numberOf(time[part]) << " s";
    }
    std::cout << '\n';
  }
  const Json& watching = object["cost_of_watching"];
  std::cout << "cost of watching (" << watching["mode"].get<std::string>()
            << "): " << shortNumber(100 * watching["share"].get<double>()) << " %\n";
  const Json& efficiency = object["efficiency"];
  if (!efficiency.contains("modes")) return;
  std::cout << "one large matrix product: "
            << shortNumber(efficiency["matrix_product_flops"].get<double>() / 1e9)
            << " GFLOP/s\n";
  for (const Json& mode : efficiency["modes"]) {
    std::cout << "  passes of " << mode["mode"].get<std::string>() << ", batch " << mode["batch"]
              << ": " << shortNumber(100 * mode["share"].get<double>()) << " % of it\n";
  }
}

// What --prompt and the like say, else the model's first example.
Input benchInput(const Arguments& arguments, const ModelInfo& model) {
  Input input;
  input.seed = parseSeed(arguments.textOr("--seed", "0"));
  const bool example = model.prompted && !model.prompts.empty();
  readCondition(arguments, model, !example, input);
  const bool given = arguments.has("--prompt") || arguments.has("--text-features");
  if (example && !given) input.prompt = model.prompts.front();
  return input;
}

std::vector<TokenResult> measureAll(const Arguments& arguments, const OpenModel& model,
                                    const Input& input) {
  const bool full = arguments.has("--full");
  const std::vector<BenchMode> modes = tokenModes(model.info(), model.given);
  ProgressLine progress("bench", arguments.has("--json"));
  std::vector<int> batches = {1, kLargeBatch};
  if (model.count > 0) batches = {model.count};
  double done = 0;
  TokenBenchPlan plan;
  if (full) plan = {.seeds = 32, .budget = 1e9};
  const double steps = static_cast<double>(batches.size() * (modes.size() + plan.seeds));
  TokenBench bench(*model.family, input, plan, [&](const std::string& text) {
    progress.update(std::min(0.99, ++done / steps), std::nan(""), text);
  });
  std::vector<TokenResult> results;
  for (const int batch : batches) {
    // A batch of eight may take eight times as long as its first sequential run did.
    if (!results.empty() && 3 * batch * results.front().seconds > bench.secondsLeft()) {
      progress.log("note: batch " + std::to_string(batch) +
                   " would take too long here; add --full");
      continue;
    }
    const double share = batch == batches.back() ? 1 : 0.4;
    const auto measured = bench.measure(modes, batch, share);
    results.insert(results.end(), measured.begin(), measured.end());
  }
  return results;
}

}  // namespace

int benchTokens(const Arguments& arguments, const OpenModel& model) {
  const ModelInfo& info = model.info();
  const Input input = benchInput(arguments, info);
  const std::vector<TokenResult> results = measureAll(arguments, model, input);
  const std::vector<const TokenResult*> shown = extremes(results);
  Json object = {{"model", info.name},      {"device", info.device},
                 {"dtype", info.dtype},     {"threads", info.threads},
                 {"warm_up", 1},            {"prompt", nullptr},
                 {"seed", input.seed}};
  if (!input.prompt.empty()) object["prompt"] = input.prompt;
  object["time"] = Json::array();
  for (const TokenResult* result : shown) object["time"].push_back(timeJson(*result));
  object["cost_of_watching"] =
      watchingJson(*model.family, input, *shown[std::min<std::size_t>(1, shown.size() - 1)]);
  object["efficiency"] = efficiencyJson(*model.family, shown);
  object["results"] = Json::array();
  for (const TokenResult& result : results) object["results"].push_back(resultJson(result));
  arguments.has("--json") ? printJson(object) : printResults(object, results);
  return 0;
}

}  // namespace jacobiscope
