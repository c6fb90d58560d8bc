#include "app/robot_report.h"

#include <numeric>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

const std::vector<std::int64_t>& numbersOf(const Arrays& result, const std::string& name) {
  const auto found = result.find(name);
  const auto* numbers = found == result.end()
                            ? nullptr
                            : std::get_if<std::vector<std::int64_t>>(&found->second.values);
  if (numbers == nullptr) throw Error("The run left no \"" + name + "\" behind.");
  return *numbers;
}

double ratio(double a, double b) { return b > 0 ? a / b : 0; }

}  // namespace

double RobotReport::callsPerChunk() const {
  return ratio(static_cast<double>(calls), static_cast<double>(chunks));
}

double RobotReport::tokensPerSecond() const { return ratio(static_cast<double>(tokens), seconds); }

double RobotReport::controlHz() const {
  std::int64_t steps = 0;
  for (const RobotEpisode& episode : episodes) steps += episode.steps;
  return ratio(static_cast<double>(steps), seconds);
}

RobotReport robotReport(const DecodeReport& report) {
  const auto& success = numbersOf(report.result, "success");
  const auto& starts = numbersOf(report.result, "episode_starts");
  const auto& seeds = numbersOf(report.result, "seeds");
  const auto& passes = numbersOf(report.result, "chunk_passes");
  const auto actions = report.result.find("actions");
  if (actions == report.result.end() || actions->second.shape.empty() ||
      starts.size() != success.size() || seeds.size() != success.size()) {
    throw Error("The arrays of the run's episodes do not fit each other.");
  }
  RobotReport robot;
  for (std::size_t e = 0; e < success.size(); ++e) {
    const std::int64_t end = e + 1 < starts.size() ? starts[e + 1] : actions->second.shape[0];
    RobotEpisode& episode = robot.episodes.emplace_back();
    episode.seed = seeds[e];
    episode.steps = end - starts[e];
    if (success[e] >= 0) episode.success = success[e] != 0;
  }
  robot.chunks = std::ssize(passes);
  robot.calls = std::accumulate(passes.begin(), passes.end(), std::int64_t{0});
  robot.tokens = robot.chunks * report.plan.positions.at(0);
  robot.seconds = std::accumulate(report.stageSeconds.begin(), report.stageSeconds.end(), 0.0) -
                  report.worldSeconds;
  return robot;
}

Json robotJson(const RobotReport& report) {
  Json object;
  object["episodes"] = Json::array();
  for (const RobotEpisode& episode : report.episodes) {
    Json entry = {{"seed", episode.seed}, {"success", nullptr}, {"steps", episode.steps}};
    if (episode.success) entry["success"] = *episode.success;
    object["episodes"].push_back(std::move(entry));
  }
  object["calls_per_chunk"] = report.callsPerChunk();
  object["tokens_per_second"] = report.tokensPerSecond();
  object["control_hz"] = report.controlHz();
  return object;
}

std::string robotText(const RobotReport& report) {
  std::string text = ", " + shortNumber(report.callsPerChunk()) + " calls per chunk, " +
                     shortNumber(report.tokensPerSecond()) + " tokens/s, control " +
                     shortNumber(report.controlHz()) + " Hz";
  for (const RobotEpisode& episode : report.episodes) {
    const char* const what = !episode.success   ? "was not judged"
                             : *episode.success ? "succeeded"
                                                : "did not succeed";
    text += "\n  seed " + std::to_string(episode.seed) + ": " + what + " after " +
            std::to_string(episode.steps) + " steps";
  }
  return text;
}

}  // namespace jacobiscope
