#include "app/cli_search.h"

#include <algorithm>
#include <iostream>
#include <span>

#include "app/input_files.h"
#include "app/output_file.h"
#include "app/progress.h"
#include "app/schedule_option.h"
#include "app/sub_command.h"
#include "engine/checkpoint/atomic_file.h"
#include "engine/core/clocks.h"
#include "engine/core/error.h"
#include "engine/core/schedule_text.h"
#include "engine/remote/wire_structs.h"

namespace jacobiscope {

namespace {

Json numberOrNull(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

// Within the front of what was decoded: no other is both faster and at least as exact.
bool onFront(const std::vector<ScheduleTrial>& trials, const ScheduleTrial& one) {
  return std::ranges::none_of(trials, [&](const ScheduleTrial& other) {
    return *other.seconds < *one.seconds && *other.error <= *one.error;
  });
}

std::vector<ScheduleTrial> bySeconds(std::vector<ScheduleTrial> trials) {
  std::ranges::stable_sort(trials, {}, [](const ScheduleTrial& t) { return *t.seconds; });
  return trials;
}

struct Report {
  const OpenModel& model;
  const Input& input;
  const Analysis& analysis;
  double seconds = 0;  // that the search took

  int blocks() const { return static_cast<int>(model.info().stages.size()); }
  KnobValues complete() const {
    KnobValues knobs = model.knobs;
    for (const auto& [key, value] : foundSchedule(analysis).knobs) knobs[key] = value;
    return knobs;
  }
  std::string text() const {
    return scheduleText(complete(), blocks(), model.info().positions);
  }
  std::optional<std::string> lists() const {
    const int tokens = model.info().positions;
    return publishedLists(readSchedule(complete(), blocks(), tokens), tokens);
  }
};

Json searchJson(const Report& report) {
  const Preset& found = foundSchedule(report.analysis);
  Json object = {{"model", report.model.info().name},
                 {"conditions", report.analysis.origin},
                 {"batch", report.input.count},
                 {"search_seconds", report.seconds},
                 {"found", {{"name", found.name}, {"knobs", knobsJson(found.knobs)}}}};
  const auto lists = report.lists();
  object["found"]["lists"] = lists ? Json(*lists) : Json();
  object["trials"] = Json::array();
  for (const ScheduleTrial& trial : report.analysis.trials) {
    object["trials"].push_back({{"name", trial.name},
                                {"knobs", knobsJson(trial.knobs)},
                                {"predicted_seconds", numberOrNull(trial.predictedSeconds)},
                                {"seconds", numberOrNull(trial.seconds)},
                                {"max_error", numberOrNull(trial.error)},
                                {"calls", trial.calls ? Json(*trial.calls) : Json()},
                                {"front", onFront(report.analysis.trials, trial)}});
  }
  object["blocks"] = Json::array();
  for (const StageTrial& trial : report.analysis.costs.trials) {
    object["blocks"].push_back({{"stage", trial.stage},
                                {"method", trace::Names<Method>::list[std::size_t(trial.schedule.method)]},
                                {"segments", trial.schedule.segments},
                                {"cap", trial.schedule.cap},
                                {"window", trial.schedule.width},
                                {"zero_guess", trial.schedule.zeroGuess},
                                {"tolerance", trial.tolerance},
                                {"refine", trial.refine},
                                {"passes", trial.passes},
                                {"seconds", trial.seconds},
                                {"error", trial.error}});
  }
  return object;
}

void printSearch(const Report& report) {
  const Analysis& analysis = report.analysis;
  std::cout << "Searched for " << durationText(report.seconds) << " on " << analysis.origin
            << ".\nOf " << analysis.costs.trials.size() << " trials of single blocks and "
            << analysis.trials.size() << " schedules decoded (* no other is faster and at least "
            << "as exact):\n  calls  seconds  predicted  max error  schedule\n";
  for (const ScheduleTrial& trial : bySeconds(analysis.trials)) {
    std::cout << (onFront(analysis.trials, trial) ? "* " : "  ")
              << cell(std::to_string(*trial.calls), 7) << cell(shortNumber(*trial.seconds), 9)
              << cell(trial.predictedSeconds ? shortNumber(*trial.predictedSeconds) : "-", 11)
              << cell(shortNumber(*trial.error), 11) << trial.name << '\n';
  }
  const Preset& found = foundSchedule(analysis);
  std::cout << found.name << ":\n " << settingsText(found.knobs) << '\n';
  if (const auto lists = report.lists()) std::cout << *lists;
  else std::cout << "The published lists cannot say it: it has sliding windows.\n";
}

}  // namespace

int runSearch(const Arguments& arguments) {
  if (arguments.has("--images")) {
    throw UsageError("--search decodes; --images are for the metrics.", "Leave out --images.");
  }
  const auto out = arguments.text("--out");
  if (out) checkOutput(*out);
  OpenModel model = openModel(*arguments.text("--model"), arguments);
  Input input;
  input.count = std::max(1, model.count);
  if (const auto count = arguments.integer("--count", 1, kMaxBatch)) {
    input.count = static_cast<int>(*count);
  }
  if (const auto seed = arguments.text("--seed")) input.seed = parseSeed(*seed);
  input.label = labelOf(model.info(), arguments.text("--label"), arguments.text("--label-name"));
  Analysis analysis;
  const auto begin = Clock::now();
  {
    ProgressLine progress("searching", arguments.has("--json"));
    analysis = searchSchedule(*model.family, model.knobs, input, arguments,
                              [&](double fraction, const std::string& detail) {
                                progress.update(fraction, detail);
                              });
  }
  const Report report{model, input, analysis, seconds(Clock::now() - begin)};
  if (out) {
    const std::string text = report.text();
    writeFileAtomically(*out, {std::as_bytes(std::span(text))});
  }
  if (arguments.has("--json")) printJson(searchJson(report));
  else printSearch(report);
  return 0;
}

}  // namespace jacobiscope
