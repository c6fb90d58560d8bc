// What stands above the plots: which model decoded what, how, and in which time.
#include <cmath>

#include "engine/export/figure_parts.h"

namespace jacobiscope {

namespace {

void join(std::string& text, const std::string& more) {
  if (more.empty()) return;
  text += (text.empty() ? "" : ", ") + more;
}

std::string counted(std::int64_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

std::string inputText(const Started& start) {
  const Input& input = start.input;
  std::string text;
  if (!input.prompt.empty()) join(text, "“" + input.prompt + "”");
  if (input.label) {
    const auto& classes = start.model.classes;
    const bool named = *input.label >= 0 && *input.label < std::ssize(classes);
    join(text, "class " + std::to_string(*input.label) +
                   (named ? " (" + classes[*input.label] + ")" : ""));
  }
  if (!input.picture.empty()) join(text, "from " + input.picture);
  join(text, "seed " + std::to_string(input.seed));
  if (input.count > 1)
    join(text, counted(input.count, start.model.action.empty() ? "picture" : "episode"));
  return text + (start.warm ? ", warm start" : "");
}

// How it was decoded: what chooses the decoder, and knobs that are not at their defaults.
std::string knobsText(const RunRecord& run) {
  std::string text;
  for (const Knob& knob : run.start.model.knobs) {
    const auto value = run.start.knobs.find(knob.key);
    if (value == run.start.knobs.end() || knob.idle) continue;
    const bool chooses = knob.key == "mode" || knob.key == "decoder";
    if (chooses || value->second != knob.initial)
      join(text, knob.key + " = " + formatKnob(value->second));
  }
  if (run.finished && run.finished->timeline.size() > 1) join(text, "knobs moved during the run");
  return text;
}

std::string outcomeText(const RunRecord& run) {
  if (run.failed) return "failed";
  if (!run.finished) return "still running";
  return run.finished->outcome == Outcome::Done ? "" : "stopped";
}

std::string costText(const RunRecord& run) {
  const ModelInfo& model = run.start.model;
  std::string text = counted(std::ssize(run.snapshots), "sweep");
  join(text, counted(run.calls(), "model call"));
  join(text, numberText(run.snapshots.back()->computeSeconds) + " s of computing");
  join(text, outcomeText(run));
  std::string machine;
  join(machine, model.device);
  join(machine, model.dtype);
  if (model.threads > 0) join(machine, counted(model.threads, "thread"));
  return machine.empty() ? text : text + " (" + machine + ")";
}

}  // namespace

std::vector<std::string> figureCaption(const RunRecord& run, double width) {
  std::vector<std::string> caption;
  for (const std::string& part : {inputText(run.start), knobsText(run), costText(run)})
    for (std::string& line : wrappedLines(part, kSmallText, width))
      caption.push_back(std::move(line));
  return caption;
}

}  // namespace jacobiscope
