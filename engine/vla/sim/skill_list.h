// Groups of tasks by the names that people give: of a skill or of a kind.
#pragma once

#include <string>
#include <vector>

#include "engine/vla/sim/task.h"

namespace jacobiscope {

struct SkillGroup {
  std::string name;             // "pick-and-place", "touch"
  std::vector<TaskKind> kinds;  // one or more

  bool operator==(const SkillGroup&) const = default;
};

// The three skills with their kinds: push (touching among it), pick-and-place, stack.
const std::vector<SkillGroup>& allSkills();

// "push,pad": skills by their names or kinds by theirs (kTaskKindNames), in this order. `what`
// names the list in the UsageError for a name that is neither, for one that comes twice, and for
// an empty list.
std::vector<SkillGroup> parseSkills(const std::string& list, const std::string& what);

}  // namespace jacobiscope
