#include "app/cli_bench_robot.h"

#include <algorithm>
#include <cmath>
#include <iostream>

#include "app/condition.h"
#include "app/progress.h"
#include "app/sub_command.h"
#include "engine/core/error.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "app/bench_robot.h"
#endif

namespace jacobiscope {

#ifdef JACOBISCOPE_WITH_TORCH

namespace {

Json resultJson(const RobotBenchResult& result) {
  Json object = {{"mode", result.choice.decoder},
                 {"policy", result.choice.policy},
                 {"batch", 1},
                 {"calls", result.calls},
                 {"seconds", result.seconds},
                 {"speedup", result.speedup},
                 {"tokens_per_second", result.tokensPerSecond()},
                 {"control_hz", result.controlHz()},
                 {"tokens_differ", nullptr},
                 {"prefill_seconds", result.prefillSeconds},
                 {"iterate_seconds", result.iterateSeconds},
                 {"chunks", result.chunks},
                 {"repetitions", result.repetitions}};
  if (result.tokensDiffer) object["tokens_differ"] = *result.tokensDiffer;
  return object;
}

void printResults(const std::vector<RobotBenchResult>& results) {
  std::cout << "decoder                           policy   calls   ms      seeing  iterating  "
               "tokens/s  Hz      speed-up  tokens that differ\n";
  for (const RobotBenchResult& result : results) {
    std::cout << cell(result.choice.decoder, 34) << cell(result.choice.policy, 9)
              << cell(shortNumber(result.calls), 8) << cell(shortNumber(1000 * result.seconds), 8)
              << cell(shortNumber(1000 * result.prefillSeconds), 8)
              << cell(shortNumber(1000 * result.iterateSeconds), 11)
              << cell(shortNumber(result.tokensPerSecond()), 10)
              << cell(shortNumber(result.controlHz()), 8)
              << cell(shortNumber(result.speedup) + "x", 10)
              << (result.tokensDiffer ? std::to_string(*result.tokensDiffer) : "-") << '\n';
  }
  const RobotBenchResult& first = results.front();
  std::cout << "Per chunk of " << first.tokens << " tokens: calls are a mean, times medians over "
            << first.chunks << " observations, each " << first.repetitions
            << " times. Seeing is the pass over\npicture and instruction, iterating is those after "
               "it; tokens are compared with those of the\nsame policy one by one.\n";
}

std::vector<DecoderChoice> choicesOf(const Arguments& arguments, const OpenModel& model) {
  const ModelInfo& info = model.info();
  KnobValues baseline = model.given;
  for (const char* key : {"decoder", "policy"}) baseline.erase(key);
  std::vector<DecoderChoice> choices = {usualDecoders(info, baseline).front()};
  const auto list = arguments.text("--decoders");
  for (DecoderChoice& choice : list ? parseDecoders(info, model.given, *list)
                                    : usualDecoders(info, model.given)) {
    if (choice.knobs != choices.front().knobs) choices.push_back(std::move(choice));
  }
  return choices;
}

}  // namespace

int benchRobot(const Arguments& arguments, const OpenModel& model) {
  const ModelInfo& info = model.info();
  Input input;
  input.seed = parseSeed(arguments.textOr("--seed", "0"));
  readCondition(arguments, info, false, input);
  const std::vector<DecoderChoice> choices = choicesOf(arguments, model);
  RobotBenchPlan plan;
  if (arguments.has("--full")) plan = {.episodes = 30, .repetitions = 16, .budget = 1e9};
  std::vector<RobotBenchResult> results;
  {
    ProgressLine progress("bench", arguments.has("--json"));
    const double steps = plan.episodes + plan.repetitions + static_cast<double>(choices.size());
    double done = 0;
    RobotBench bench(*model.family, input, plan, [&](const std::string& text) {
      progress.update(std::min(0.99, done++ / steps), std::nan(""), text);
    });
    results = bench.measure(choices);
  }
  if (!arguments.has("--json")) {
    printResults(results);
    return 0;
  }
  Json object = {{"model", info.name},      {"device", info.device}, {"dtype", info.dtype},
                 {"threads", info.threads}, {"warm_up", 1},          {"seed", input.seed},
                 {"prompt", nullptr}};
  if (!input.prompt.empty()) object["prompt"] = input.prompt;
  object["results"] = Json::array();
  for (const RobotBenchResult& result : results) object["results"].push_back(resultJson(result));
  printJson(object);
  return 0;
}

#endif

}  // namespace jacobiscope
