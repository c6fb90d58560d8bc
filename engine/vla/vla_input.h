// What an Input asks of the robot.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/family.h"
#include "engine/vla/sim/task.h"
#include "engine/vla/sim/things.h"

namespace jacobiscope {

// The kinds of tasks that config.json lists as "kinds" (by kTaskKindNames); all where it lists
// none. Throws Error for a name that is none.
std::vector<TaskKind> kindsOf(const nlohmann::json& config);
// An instruction of each kind, plainly said.
std::vector<std::string> examplesOf(const std::vector<TaskKind>& kinds);
// Every word of allInstructions(), each once.
std::vector<std::string> instructionWords();

struct AskedFor {
  std::optional<Task> task;      // nothing: not understood, and nobody can judge it
  std::optional<Layout> layout;  // where the input gives one
  std::string note;              // what the user should know; may be empty
};

// Throws UsageError for an input of another family (a class, other arrays than "layout"), and for
// a layout of another shape or with a thing that cannot lie there.
AskedFor askedFor(const Input& input, const std::vector<TaskKind>& kinds,
                  const std::string& model);

// How things lie at first in an episode of that seed, unless the input says so.
Layout startOf(const std::optional<Task>& task, std::uint64_t seed);

Array layoutArray(const Layout& layout);  // [things, 3]

}  // namespace jacobiscope
