#include "engine/vla/vla_input.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/checkpoint/tensor_view.h"
#include "engine/core/error.h"
#include "engine/core/suggestion.h"
#include "engine/nn/model_settings.h"
#include "engine/vla/sim/instructions.h"
#include "engine/vla/sim/layout.h"

namespace jacobiscope {

namespace {

std::string_view nameOf(TaskKind kind) { return kTaskKindNames[static_cast<std::size_t>(kind)]; }

Layout readLayout(const Array& array) {
  const std::vector<std::int64_t> expected = {kThings, 3};
  const auto* values = std::get_if<std::vector<float>>(&array.values);
  if (array.shape != expected || !values) {
    throw UsageError("The array layout has shape " + shapeText(array.shape) +
                     "; x, y (metres) and yaw (radians) of " + std::to_string(kThings) +
                     " things, " + shapeText(expected) + ", were expected.");
  }
  Layout layout{};
  for (std::size_t i = 0; i < layout.size(); ++i) {
    layout[i] = {(*values)[3 * i], (*values)[3 * i + 1], (*values)[3 * i + 2]};
  }
  for (std::size_t i = 0; i < layout.size(); ++i) {
    const std::string problem = placementProblem(layout, static_cast<Thing>(i), layout[i]);
    if (!problem.empty()) throw UsageError(problem, "Move it somewhere else.");
  }
  return layout;
}

}  // namespace

std::vector<TaskKind> kindsOf(const nlohmann::json& config) {
  std::vector<TaskKind> kinds;
  for (const std::string& name : textsOf(config, "kinds")) {
    const auto at = std::ranges::find(kTaskKindNames, name);
    if (at == kTaskKindNames.end()) {
      throw Error("config: \"kinds\" names \"" + name + "\", which is no kind of task.",
                  suggestion(name, {kTaskKindNames.begin(), kTaskKindNames.end()}));
    }
    kinds.push_back(static_cast<TaskKind>(at - kTaskKindNames.begin()));
  }
  if (!kinds.empty()) return kinds;
  for (int kind = 0; kind < kTaskKinds; ++kind) kinds.push_back(static_cast<TaskKind>(kind));
  return kinds;
}

std::vector<std::string> examplesOf(const std::vector<TaskKind>& kinds) {
  std::vector<std::string> texts;
  for (const TaskKind kind : kinds) {
    // Another cube for each, as far as there are enough.
    const int at = static_cast<int>(texts.size()) % kCubes;
    const auto lower = cube((at + 1) % kCubes);
    texts.push_back(instruction(makeTask(kind, cube(at), lower)));
  }
  return texts;
}

std::vector<std::string> instructionWords() {
  std::vector<std::string> words;
  for (const std::string& text : allInstructions()) {
    std::istringstream in(text);
    for (std::string word; in >> word;) {
      if (std::ranges::find(words, word) == words.end()) words.push_back(word);
    }
  }
  return words;
}

AskedFor askedFor(const Input& input, const std::vector<TaskKind>& kinds,
                  const std::string& model) {
  if (input.label) {
    throw UsageError(model + " reads an instruction, not a class.", "Give --prompt.");
  }
  for (const auto& [name, array] : input.arrays) {
    if (name != "layout") {
      throw UsageError("The array " + name + " is given, which means nothing to " + model + ".",
                       "It takes an instruction and a layout.");
    }
  }
  AskedFor asked;
  if (const auto found = input.arrays.find("layout"); found != input.arrays.end()) {
    asked.layout = readLayout(found->second);
  }
  const Understanding understood = understand(input.prompt);
  asked.task = understood.task;
  if (!understood.task) {
    const bool blank = input.prompt.find_first_not_of(" \t\r\n") == std::string::npos;
    asked.note = understood.notice + (blank ? "" : " Nobody can tell when it is done.");
  } else if (std::ranges::find(kinds, understood.task->kind) == kinds.end()) {
    asked.note = model + " was not trained on tasks of this kind (" +
                 std::string(nameOf(understood.task->kind)) + ").";
  }
  return asked;
}

Layout startOf(const std::optional<Task>& task, std::uint64_t seed) {
  return task ? layoutFor(*task, seed) : randomLayout(seed);
}

Array layoutArray(const Layout& layout) {
  std::vector<float> values;
  for (const Placement& at : layout) {
    for (const double value : {at.x, at.y, at.yaw}) values.push_back(static_cast<float>(value));
  }
  return {{kThings, 3}, std::move(values)};
}

}  // namespace jacobiscope
