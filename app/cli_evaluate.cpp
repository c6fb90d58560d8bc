// jacobiscope-cli evaluate: how good a flow is, over many seeds and with intervals.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>

#include "app/sub_command.h"
#include "app/interrupt.h"
#include "app/model_options.h"
#include "app/output_file.h"
#include "app/progress.h"
#include "app/tarflow_only.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/tarflow/tarflow_tools.h"
#include "engine/train/evaluate.h"
#endif

namespace jacobiscope {

namespace {

#ifdef JACOBISCOPE_WITH_TORCH

Json shareJson(const Share& share) {
  return {{"right", share.right},
          {"total", share.total},
          {"share", share.value()},
          {"interval", {share.low, share.high}}};
}

std::string shareText(const Share& share) {
  if (share.total == 0) return "none measured";
  return shortNumber(100 * share.value()) + " % (" + std::to_string(share.right) + " of " +
         std::to_string(share.total) + ", 95 % interval " + shortNumber(100 * share.low) +
         " to " + shortNumber(100 * share.high) + " %)";
}

void printEvaluation(const FlowEvaluation& evaluation) {
  std::string line;
  for (const ClassEvaluation& each : evaluation.classes) {
    line = each.name;
    line.resize(std::max<std::size_t>(line.size() + 1, 24), ' ');
    line += std::to_string(each.samples.right) + " of " + std::to_string(each.samples.total);
    line.resize(std::max<std::size_t>(line.size() + 1, 38), ' ');
    std::cout << line << "real " << each.real.right << " of " << each.real.total << '\n';
  }
  std::cout << "samples named rightly: " << shareText(evaluation.samples) << '\n';
  std::cout << "fresh real renderings: " << shareText(evaluation.real) << '\n';
  if (!std::isnan(evaluation.bitsPerDimension)) {
    std::cout << "held out: " << shortNumber(evaluation.bitsPerDimension)
              << " bits per dimension on " << evaluation.heldOutPictures << " pictures\n";
  }
}

Json evaluationJson(const ModelInfo& model, const EvaluateRequest& request,
                    const FlowEvaluation& evaluation) {
  Json object = {{"model", model.name},
                 {"seed", request.seed},
                 {"count", request.count},
                 {"samples", shareJson(evaluation.samples)},
                 {"real", shareJson(evaluation.real)},
                 {"bits_per_dimension", evaluation.bitsPerDimension},
                 {"held_out_pictures", evaluation.heldOutPictures},
                 {"calls", evaluation.calls},
                 {"knobs", knobsJson(request.knobs)}};
  object["classes"] = Json::array();
  for (const ClassEvaluation& each : evaluation.classes) {
    object["classes"].push_back({{"name", each.name},
                                 {"samples", shareJson(each.samples)},
                                 {"real", shareJson(each.real)}});
  }
  return object;
}

// What --classifier or --data names, else the file of that kind that lies with the model.
std::filesystem::path givenOrBeside(const Arguments& arguments, const std::string& option,
                                    const ModelInfo& model, const std::string& name) {
  if (const auto given = arguments.text(option)) return *given;
  const std::filesystem::path path = model.path;
  const bool isFolder = std::filesystem::is_directory(path);
  const std::filesystem::path file = (isFolder ? path : path.parent_path()) / name;
  if (!std::filesystem::exists(file)) {
    throw UsageError(option + " is missing, and there is no " + name + " beside " + model.name +
                     ".");
  }
  return file;
}

#endif

int run([[maybe_unused]] const Arguments& arguments) {
  needTorch("evaluate");
#ifdef JACOBISCOPE_WITH_TORCH
  EvaluateRequest request;
  request.count = arguments.integer("--count", 1, 1000000).value_or(request.count);
  if (const auto seed = arguments.text("--seed")) request.seed = parseSeed(*seed);
  if (const auto file = arguments.text("--resume")) {
    request.progressFile = *file;
    checkOutput(*file);
  }
  request.cancel = &interrupted();
  const OpenModel model = openModel(*arguments.text("--model"), arguments);
  pictureShape(*model.family);  // refuses other families before it asks for their judge
  request.knobs = model.knobs;
  request.classifier =
      givenOrBeside(arguments, "--classifier", model.info(), "classifier.safetensors");
  request.data = givenOrBeside(arguments, "--data", model.info(), "sprites.safetensors");
  FlowEvaluation evaluation;
  {
    ProgressLine progress("evaluating", arguments.has("--json"));
    request.progress = [&](double fraction) { progress.update(fraction); };
    evaluation = evaluateFlow(*model.family, request);
  }
  throwIfInterrupted();
  arguments.has("--json") ? printJson(evaluationJson(model.info(), request, evaluation))
                          : printEvaluation(evaluation);
#endif
  return 0;
}

}  // namespace

SubCommand evaluateCommand() {
  return {"evaluate", "", "Quality over many seeds, with 95 % intervals; resumable",
          withModelOptions(
              {{"--classifier", "FILE",
                "written by train classifier; else classifier.safetensors of the model"},
               {"--data", "FILE", "written by train data; else sprites.safetensors of the model"},
               {"--count", "N", "samples per class, 8 where not given"},
               {"--seed", "N", "of the first sample, 0 where not given"},
               {"--resume", "FILE", "keeps what is done there and goes on from it"}}),
          run};
}

}  // namespace jacobiscope
