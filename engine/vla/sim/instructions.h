// Tasks as English and back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/vla/sim/task.h"

namespace jacobiscope {

// Ways to say each kind of task.
inline constexpr int kWordings = 4;

// "put the red cube in the bowl"; `wording` is in [0, kWordings), 0 the plainest.
std::string instruction(const Task& task, int wording = 0);

// One of them, by the seed of an episode.
int randomWording(std::uint64_t seed);

// Every wording of every task, in the order of allTasks(), each once.
std::vector<std::string> allInstructions();

// What a text asks for, or, where nothing that this arm can do, why: one plain sentence.
struct Understanding {
  std::optional<Task> task;
  std::string notice;  // empty where there is a task
};

// Understands every text of allInstructions() and more (capitals, punctuation, other verbs
// and orders of words). A word it does not know is never passed over.
Understanding understand(std::string_view text);

}  // namespace jacobiscope
