// jacobiscope-cli run: one decode, its picture or its tensors.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <span>

#include "app/sub_command.h"
#include "app/decode.h"
#include "app/input_files.h"
#include "app/interrupt.h"
#include "app/model_options.h"
#include "app/output_file.h"
#include "app/progress.h"
#include "engine/checkpoint/atomic_file.h"
#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"
#include "engine/picture/picture_file.h"
#include "engine/record/recipe.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/tarflow/tarflow_tools.h"
#endif

namespace jacobiscope {

namespace {

// What is wrong with the words themselves, before a model is loaded.
void checkRequest(const Arguments& arguments) {
  const std::filesystem::path out = *arguments.text("--out");
  const std::string extension = extensionOf(out);
  if (extension != ".png" && extension != ".safetensors") {
    throw UsageError("--out " + out.string() + " is neither a .png nor a .safetensors file.",
                     "The ending says what is written: a picture or tensors.");
  }
  for (const char* other : {"--seed", "--image"}) {
    if (arguments.has("--noise") && arguments.has(other)) {
      throw UsageError(std::string("--noise and ") + other + " are both given.",
                       "The noise comes from one of them.");
    }
  }
  if (const auto seed = arguments.text("--seed")) parseSeed(*seed);
  checkOutput(out);
}

// A picture is encoded, varied and decoded by the family itself.
void readImageInto(Input& input, [[maybe_unused]] Family& model, const std::string& file) {
#ifdef JACOBISCOPE_WITH_TORCH
  const PictureShape shape = pictureShape(model);
  InputPictures pictures = readPictures(file, shape.channels, shape.height, shape.width);
  if (input.label && !pictures.labels.empty()) {
    throw UsageError("The labels are given twice: by an option and in " + file + ".",
                     "Leave out --label.");
  }
  if (!pictures.labels.empty()) {
    input.arrays["labels"] = {{pictures.images.shape[0]}, std::move(pictures.labels)};
  }
  input.arrays["image"] = std::move(pictures.images);
  input.picture = std::filesystem::path(file).filename().string();
#else
  throw Error("This build has no LibTorch and cannot encode " + file + ".",
              "Build with -DJACOBISCOPE_TORCH=ON.");
#endif
}

// Pictures per run, said once: --count, --set batch or the tensors of the input.
int countOf(const Arguments& arguments, const OpenModel& model, const Input& input) {
  int count = model.count;
  if (const auto given = arguments.integer("--count", 1, kMaxBatch)) {
    if (count != 0 && count != *given) {
      throw UsageError("--count and --set batch differ.", "Keep one of them.");
    }
    count = static_cast<int>(*given);
  }
  const auto noise = input.arrays.find("noise"), image = input.arrays.find("image");
  std::int64_t pictures = 0;
  if (noise != input.arrays.end()) pictures = noise->second.shape[0];
  // One picture serves a whole batch of variations.
  if (image != input.arrays.end() && image->second.shape[0] > 1) pictures = image->second.shape[0];
  if (pictures == 0) return std::max(count, 1);
  if (count != 0 && count != pictures) {
    throw UsageError("--count is " + std::to_string(count) + ", the input has " +
                         std::to_string(pictures) + " pictures.",
                     "Leave out --count.");
  }
  if (pictures > kMaxBatch) {
    throw UsageError("The input has " + std::to_string(pictures) + " pictures, at most " +
                     std::to_string(kMaxBatch) + " were expected.");
  }
  return static_cast<int>(pictures);
}

Input readInput(const Arguments& arguments, const OpenModel& model) {
  Input input;
  if (const auto seed = arguments.text("--seed")) input.seed = parseSeed(*seed);
  input.label = labelOf(model.info(), arguments.text("--label"), arguments.text("--label-name"));
  if (const auto noise = arguments.text("--noise")) {
    input.arrays = readNoise(*noise);
    if (input.label && input.arrays.contains("labels")) {
      throw UsageError("The labels are given twice: by an option and in " + *noise + ".",
                       "Leave out --label.");
    }
  }
  if (const auto image = arguments.text("--image")) readImageInto(input, *model.family, *image);
  input.count = countOf(arguments, model, input);
  return input;
}

// The recipe that lets a reader of the picture compute it again.
std::string recipeFor(const OpenModel& model, const Input& input, const DecodeReport& report) {
  RunRecord record;
  record.start.run = 1;
  record.start.plan = report.plan;
  record.start.knobs = model.knobs;
  record.start.input = input;
  record.start.model = model.info();
  Finished finished;
  finished.run = 1;
  finished.sweeps = report.sweeps;
  finished.calls = report.calls;
  finished.computeSeconds = report.seconds;
  finished.result = report.result;
  record.finished = std::move(finished);
  return recipeText(recipeOf(record));
}

void writeResult(const std::filesystem::path& out, const OpenModel& model, const Input& input,
                 const DecodeReport& report) {
  if (extensionOf(out) == ".safetensors") {
    writeSafetensors(out, report.result);
    return;
  }
  const auto image = report.result.find("image");
  if (image == report.result.end() && !report.sample) {
    throw Error("The model " + model.info().name + " makes no picture.",
                "Write its tensors: --out FILE.safetensors.");
  }
  const std::string png =
      encodePng(image != report.result.end() ? gridPicture(image->second) : *report.sample,
                {{"Software", "Jacobiscope " JACOBISCOPE_VERSION},
                 {kRecipeKey, recipeFor(model, input, report)}});
  writeFileAtomically(out, {std::as_bytes(std::span(png))});
}

Json reportJson(const OpenModel& model, const Input& input, const DecodeReport& report,
                const std::string& out) {
  Json object = {{"model", model.info().name}, {"seed", nullptr}, {"label", nullptr}};
  if (!input.arrays.contains("noise")) object["seed"] = input.seed;
  if (input.label) object["label"] = *input.label;
  object["calls"] = report.calls;
  object["seconds"] = report.seconds;
  object["sweeps"] = report.sweeps;
  object["settled"] = report.settled;
  object["max_residual"] = report.maxResidual;
  object["out"] = out;
  object["knobs"] = knobsJson(model.knobs);
  object["iterations"] = report.iterations;
  return object;
}

DecodeReport decodeWithProgress(const OpenModel& model, const Input& input, bool quiet) {
  ProgressLine progress("decoding", quiet);
  std::int64_t calls = 0;
  return decode(*model.family, model.knobs, input,
                [&](const Decoder&, const Sweep& sweep, double fraction) {
                  calls += sweep.calls;
                  progress.update(fraction, std::to_string(calls) + " calls");
                });
}

int run(const Arguments& arguments) {
  checkRequest(arguments);
  const std::string out = *arguments.text("--out");
  const bool json = arguments.has("--json");
  const OpenModel model = openModel(*arguments.text("--model"), arguments);
  const Input input = readInput(arguments, model);
  const DecodeReport report = decodeWithProgress(model, input, json);
  throwIfInterrupted();
  writeResult(out, model, input, report);
  for (const std::string& note : report.notes) std::cerr << "note: " << note << '\n';
  if (json) {
    printJson(reportJson(model, input, report, out));
    return 0;
  }
  std::cout << out << ": " << report.calls << " calls in " << shortNumber(report.seconds) << " s";
  if (!std::isnan(report.maxResidual)) {
    std::cout << ", largest residual " << shortNumber(report.maxResidual);
  }
  std::cout << (report.settled ? "\n" : ", not settled everywhere\n");
  return 0;
}

}  // namespace

SubCommand runCommand() {
  return {"run", "", "One decode: a picture with its recipe, or tensors",
          withModelOptions(
              {{"--out", "FILE", "a .png, or a .safetensors with the raw tensors", true},
               {"--seed", "N", "of the noise, 0 where nothing else is given"},
               {"--label", "N", "the class; without it the null class"},
               {"--label-name", "NAME", "the class by its name"},
               {"--noise", "FILE.safetensors", "tensor noise [B, N, D], perhaps labels [B]"},
               {"--image", "FILE", "an own picture: encoded, varied (--set vary=), decoded"},
               {"--count", "N", "pictures per run, like --set batch=N"}}),
          run};
}

}  // namespace jacobiscope
