#include "app/cli_evaluate_robot.h"

#include <algorithm>
#include <iostream>

#include "app/interrupt.h"
#include "app/output_file.h"
#include "app/progress.h"
#include "app/share_text.h"
#include "app/sub_command.h"
#include "engine/core/error.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/train/evaluate_robot.h"
#include "engine/vla/vla_tools.h"
#endif

namespace jacobiscope {

#ifdef JACOBISCOPE_WITH_TORCH

namespace {

constexpr double kMillimetres = 1000;

bool measured(const RobotRequest& request, const RobotResult& result) {
  return request.deviation && endsEarly(request.decoders[result.decoder]);
}

Json resultJson(const RobotRequest& request, const RobotResult& result) {
  const DecoderChoice& choice = request.decoders[result.decoder];
  const RobotFigures& figures = result.figures;
  Json object = {{"decoder", choice.decoder},
                 {"policy", choice.policy},
                 {"skill", result.skill},
                 {"episodes", figures.success.total},
                 {"success", figures.success.value()},
                 {"interval", {figures.success.low, figures.success.high}},
                 {"tokens_per_second", figures.tokensPerSecond},
                 {"calls_per_chunk", figures.callsPerChunk},
                 {"control_hz", figures.controlHz}};
  if (measured(request, result)) object["deviation_mm"] = kMillimetres * figures.deviation;
  if (result.difference) {
    object["difference"] = result.difference->value;
    object["difference_interval"] = {result.difference->low, result.difference->high};
  }
  if (result.skill == "all") object["knobs"] = knobsJson(choice.knobs);
  return object;
}

Json evaluationJson(const ModelInfo& model, const RobotRequest& request,
                    const std::vector<RobotResult>& results) {
  Json object = {{"model", model.name},
                 {"device", model.device},
                 {"dtype", model.dtype},
                 {"threads", model.threads},
                 {"seed", request.seed},
                 {"episodes_per_skill", request.episodes},
                 {"interval_of_success", "Wilson, 95 %"},
                 {"interval_of_difference", "Newcombe, paired, 95 %"}};
  object["results"] = Json::array();
  for (const RobotResult& result : results) {
    object["results"].push_back(resultJson(request, result));
  }
  return object;
}

std::string percent(double share) { return shortNumber(100 * share); }

void printRow(const RobotRequest& request, const RobotResult& result) {
  const DecoderChoice& choice = request.decoders[result.decoder];
  const RobotFigures& figures = result.figures;
  const Share& success = figures.success;
  std::string line = cell(choice.decoder, 34) + cell(choice.policy, 9) + cell(result.skill, 16) +
                     cell(std::to_string(success.total), 9);
  if (success.total == 0) {
    std::cout << line << "none measured\n";
    return;
  }
  line += cell(percent(success.value()), 7) +
          cell(percent(success.low) + " to " + percent(success.high), 14) +
          cell(shortNumber(figures.tokensPerSecond), 10) +
          cell(shortNumber(figures.callsPerChunk), 12) + cell(shortNumber(figures.controlHz), 8);
  if (request.deviation) {
    const bool known = measured(request, result);
    line += cell(known ? shortNumber(kMillimetres * figures.deviation) : "-", 7);
  }
  if (result.difference) {
    line += percent(result.difference->value) + " (" + percent(result.difference->low) + " to " +
            percent(result.difference->high) + ")";
  }
  std::cout << line << '\n';
}

void printResults(const RobotRequest& request, const std::vector<RobotResult>& results) {
  std::cout << cell("decoder", 34) << cell("policy", 9) << cell("skill", 16)
            << cell("episodes", 9) << cell("success", 7) << cell("95 %", 14) << cell("tokens/s", 10)
            << cell("calls/chunk", 12) << cell("Hz", 8)
            << (request.deviation ? cell("mm", 7) : "") << "against the first\n";
  for (const RobotResult& result : results) printRow(request, result);
  std::cout << "Seeds " << request.seed << " to "
            << request.seed + static_cast<std::uint64_t>(request.episodes) - 1
            << " of every skill. Success in percent, with Wilson's interval; differences on the "
               "same\nscenes in percentage points, with Newcombe's paired interval. Times are of "
               "decoding alone.\n";
  if (request.deviation) {
    std::cout << "mm: how far the tool's path may be from that of the fixed point, the largest of "
                 "a chunk, mean.\n";
  }
}

RobotRequest requestOf(const Arguments& arguments, const OpenModel& model) {
  for (const char* option : {"--judge", "--classifier", "--data", "--prompts", "--sheet"}) {
    if (arguments.has(option)) {
      throw UsageError(std::string(option) + " has no meaning for " + model.info().name + ".",
                       "The simulator judges.");
    }
  }
  if (arguments.has("--count")) {
    throw UsageError("--count is given, and a robot is judged by episodes.", "Give --episodes N.");
  }
  RobotRequest request;
  request.episodes = arguments.integer("--episodes", 1, 1000000).value_or(request.episodes);
  if (const auto seed = arguments.text("--seed")) request.seed = parseSeed(*seed);
  const LoadRequest load = loadRequest(*arguments.text("--model"), arguments);
  const auto skills = arguments.text("--skills");
  request.skills = skills ? parseSkills(*skills, "--skills") : trainedSkills(load);
  request.otherHash = studentHash(load);
  const auto list = arguments.text("--decoders");
  request.decoders = list ? parseDecoders(model.info(), model.given, *list)
                          : usualDecoders(model.info(), model.given);
  request.deviation = arguments.has("--deviation");
  if (const auto file = arguments.text("--resume")) {
    request.progressFile = *file;
    checkOutput(*file);
  }
  request.cancel = &interrupted();
  return request;
}

}  // namespace

int evaluateRobot(const Arguments& arguments, const OpenModel& model) {
  RobotRequest request = requestOf(arguments, model);
  std::vector<RobotResult> results;
  {
    ProgressLine progress("evaluating", arguments.has("--json"));
    request.progress = [&](double fraction) { progress.update(fraction); };
    results = evaluateRobot(*model.family, request);
  }
  throwIfInterrupted();
  arguments.has("--json") ? printJson(evaluationJson(model.info(), request, results))
                          : printResults(request, results);
  return 0;
}

#endif

}  // namespace jacobiscope
