#include "engine/core/schedule_choice.h"

#include <algorithm>
#include <cstdio>

#include "engine/core/schedule_front.h"

namespace jacobiscope {

namespace {

constexpr double kErrorShares[] = {3, 1, 0.5, 0.2, 0.05};
constexpr std::size_t kChoicesPerShare = 3;

// Choices of one tolerance and precision; sequential fits all.
std::vector<ScheduleChoice> front(const ScheduleCosts& costs, int stages, double tolerance,
                                  bool refine, double bound) {
  std::vector<std::vector<const StageTrial*>> trials(stages);
  std::vector<std::vector<StageOption>> options(stages);
  for (const StageTrial& trial : costs.trials) {
    const bool sequential = trial.schedule.method == Method::Sequential;
    if (!sequential && (trial.tolerance != tolerance || trial.refine != refine)) continue;
    trials[trial.stage].push_back(&trial);
    const double error = trial.error * costs.amplification[trial.stage];
    options[trial.stage].push_back({trial.seconds, error});
  }
  std::vector<ScheduleChoice> choices;
  for (const SchedulePick& pick : scheduleFront(options, bound)) {
    ScheduleChoice choice{{}, tolerance, refine, pick.seconds, pick.error};
    for (int s = 0; s < stages; ++s) {
      choice.schedule.push_back(trials[s][pick.options[s]]->schedule);
    }
    choices.push_back(std::move(choice));
  }
  return choices;
}

std::string blockText(const BlockSchedule& block) {
  switch (block.method) {
    case Method::Sequential: return "seq";
    case Method::Jacobi:
      return block.cap < kMostPasses ? "J" + std::to_string(block.cap) : std::string("J");
    case Method::Segments: return std::to_string(block.segments) + "seg";
    case Method::Sliding: return "w" + std::to_string(block.width);
  }
  return {};
}

}  // namespace

std::vector<ScheduleChoice> chooseSchedules(const ScheduleCosts& costs, int stages, double bound) {
  std::vector<std::pair<double, bool>> rules;
  for (const StageTrial& trial : costs.trials) {
    const std::pair rule(trial.tolerance, trial.refine);
    if (trial.schedule.method == Method::Sequential) continue;
    if (std::ranges::find(rules, rule) == rules.end()) rules.push_back(rule);
  }
  std::vector<ScheduleChoice> all;
  for (const auto& [tolerance, refine] : rules) {
    const auto some = front(costs, stages, tolerance, refine, bound);
    all.insert(all.end(), some.begin(), some.end());
  }
  std::ranges::stable_sort(all, {}, &ScheduleChoice::seconds);
  return all;
}

std::vector<ScheduleChoice> schedulesToVerify(const ScheduleCosts& costs, int stages,
                                              double bound) {
  const auto all = chooseSchedules(costs, stages, kErrorShares[0] * bound);
  std::vector<ScheduleChoice> picked;
  for (const double share : kErrorShares) {
    std::size_t count = 0;
    for (const ScheduleChoice& choice : all) {
      if (choice.error > share * bound || count == kChoicesPerShare) continue;
      ++count;
      if (std::ranges::find(picked, choice) == picked.end()) picked.push_back(choice);
    }
  }
  std::ranges::stable_sort(picked, {}, &ScheduleChoice::seconds);
  return picked;
}

std::string nameOf(const ScheduleChoice& choice) {
  std::string name;
  for (const BlockSchedule& block : choice.schedule) {
    const bool zeros = block.zeroGuess && block.method != Method::Sequential;
    name += blockText(block) + (zeros ? "(0) " : " ");
  }
  name.back() = ',';
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", choice.tolerance);
  name += std::string(" tolerance ") + text;
  return choice.refine ? name + ", low precision first" : name;
}

}  // namespace jacobiscope
