#include "ui/views/schedule_forecast.h"

#include <algorithm>
#include <array>

#include "engine/core/error.h"
#include "engine/core/scales.h"

namespace jacobiscope {

namespace {

// Why estimate() told nothing: a condition that is another, else the first stage without one.
std::string gapOf(const ModelInfo& model, const ScheduleCosts& costs, const KnobValues& knobs) {
  for (const auto& [key, value] : costs.conditions) {
    const auto found = knobs.find(key);
    if (found != knobs.end() && found->second == value) continue;
    const Knob* knob = findKnob(model.knobs, key);
    return "times were measured with " + (knob ? knob->label : key) + " at " + formatKnob(value);
  }
  const int stages = static_cast<int>(model.stages.size());
  const auto schedule = readSchedule(knobs, stages, model.positions);
  for (int stage = 0; stage < stages; ++stage) {
    if (!estimateStage(costs, stage, schedule[stage], numberAt(knobs, "tolerance"),
                       toggleAt(knobs, "refine"), model.positions)) {
      return "no estimate for " + model.stages[stage];
    }
  }
  return "no estimate";
}

}  // namespace

bool canSearch(const ModelInfo& model) {
  return std::ranges::all_of(std::array{"mode", "segments", "cap", "guess", "window"},
                             [&](const char* key) { return findKnob(model.knobs, key); });
}

ScheduleForecast forecastOf(const ModelInfo& model, const ScheduleCosts& costs,
                            const KnobValues& knobs) {
  ScheduleForecast forecast;
  forecast.batch = costs.batch;
  if (costs.batch == 0) return forecast;
  try {
    forecast.estimate =
        estimate(costs, static_cast<int>(model.stages.size()), model.positions, knobs);
    if (!forecast.estimate) forecast.gap = gapOf(model, costs, knobs);
  } catch (const Error&) {
    forecast.gap = "no estimate";  // lists that do not fit the model; a run will say which
  }
  return forecast;
}

const RunRecord* runOfSchedule(const Recording& recording, const ModelInfo& model, int batch,
                               const KnobValues& knobs) {
  const auto fits = [&](const RunRecord& run) {
    if (!run.finished || run.finished->outcome != Outcome::Done || run.start.warm) return false;
    if (run.start.model.hash != model.hash || run.start.model.device != model.device) return false;
    if (run.start.input.count != batch || run.start.parent || run.start.knobs != knobs)
      return false;
    return std::ranges::all_of(run.finished->timeline,
                               [&](const auto& entry) { return entry.second == knobs; });
  };
  const auto& runs = recording.runs();
  for (auto run = runs.rbegin(); run != runs.rend(); ++run)
    if (fits(run->second)) return &run->second;
  return nullptr;
}

std::string secondsText(double seconds) {
  if (seconds < 0.0995) return numberText(seconds * 1000, 2) + " ms";
  return fixedText(seconds, seconds < 9.995 ? 2 : 1) + " s";
}

std::string forecastText(const ScheduleForecast& forecast) {
  if (!forecast.estimate) return forecast.gap;
  return "predicted " + secondsText(forecast.estimate->seconds) + " · " +
         std::to_string(forecast.estimate->calls) + " calls";
}

std::string measuredText(const RunRecord* run) {
  if (!run || !run->finished) return {};
  return "measured " + secondsText(run->finished->computeSeconds) + " (run #" +
         std::to_string(run->start.run) + ")";
}

}  // namespace jacobiscope
