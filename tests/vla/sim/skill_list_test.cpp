// Skills and kinds by name, as --skills and kinds= take them.
#include <QtTest>

#include "engine/core/error.h"
#include "engine/vla/sim/skill_list.h"

using namespace jacobiscope;

class SkillListTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyKindBelongsToOneSkill() {
    std::vector<int> seen(kTaskKinds, 0);
    for (const SkillGroup& skill : allSkills()) {
      for (const TaskKind kind : skill.kinds) ++seen[static_cast<std::size_t>(kind)];
    }
    QCOMPARE(seen, std::vector<int>(kTaskKinds, 1));
    QCOMPARE(allSkills().size(), std::size_t{3});
  }

  void skillsAndKindsAreRead() {
    const std::vector<SkillGroup> groups = parseSkills("pad,pick-and-place,stack", "--skills");
    QCOMPARE(groups.size(), std::size_t{3});
    QVERIFY(groups[0] == (SkillGroup{"pad", {TaskKind::PutOnPad}}));
    QVERIFY(groups[1] ==
            (SkillGroup{"pick-and-place", {TaskKind::PutInBowl, TaskKind::PutOnPad}}));
    QVERIFY(groups[2] == (SkillGroup{"stack", {TaskKind::Stack}}));
  }

  void listsThatCannotBeAreRefused() {
    for (const char* list : {"", "push,", "pushing", "touch,touch", "Push"}) {
      QVERIFY_THROWS_EXCEPTION(UsageError, parseSkills(list, "--skills"));
    }
  }
};

QTEST_GUILESS_MAIN(SkillListTest)
#include "skill_list_test.moc"
