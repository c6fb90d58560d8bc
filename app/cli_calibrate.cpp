// jacobiscope-cli calibrate: how hard each block is, and the schedule that follows.
#include <algorithm>
#include <iostream>

#include "app/cli_search.h"
#include "app/schedule_option.h"
#include "app/sub_command.h"
#include "app/input_files.h"
#include "app/interrupt.h"
#include "app/model_options.h"
#include "app/output_file.h"
#include "app/progress.h"
#include "app/tarflow_only.h"
#include "engine/checkpoint/safetensors.h"
#ifdef JACOBISCOPE_WITH_TORCH
#include "engine/tarflow/tarflow_tools.h"
#endif

namespace jacobiscope {

namespace {

// A column in the network's order, block 0 first; the analysis has it in decode order.
std::vector<double> networkOrder(const Analysis& analysis, const std::string& name) {
  const auto column = std::ranges::find(analysis.columns, name, &StageColumn::name);
  if (column == analysis.columns.end()) {
    throw Error("The calibration of this model has no column \"" + name + "\".");
  }
  return {column->values.rbegin(), column->values.rend()};
}

Arrays metricsOf(const Analysis& analysis) {
  const std::vector<double> z = networkOrder(analysis, "igm_z");
  const std::vector<double> zeros = networkOrder(analysis, "igm_zeros");
  const std::vector<double> crm = networkOrder(analysis, "crm");
  std::vector<float> igm;
  for (std::size_t block = 0; block < z.size(); ++block) {
    igm.push_back(static_cast<float>(z[block]));
    igm.push_back(static_cast<float>(zeros.at(block)));
  }
  const auto blocks = static_cast<std::int64_t>(z.size());
  return {{"igm", {{blocks, 2}, igm}},
          {"crm", {{blocks}, std::vector<float>(crm.begin(), crm.end())}}};
}

Json analysisJson(const OpenModel& model, const Analysis& analysis) {
  Json object = {{"model", model.info().name}, {"origin", analysis.origin}};
  const std::vector<double> z = networkOrder(analysis, "igm_z");
  const std::vector<double> zeros = networkOrder(analysis, "igm_zeros");
  object["igm"] = Json::array();
  for (std::size_t block = 0; block < z.size(); ++block) {
    object["igm"].push_back({z[block], zeros.at(block)});
  }
  object["crm"] = networkOrder(analysis, "crm");
  object["schedules"] = Json::array();
  for (const Preset& preset : analysis.presets) {
    object["schedules"].push_back(
        {{"name", preset.name}, {"origin", preset.origin}, {"knobs", knobsJson(preset.knobs)}});
  }
  return object;
}

void printAnalysis(const Analysis& analysis) {
  const std::vector<double> z = networkOrder(analysis, "igm_z");
  const std::vector<double> zeros = networkOrder(analysis, "igm_zeros");
  const std::vector<double> crm = networkOrder(analysis, "crm");
  double sum = 0;
  for (const double value : crm) sum += value;
  std::cout << "From " << analysis.origin << ".\n";
  std::cout << "block  IGM guess z  IGM guess zeros  CRM        share of CRM\n";
  for (std::size_t block = 0; block < z.size(); ++block) {
    std::string line = std::to_string(block);
    line.resize(7, ' ');
    line += shortNumber(z[block]);
    line.resize(20, ' ');
    line += shortNumber(zeros.at(block));
    line.resize(37, ' ');
    line += shortNumber(crm[block]);
    line.resize(48, ' ');
    std::cout << line << shortNumber(100 * crm[block] / sum) << " %\n";
  }
  for (const Preset& preset : analysis.presets) {
    std::cout << "proposed: " << preset.name << "\n " << settingsText(preset.knobs) << '\n';
  }
}

Input readInput([[maybe_unused]] const Arguments& arguments, OpenModel& model) {
  Input input;
  if (model.count > 0) input.count = model.count;
  if (const auto seed = arguments.text("--seed")) input.seed = parseSeed(*seed);
#ifdef JACOBISCOPE_WITH_TORCH
  if (const auto source = arguments.text("--images")) {
    const PictureShape shape = pictureShape(*model.family);
    InputPictures pictures =
        readPictures(*source, shape.channels, shape.height, shape.width);
    if (!pictures.labels.empty()) {
      input.arrays["labels"] = {{pictures.images.shape[0]}, std::move(pictures.labels)};
    }
    input.arrays["image"] = std::move(pictures.images);
  }
#endif
  return input;
}

int run(const Arguments& arguments) {
  needTorch("calibrate");
  checkSearchOptions(arguments);
  if (arguments.has("--search")) return runSearch(arguments);
  const auto out = arguments.text("--out");
  if (out && extensionOf(*out) != ".safetensors") {
    throw UsageError("--out " + *out + " is no .safetensors file.");
  }
  if (out) checkOutput(*out);
  OpenModel model = openModel(*arguments.text("--model"), arguments);
  const Input input = readInput(arguments, model);
  const auto task = model.family->analyse("calibrate", model.knobs, input);
  if (!task) {
    throw Error("Models of the family " + model.info().family + " cannot be calibrated.");
  }
  {
    ProgressLine progress("calibrating", arguments.has("--json"));
    while (task->step()) {
      throwIfInterrupted();
      progress.update(task->progress());
    }
  }
  throwIfInterrupted();
  const Analysis analysis = task->result();
  if (out) writeSafetensors(*out, metricsOf(analysis));
  if (!arguments.has("--json")) {
    printAnalysis(analysis);
    return 0;
  }
  Json object = analysisJson(model, analysis);
  object["out"] = out ? Json(*out) : Json(nullptr);
  printJson(object);
  return 0;
}

}  // namespace

SubCommand calibrateCommand() {
  std::vector<OptionSpec> options = {
      {"--images", "DIR",
       "a folder of pictures, or a .safetensors with image [B, C, H, W]; without it the model's "
       "own samples"},
      {"--seed", "N", "of the model's own samples, 0 where not given"},
      {"--out", "FILE",
       "a .safetensors: igm [blocks, 2] and crm [blocks], block 0 first; of --search: a text"}};
  for (OptionSpec& option : searchOptions()) options.push_back(std::move(option));
  options.push_back({"--count", "B", "of --search: pictures in the batch, 1 where not given"});
  options.push_back({"--label", "N", "of --search: the class; without it the null class"});
  options.push_back({"--label-name", "NAME", "the class by its name"});
  return {"calibrate", "", "IGM and CRM of every block, and the schedule that suits (tarflow)",
          withModelOptions(std::move(options)), run};
}

}  // namespace jacobiscope
