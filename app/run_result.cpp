#include "app/run_result.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "app/output_file.h"
#include "app/robot_report.h"
#include "engine/checkpoint/atomic_file.h"
#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"
#include "engine/picture/picture_file.h"
#include "engine/record/recipe.h"

namespace jacobiscope {

namespace {

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

// Rows of a tensor [B, N] of whole numbers.
Json rowsOf(const Array& array) {
  const auto& values = std::get<std::vector<std::int64_t>>(array.values);
  Json rows = Json::array();
  for (std::int64_t b = 0; b < array.shape[0]; ++b) {
    const auto begin = values.begin() + b * array.shape[1];
    rows.push_back(std::vector<std::int64_t>(begin, begin + array.shape[1]));
  }
  return rows;
}

}  // namespace

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
                const std::filesystem::path& out) {
  Json object = {{"model", model.info().name}, {"seed", nullptr}, {"label", nullptr}};
  if (!input.arrays.contains("noise")) object["seed"] = input.seed;
  if (input.label) object["label"] = *input.label;
  if (!input.prompt.empty()) object["prompt"] = input.prompt;
  object["calls"] = report.calls;
  object["seconds"] = report.seconds;
  object["sweeps"] = report.sweeps;
  object["settled"] = report.settled;
  object["max_residual"] = report.maxResidual;
  object["out"] = out.string();
  object["knobs"] = knobsJson(model.knobs);
  object["iterations"] = report.iterations;
  object["notes"] = report.notes;
  // What a drawn token's test rejects with is no error of the result.
  if (report.result.contains("tokens")) object["max_residual"] = nullptr;
  if (!model.info().action.empty()) object.update(robotJson(robotReport(report)));
  if (const auto tokens = report.result.find("tokens"); tokens != report.result.end()) {
    object["accepted"] = report.accepted;
    object["tokens"] = rowsOf(tokens->second);
  }
  return object;
}

std::string reportText(const ModelInfo& model, const DecodeReport& report,
                       const std::filesystem::path& out) {
  std::string text = out.string() + ": " + std::to_string(report.calls) + " calls in " +
                     shortNumber(report.seconds) + " s";
  if (!model.action.empty()) return text + robotText(robotReport(report));
  if (report.result.contains("tokens")) {
    const double calls = static_cast<double>(std::max<std::int64_t>(1, report.calls));
    text += ", " + shortNumber(report.plan.positions.at(0) / calls) + " tokens per call";
  } else if (!std::isnan(report.maxResidual)) {
    text += ", largest residual " + shortNumber(report.maxResidual);
  }
  return report.settled ? text : text + ", not settled everywhere";
}

}  // namespace jacobiscope
