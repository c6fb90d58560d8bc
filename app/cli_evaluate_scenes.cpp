#include "app/cli_evaluate_scenes.h"

#include <iostream>
#include <span>
#include <sstream>

#include "app/condition.h"
#include "app/interrupt.h"
#include "app/output_file.h"
#include "app/progress.h"
#include "app/share_text.h"
#include "app/sub_command.h"
#include "engine/checkpoint/atomic_file.h"
#include "engine/core/error.h"
#include "engine/picture/picture_file.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/train/evaluate_scenes.h"
#endif

namespace jacobiscope {

std::filesystem::path givenOrIn(const std::filesystem::path& folder, const Arguments& arguments,
                                const std::string& option, const std::string& name) {
  if (const auto given = arguments.text(option)) return *given;
  const std::filesystem::path file = folder / name;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    throw UsageError(option + " is missing, and there is no " + name + " in " +
                     (folder.empty() ? std::string("this folder") : folder.string()) + ".");
  }
  return file;
}

#ifdef JACOBISCOPE_WITH_TORCH

namespace {

constexpr int kSheetPictures = 25;

Json sharesJson(const SceneShares& shares) {
  return {{"right", shareJson(shares.right)},
          {"objects", shareJson(shares.objects)},
          {"relation", shareJson(shares.relation)}};
}

Json evaluationJson(const ModelInfo& model, const SceneRequest& request,
                    const SceneEvaluation& evaluation) {
  Json object = {{"model", model.name}, {"seed", request.seed}, {"prompts", evaluation.prompts}};
  object["results"] = Json::array();
  for (std::size_t i = 0; i < evaluation.decoders.size(); ++i) {
    const DecoderEvaluation& one = evaluation.decoders[i];
    Json entry = {{"decoder", one.decoder}, {"calls", one.calls}, {"seconds", one.seconds}};
    entry.update(sharesJson(one.samples));
    entry["knobs"] = knobsJson(request.decoders[i].second);
    object["results"].push_back(std::move(entry));
  }
  object["real"] = sharesJson(evaluation.real);
  object["reconstructed"] = sharesJson(evaluation.reconstructed);
  object["vq"] = {{"error", evaluation.error},
                  {"usage", evaluation.usage},
                  {"perplexity", evaluation.perplexity}};
  return object;
}

void printShares(const SceneShares& shares) {
  std::cout << "  everything: " << shareText(shares.right) << '\n';
  std::cout << "  objects and background: " << shareText(shares.objects) << '\n';
  std::cout << "  relation of two objects: " << shareText(shares.relation) << '\n';
}

void printEvaluation(const SceneEvaluation& evaluation) {
  for (const DecoderEvaluation& one : evaluation.decoders) {
    std::cout << one.decoder << ": " << shortNumber(one.calls) << " calls and "
              << shortNumber(one.seconds) << " s per picture\n";
    printShares(one.samples);
  }
  std::cout << "fresh renderings of the same scenes\n";
  printShares(evaluation.real);
  std::cout << "the same through the VQ and back\n";
  printShares(evaluation.reconstructed);
  std::cout << "VQ: " << shortNumber(100 * evaluation.usage)
            << " % of the codebook used, perplexity " << shortNumber(evaluation.perplexity)
            << ", mean squared error " << shortNumber(evaluation.error) << '\n';
}

// --decoders LIST, else the one that the knobs name.
std::vector<std::pair<std::string, KnobValues>> decodersOf(const Arguments& arguments,
                                                           const OpenModel& model) {
  const Knob* const knob = findKnob(model.info().knobs, "decoder");
  const auto list = arguments.text("--decoders");
  if (!list || knob == nullptr) return {{textAt(model.knobs, "decoder"), model.knobs}};
  if (model.given.contains("decoder")) {
    throw UsageError("--decoders and --set decoder are both given.", "Keep one of them.");
  }
  std::vector<std::pair<std::string, KnobValues>> decoders;
  std::istringstream names(*list);
  for (std::string name; std::getline(names, name, ',');) {
    KnobValues knobs = model.knobs;
    knobs["decoder"] = parseKnob(*knob, name);
    decoders.emplace_back(name, std::move(knobs));
  }
  if (decoders.empty()) {
    throw UsageError("--decoders names none.", "For example sequential,coupled.");
  }
  return decoders;
}

SceneRequest requestOf(const Arguments& arguments, const OpenModel& model) {
  SceneRequest request;
  if (arguments.has("--classifier")) {
    throw UsageError("--classifier has no meaning for " + model.info().name + ".",
                     "Prompts are judged by --judge FILE.");
  }
  if (arguments.has("--prompts") && arguments.has("--count")) {
    throw UsageError("--prompts and --count are both given.", "Every prompt of the file counts.");
  }
  if (const auto file = arguments.text("--prompts")) request.prompts = readPrompts(*file);
  request.count = arguments.integer("--count", 1, 1000000).value_or(request.count);
  if (const auto seed = arguments.text("--seed")) request.seed = parseSeed(*seed);
  if (const auto file = arguments.text("--resume")) {
    request.progressFile = *file;
    checkOutput(*file);
  }
  if (const auto file = arguments.text("--sheet")) {
    if (extensionOf(*file) != ".png") throw UsageError("--sheet " + *file + " is no .png file.");
    checkOutput(*file);
    request.sheet = kSheetPictures;
  }
  if (!model.info().prompted) {
    throw Error(model.info().name + " has no text encoder to read prompts with.",
                "Give gpt=FILE,vq=FILE,text=DIR.");
  }
  const std::filesystem::path folder = t2iFolder(model.info());
  request.judge = givenOrIn(folder, arguments, "--judge", "scene-judge.safetensors");
  request.data = givenOrIn(folder, arguments, "--data", "sprites.safetensors");
  request.decoders = decodersOf(arguments, model);
  request.cancel = &interrupted();
  return request;
}

}  // namespace

int evaluateScenes(const Arguments& arguments, const OpenModel& model) {
  SceneRequest request = requestOf(arguments, model);
  SceneEvaluation evaluation;
  {
    ProgressLine progress("evaluating", arguments.has("--json"));
    request.progress = [&](double fraction) { progress.update(fraction); };
    evaluation = evaluateScenes(*model.family, request);
  }
  throwIfInterrupted();
  if (const auto file = arguments.text("--sheet")) {
    const std::string png = encodePng(gridPicture(evaluation.sheet), {});
    writeFileAtomically(*file, {std::as_bytes(std::span(png))});
  }
  arguments.has("--json") ? printJson(evaluationJson(model.info(), request, evaluation))
                          : printEvaluation(evaluation);
  return 0;
}

#endif

}  // namespace jacobiscope
