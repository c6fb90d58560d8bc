#include "engine/vla/sim/skill_list.h"

#include <algorithm>

#include "engine/core/error.h"
#include "engine/core/suggestion.h"

namespace jacobiscope {

namespace {

SkillGroup groupOf(const char* name, Skill skill) {
  SkillGroup group{name, {}};
  for (int kind = 0; kind < kTaskKinds; ++kind) {
    if (skillOf(static_cast<TaskKind>(kind)) == skill) {
      group.kinds.push_back(static_cast<TaskKind>(kind));
    }
  }
  return group;
}

// Skills, then kinds that are no skill by the same name.
const std::vector<SkillGroup>& everyGroup() {
  static const std::vector<SkillGroup> groups = [] {
    std::vector<SkillGroup> list = allSkills();
    for (int kind = 0; kind < kTaskKinds; ++kind) {
      const std::string name(kTaskKindNames[kind]);
      if (std::ranges::find(list, name, &SkillGroup::name) == list.end()) {
        list.push_back({name, {static_cast<TaskKind>(kind)}});
      }
    }
    return list;
  }();
  return groups;
}

std::vector<std::string> everyName() {
  std::vector<std::string> names;
  for (const SkillGroup& group : everyGroup()) names.push_back(group.name);
  return names;
}

}  // namespace

const std::vector<SkillGroup>& allSkills() {
  static const std::vector<SkillGroup> skills = {groupOf("push", Skill::Push),
                                                 groupOf("pick-and-place", Skill::PickAndPlace),
                                                 groupOf("stack", Skill::Stack)};
  return skills;
}

std::vector<SkillGroup> parseSkills(const std::string& list, const std::string& what) {
  std::vector<SkillGroup> chosen;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string name = list.substr(begin, end - begin);
    const auto found = std::ranges::find(everyGroup(), name, &SkillGroup::name);
    if (found == everyGroup().end()) {
      throw UsageError(what + " " + list + ": there is no task \"" + name + "\".",
                       suggestion(name, everyName()));
    }
    if (std::ranges::find(chosen, name, &SkillGroup::name) != chosen.end()) {
      throw UsageError(what + " " + list + ": \"" + name + "\" is named twice.");
    }
    chosen.push_back(*found);
    begin = end + 1;
  }
  return chosen;
}

}  // namespace jacobiscope
