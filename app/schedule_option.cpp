#include "app/schedule_option.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/interrupt.h"
#include "engine/core/error.h"
#include "engine/core/schedule_text.h"

namespace jacobiscope {

namespace {

constexpr std::uintmax_t kMaxScheduleBytes = 100'000;

// The text of a file of that name, if there is one.
std::string textOf(const std::string& option) {
  std::error_code error;
  if (option.find('\n') != std::string::npos ||
      !std::filesystem::is_regular_file(option, error)) {
    return option;
  }
  std::ifstream in(option, std::ios::binary);
  if (!in) throw Error("The schedule " + option + " cannot be opened.", "Check --schedule.");
  if (std::filesystem::file_size(option, error) > kMaxScheduleBytes) {
    throw Error("The file " + option + " is too large for a schedule.", "Check --schedule.");
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

double errorBound(const Arguments& arguments) {
  const std::string text = arguments.textOr("--error", "1e-3");
  std::size_t read = 0;
  double bound = 0;
  try {
    bound = std::stod(text, &read);
  } catch (const std::exception&) {
    read = 0;
  }
  if (read == 0 || read != text.size() || !(bound > 0 && bound <= 1)) {
    throw UsageError("--error is \"" + text + "\"; a number above 0, at most 1, was expected.");
  }
  return bound;
}

}  // namespace

OptionSpec scheduleOption(bool repeated) {
  return {"--schedule", "S",
          "[7-8-32-10], or a file with the lists num_GS, max_jacobi and guess", false, repeated};
}

std::vector<OptionSpec> searchOptions() {
  return {{"--search", "", "finds the fastest schedule on this machine (tarflow)"},
          {"--error", "E", "of --search: largest |dx| of the picture from the sequential one, "
                           "1e-3 where not given"}};
}

void checkSearchOptions(const Arguments& arguments) {
  if (!arguments.has("--error") || arguments.has("--search")) return;
  throw UsageError("--error is given without --search.", "It bounds what a search may find.");
}

void checkSchedule(const Arguments& arguments, const ModelInfo& model) {
  if (findKnob(model.knobs, "segments") != nullptr) return;
  for (const char* option : {"--schedule", "--search"}) {
    if (!arguments.has(option)) continue;
    throw UsageError(std::string(option) + " is given, and " + model.name +
                         " has no schedule of blocks.",
                     std::string("Leave out ") + option + ".");
  }
}

Preset readSchedulePreset(const std::string& option, const ModelInfo& model) {
  const int blocks = static_cast<int>(model.stages.size());
  const std::string text = textOf(option);
  KnobValues knobs = parseSchedule(text, blocks, model.positions);
  for (auto& [key, value] : knobs) value = acceptKnob(requireKnob(model.knobs, key), value);
  const std::string name =
      text == option ? option : std::filesystem::path(option).filename().string();
  return {name, "--schedule", std::move(knobs)};
}

void applySchedule(const Arguments& arguments, OpenModel& model) {
  checkSchedule(arguments, model.info());
  const auto option = arguments.text("--schedule");
  if (!option) return;
  KnobValues knobs = readSchedulePreset(*option, model.info()).knobs;
  for (const auto& [key, value] : model.given) knobs[key] = value;
  model.given = knobs;
  model.knobs = completeKnobs(model.info().knobs, knobs);
}

Analysis searchSchedule(Family& model, const KnobValues& knobs, Input input,
                        const Arguments& arguments,
                        const std::function<void(double, const std::string&)>& say) {
  input.arrays["search.error"] = {{1}, std::vector{static_cast<float>(errorBound(arguments))}};
  const auto task = model.analyse("search", knobs, input);
  if (!task) {
    throw UsageError("Models of the family " + model.info().family + " have no schedule to search.",
                     "Leave out --search.");
  }
  std::string detail;
  while (task->step()) {
    throwIfInterrupted();
    if (task->takeNews()) {
      const Analysis known = task->result();
      detail = known.trials.empty()
                   ? std::to_string(known.costs.trials.size()) + " block trials"
                   : std::to_string(known.trials.size()) + " schedules decoded";
    }
    say(task->progress(), detail);
  }
  throwIfInterrupted();
  return task->result();
}

const Preset& foundSchedule(const Analysis& analysis) {
  if (analysis.presets.empty() || !analysis.presets.front().name.starts_with("found")) {
    throw Error("The search ended without a schedule.");
  }
  return analysis.presets.front();
}

std::string settingsText(const KnobValues& knobs) {
  std::string text;
  for (const auto& [key, value] : knobs) text += " --set " + key + '=' + formatKnob(value);
  return text;
}

}  // namespace jacobiscope
