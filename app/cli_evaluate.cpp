// jacobiscope-cli evaluate: how good a model is, over many seeds and with intervals.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>

#include "app/cli_evaluate_robot.h"
#include "app/cli_evaluate_scenes.h"
#include "app/sub_command.h"
#include "app/interrupt.h"
#include "app/model_options.h"
#include "app/output_file.h"
#include "app/progress.h"
#include "app/share_text.h"
#include "app/tarflow_only.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/tarflow/tarflow_tools.h"
#include "engine/train/evaluate.h"
#endif

namespace jacobiscope {

namespace {

#ifdef JACOBISCOPE_WITH_TORCH

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

// Where the files lie that came with the model.
std::filesystem::path folderOf(const ModelInfo& model) {
  const std::filesystem::path path = model.path;
  return std::filesystem::is_directory(path) ? path : path.parent_path();
}

int evaluateFlow(const Arguments& arguments, const OpenModel& model) {
  for (const char* option : {"--judge", "--decoders", "--prompts", "--sheet"}) {
    if (arguments.has(option)) {
      throw UsageError(std::string(option) + " has no meaning for " + model.info().name + ".");
    }
  }
  EvaluateRequest request;
  request.count = arguments.integer("--count", 1, 1000000).value_or(request.count);
  if (const auto seed = arguments.text("--seed")) request.seed = parseSeed(*seed);
  if (const auto file = arguments.text("--resume")) {
    request.progressFile = *file;
    checkOutput(*file);
  }
  request.cancel = &interrupted();
  request.knobs = model.knobs;
  const std::filesystem::path folder = folderOf(model.info());
  request.classifier = givenOrIn(folder, arguments, "--classifier", "classifier.safetensors");
  request.data = givenOrIn(folder, arguments, "--data", "sprites.safetensors");
  FlowEvaluation evaluation;
  {
    ProgressLine progress("evaluating", arguments.has("--json"));
    request.progress = [&](double fraction) { progress.update(fraction); };
    evaluation = evaluateFlow(*model.family, request);
  }
  throwIfInterrupted();
  arguments.has("--json") ? printJson(evaluationJson(model.info(), request, evaluation))
                          : printEvaluation(evaluation);
  return 0;
}

#endif

int run([[maybe_unused]] const Arguments& arguments) {
  needTorch("evaluate");
#ifdef JACOBISCOPE_WITH_TORCH
  const OpenModel model = openModel(*arguments.text("--model"), arguments);
  if (!model.info().action.empty()) return evaluateRobot(arguments, model);
  for (const char* option : {"--episodes", "--skills", "--deviation"}) {
    if (arguments.has(option)) {
      throw UsageError(std::string(option) + " is given, and " + model.info().name +
                       " moves no robot.");
    }
  }
  if (model.info().family == "t2i") return evaluateScenes(arguments, model);
  pictureShape(*model.family);  // refuses other families before it asks for their judge
  return evaluateFlow(arguments, model);
#else
  return 0;
#endif
}

}  // namespace

SubCommand evaluateCommand() {
  return {"evaluate", "", "Quality over many seeds, with 95 % intervals; resumable",
          withModelOptions(
              {{"--classifier", "FILE",
                "of a flow: written by train classifier; else classifier.safetensors beside it"},
               {"--judge", "FILE",
                "of prompts: written by train scene-judge; else scene-judge.safetensors beside it"},
               {"--data", "FILE", "written by train data; else sprites.safetensors of the model"},
               {"--count", "N", "samples per class, 8 where not given, or held-out prompts, 200"},
               {"--prompts", "FILE", "own prompts, one per line, instead of held-out ones"},
               {"--decoders", "LIST",
                "several on the same prompts or scenes and seeds: sequential,coupled; of a robot "
                "also jacobi:exit=2,student:bounded:exit.bins=1"},
               {"--sheet", "FILE.png", "the pictures of the first 25 prompts"},
               {"--episodes", "N", "of a robot: scenes per skill, 50 where not given"},
               {"--skills", "LIST",
                "of a robot: push,pick-and-place,stack, or kinds of task; else what it learnt"},
               {"--deviation", "",
                "of a robot: how far an early exit is from the fixed point; takes longer"},
               {"--seed", "N", "of the first sample or episode, 0 where not given"},
               {"--resume", "FILE", "keeps what is done there and goes on from it"}}),
          run};
}

}  // namespace jacobiscope
