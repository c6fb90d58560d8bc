// The scripted expert does every kind of task; what counts as done; layouts leave room.
#include <QtTest>

#include "engine/vla/sim/expert.h"
#include "engine/vla/sim/instructions.h"
#include "engine/vla/sim/layout.h"
#include "engine/vla/sim/record_episode.h"
#include "engine/vla/sim/task.h"
#include "engine/vla/sim/world.h"

using namespace jacobiscope;

namespace {

// Steps until the task is done, -1 where it is not.
int stepsOf(World& world, const Task& task, std::uint64_t seed, double noise) {
  world.reset(layoutFor(task, seed));
  for (int step = 0; step < kLongestEpisode; ++step) {
    if (succeeded(world, task)) return step;
    if (world.step(withNoise(expert(world, task), noise, seed, step)) != Condition::Fine) break;
  }
  return -1;
}

}  // namespace

class ExpertTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyKindIsDone_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<double>("noise");
    QTest::addColumn<int>("most");
    for (int kind = 0; kind < kTaskKinds; ++kind) {
      QTest::addRow("%s", kTaskKindNames[kind].data()) << kind << 0.0 << 25;
      QTest::addRow("%s with noise", kTaskKindNames[kind].data())
          << kind << 0.2 << kLongestEpisode;
    }
  }

  void everyKindIsDone() {
    QFETCH(int, kind);
    QFETCH(double, noise);
    QFETCH(int, most);
    World world;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const Task task = randomTask(seed, {static_cast<TaskKind>(kind)});
      const int steps = stepsOf(world, task, seed, noise);
      QVERIFY2(steps >= 4 && steps <= most,
               qPrintable(QString("seed %1: %2").arg(seed).arg(steps)));
    }
  }

  void actionsStayWithinTheLimits() {
    World world;
    for (std::uint64_t seed = 20; seed < 26; ++seed) {
      const Task task = randomTask(seed);
      world.reset(layoutFor(task, seed));
      for (int step = 0; step < 25; ++step) {
        const Action action = expert(world, task);
        for (int i = 0; i < 6; ++i) {
          QVERIFY(std::abs(action[i]) <= (i < 3 ? kMoveLimit : kTurnLimit) + 1e-6);
        }
        QVERIFY(action[6] == 0 || action[6] == 1);
        world.step(action);
      }
      QVERIFY(succeeded(world, task));  // and nothing is undone afterwards
    }
  }

  // The expert has no memory: it labels states that somebody else has led to.
  void theExpertGoesOnFromAnyState() {
    World world;
    const Task first = makeTask(TaskKind::PutOnPad, Thing::RedCube);
    const Task second = makeTask(TaskKind::PutInBowl, Thing::RedCube);
    world.reset(layoutFor(first, 3));
    for (int step = 0; step < 12; ++step) world.step(expert(world, first));
    WorldState state = world.save();
    const Action action = expert(world, second);
    world.restore(state);
    QVERIFY(expert(world, second) == action);
    for (int step = 0; step < 40 && !succeeded(world, second); ++step) {
      world.step(expert(world, second));
    }
    QVERIFY(succeeded(world, second));
  }

  void nothingIsDoneAtTheStart() {
    World world;
    for (const Task& task : allTasks()) {
      world.reset(layoutFor(task, 11));
      QVERIFY2(!succeeded(world, task), instruction(task).c_str());
    }
  }

  void whatIsHeldIsNotYetPutDown() {
    World world;
    const Task task = makeTask(TaskKind::PutOnPad, Thing::GreenCube);
    world.reset(layoutFor(task, 4));
    bool inPlace = false;
    for (int step = 0; step < 40 && !succeeded(world, task); ++step) {
      world.step(expert(world, task));
      if (isInPlace(world, task) && world.fingersTouch(task.cube)) {
        inPlace = true;
        QVERIFY(!succeeded(world, task));
      }
    }
    QVERIFY(inPlace && succeeded(world, task));
  }

  void layoutsFollowFromTheirSeed() {
    QVERIFY(randomLayout(1) == randomLayout(1));
    QVERIFY(randomLayout(1) != randomLayout(2));
    QVERIFY(randomLayout(1) != randomLayout(1, 1));
    QVERIFY(randomLayout(1) != randomLayout((std::uint64_t{1} << 32) + 1));
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      const Layout layout = randomLayout(seed);
      for (int i = 0; i < kThings; ++i) {
        const auto thing = static_cast<Thing>(i);
        QCOMPARE(placementProblem(layout, thing, layout[i]), std::string());
        if (!isCube(thing)) continue;
        for (int j = 0; j < kThings; ++j) {  // the open gripper is 10 cm wide
          const double apart = std::hypot(layout[i].x - layout[j].x, layout[i].y - layout[j].y);
          QVERIFY(j == i || apart >= 0.09 - 1e-6);
        }
      }
    }
  }

  void tasksOfASeedAreSpreadEvenly() {
    std::map<TaskKind, int> kinds;
    std::map<Thing, int> cubes;
    for (std::uint64_t seed = 0; seed < 600; ++seed) {
      const Task task = randomTask(seed);
      ++kinds[task.kind];
      ++cubes[task.cube];
      QVERIFY(task.onto != task.cube);
      QVERIFY(randomTask(seed, {TaskKind::Stack}).kind == TaskKind::Stack);
    }
    for (const auto& [kind, count] : kinds) QCOMPARE(count, 100);
    for (const auto& [cube, count] : cubes) QVERIFY(count > 110 && count < 190);
  }
};

QTEST_GUILESS_MAIN(ExpertTest)
#include "expert_test.moc"
