#include "ui/views/action_text.h"

#include <algorithm>
#include <cmath>

#include "engine/core/scales.h"
#include "ui/views/speed_up.h"

namespace jacobiscope {

namespace {

const std::string kDash = "—";

std::string binsText(double bins) {
  const std::string number = numberText(bins);
  return number + (number == "1" ? " bin" : " bins");
}

std::string signedText(double value, int digits) {
  return (value > 0 ? "+" : "") + fixedText(value, digits);
}

int chunkWithin(const ActionTimeline& timeline, const ChunkSpan& chunk) {
  const auto& chunks = timeline.chunks();
  const auto first = std::ranges::find(chunks, chunk.episode, &ChunkSpan::episode);
  return static_cast<int>(&chunk - &*first);
}

std::string stepText(const RunRecord& run, const StepMark& mark, int row) {
  const std::string step = "step " + std::to_string(row + 1);
  switch (mark.kind) {
    case StepMark::Kind::Untouched: return {};
    case StepMark::Kind::New: return "\n" + step + ": its first tokens";
    case StepMark::Kind::Settled: return "\n" + step + ": settled";
    case StepMark::Kind::Acted: return "\n" + step + ": carried out";
    case StepMark::Kind::Moved: break;
  }
  if (mark.bins == 0) return "\n" + step + ": nothing moved";
  return "\n" + step + ": moved by up to " + binsText(mark.bins);
}

const char* cellStateText(const ActionCell& cell) {
  switch (cell.state) {
    case TokenState::Accepted: return "settled";
    case TokenState::Drawn: return "settled, decoded one at a time";
    case TokenState::Kept: return "the same as before, not settled";
    default: break;
  }
  return "not settled";
}

}  // namespace

std::string deviationText(double millimetres, double degrees) {
  return fixedText(millimetres, millimetres < 100 ? 1 : 0) + " mm, " + fixedText(degrees, 1) + "°";
}

std::string earlyStopText(const ChunkField& field, int iteration) {
  const auto stop = earlyStop(field, iteration);
  if (!stop) return {};
  if (iteration + 1 == std::ssize(field.iterations))
    return "iteration " + std::to_string(iteration) + (field.whole ? ", carried out" : "");
  return "stopped after iteration " + std::to_string(iteration) + ": " +
         deviationText(stop->millimetres, stop->degrees) + " away";
}

const char* outcomeName(EpisodeState outcome) {
  switch (outcome) {
    case EpisodeState::Succeeded: return "succeeded";
    case EpisodeState::TimedOut: return "ran out of time";
    case EpisodeState::Fell: return "something fell";
    case EpisodeState::Diverged: return "physics diverged";
    case EpisodeState::Running: break;
  }
  return "under way";
}

std::string valueText(const ActionDimension& dimension, double value) {
  if (std::isnan(value)) return kDash;
  if (dimension.unit.empty()) return fixedText(value, 2);
  const bool degrees = dimension.unit == "°";
  return signedText(value, degrees ? 2 : 1) + (degrees ? "" : " ") + dimension.unit;
}

std::string columnLetter(const ActionDimension& dimension) { return dimension.name.substr(0, 1); }

std::string cellText(const ModelInfo& model, const ChunkField& field, int position) {
  const int dimensions = static_cast<int>(model.action.size());
  if (position < 0 || position >= std::ssize(field.cells) || dimensions == 0) return {};
  const ActionCell& cell = field.cells[position];
  const ActionDimension& dimension = model.action[position % dimensions];
  std::string text =
      "step " + std::to_string(position / dimensions + 1) + ", " + dimension.name + "\n";
  if (cell.token < 0) return text + "nothing decoded yet";
  text += valueText(dimension, cell.value) + " · token " + std::to_string(cell.token) + "\n";
  if (std::isnan(cell.change)) {
    text += "its first token\n";
  } else if (cell.changed()) {
    text += "moved by " + binsText(std::abs(cell.change));
    const double moved = std::abs(cell.change) * dimension.perBin;
    if (!dimension.unit.empty())
      text += " (" + fixedText(moved, 2) + (dimension.unit == "°" ? "" : " ") + dimension.unit +
              ")";
    text += " in this iteration\n";
  } else {
    text += "did not move in this iteration\n";
  }
  return text + cellStateText(cell);
}

std::string momentText(const RunRecord& run, const ActionTimeline& timeline, std::int64_t sweep) {
  const ChunkSpan* chunk =
      sweep >= 0 && sweep < timeline.size() ? timeline.chunkAt(sweep) : nullptr;
  if (!chunk) return "before the first chunk";
  std::string text = "chunk " + std::to_string(chunkWithin(timeline, *chunk) + 1);
  if (run.start.input.count > 1) text += " of episode " + std::to_string(chunk->episode + 1);
  const Sweep& facts = run.snapshots[sweep]->sweep;
  if (cameraLooks(facts)) return text + ", the camera looks";
  if (sweep <= chunk->decoded) return text + ", iteration " + std::to_string(sweep - chunk->begun);
  const int dimensions = std::max(1, static_cast<int>(run.start.model.action.size()));
  const int step = facts.window.begin / dimensions;
  return text + ", step " + std::to_string(step + 1) + " carried out";
}

std::string actionSweepText(const RunRecord& run, const ActionTimeline& timeline,
                            std::int64_t sweep, int row) {
  if (sweep < 0 || sweep >= timeline.size()) return {};
  const Sweep& facts = run.snapshots[sweep]->sweep;
  std::string text = momentText(run, timeline, sweep);
  if (facts.kind == SweepKind::World) {
    const ActionCount& count = timeline.count(sweep);
    if (count.outcome != EpisodeState::Running)
      text += std::string("\nepisode ") + outcomeName(count.outcome);
  } else {
    if (row >= 0 && row < timeline.rows()) text += stepText(run, timeline.row(sweep, row), row);
    text += "\nfixed " + std::to_string(timeline.calls()[sweep].settled()) + ", first " +
            std::to_string(facts.frontier) + " of " + std::to_string(run.start.model.positions) +
            " tokens settled";
    const ChunkField field = chunkAt(run, timeline, sweep);
    const std::string stop = earlyStopText(field, field.reached - 1);
    if (!stop.empty() && field.reached < std::ssize(field.iterations)) text += "\n" + stop;
  }
  if (!facts.note.empty()) text += "\n" + facts.note;
  return text;
}

std::pair<std::string, std::string> boundText(const ModelInfo& model, const KnobValues& knobs) {
  const auto found = knobs.find("exit.bins");
  const auto rule = knobs.find("decoder");
  if (found == knobs.end() || rule == knobs.end() || rule->second != KnobValue("bounded"))
    return {};
  const double bins = asNumber(found->second);
  double length = 0, angle = 0;
  for (const ActionDimension& dimension : model.action) {
    if (dimension.unit == "mm") length = std::max(length, bins * dimension.perBin);
    if (dimension.unit == "°") angle = std::max(angle, bins * dimension.perBin);
  }
  return {binsText(bins), deviationText(length, angle)};
}

std::vector<std::pair<std::string, std::string>> actionNumbers(const ViewState& state,
                                                               const RunRecord& run,
                                                               const ChunkField& field,
                                                               const ActionTimeline& timeline) {
  const bool any = field.sweep >= 0 && field.sweep < timeline.size();
  const ActionCount count = any ? timeline.count(field.sweep) : ActionCount{};
  const bool measured = count.seconds > 0;
  const auto per = [&](double what, double of, int digits) {
    return of > 0 ? fixedText(what / of, digits) : kDash;
  };
  const auto stop = earlyStop(field, field.reached - 1);
  const auto factor = speedUp(run, state.baselines);
  std::vector<std::pair<std::string, std::string>> rows{
      {"success", count.episodes > 0 ? std::to_string(count.succeeded) + " of " +
                                           std::to_string(count.episodes) + " episode" +
                                           (count.episodes == 1 ? "" : "s")
                                     : kDash},
      {"calls / chunk", per(double(count.passes), count.chunks, 1)},
      {"control", measured ? per(double(count.steps), count.seconds, 1) + " Hz" : kDash},
      {"tokens / s", measured ? per(double(count.tokens), count.seconds, 0) : kDash},
      {"wall vs sequential", factor ? fixedText(*factor, *factor < 10 ? 2 : 1) + "×" : kDash},
      {"if stopped here", stop && field.whole ? deviationText(stop->millimetres, stop->degrees)
                                              : kDash}};
  const auto [bins, bound] = boundText(run.start.model, state.knobs);
  if (!bins.empty()) rows.push_back({"bound " + bins, bound});
  return rows;
}

}  // namespace jacobiscope
