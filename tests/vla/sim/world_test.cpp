// The simulated world: same actions, same bits; states that come back; limits; what goes wrong.
#include <QtTest>

#include <cmath>
#include <limits>

#include "engine/core/error.h"
#include "engine/core/random.h"
#include "engine/vla/sim/layout.h"
#include "engine/vla/sim/world.h"

using namespace jacobiscope;

namespace {

// Moves of any kind, the same for the same step.
Action wander(std::uint64_t seed, std::uint32_t step) {
  const std::vector<float> drawn = normals(seed, Purpose::Data, step, kActionSize);
  Action action{};
  for (int i = 0; i < 6; ++i) action[i] = drawn[i] * (i < 3 ? 0.03f : 0.1f);
  action[2] -= 0.01f;  // towards things
  action[6] = drawn[6] > 0 ? 1.0f : 0.0f;
  return action;
}

Action move(double x, double y, double z, bool open = true) {
  return {static_cast<float>(x), static_cast<float>(y), static_cast<float>(z), 0, 0, 0,
          open ? 1.0f : 0.0f};
}

// Cubes in a row, bowl and pad out of the way.
Layout row() {
  return {{{0.40, -0.15, 0}, {0.40, -0.05, 0}, {0.40, 0.05, 0}, {0.40, 0.15, 0},
           {0.56, -0.12, 0}, {0.56, 0.12, 0}}};
}

}  // namespace

class WorldTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sameActionsGiveTheSameBits() {
    World first, second;
    first.reset(randomLayout(5));
    for (int i = 0; i < 3; ++i) second.step(wander(9, i));  // a past of another kind
    second.reset(randomLayout(5));
    for (int i = 0; i < 12; ++i) {
      first.step(wander(1, i));
      second.step(wander(1, i));
      QVERIFY(first.save() == second.save());
    }
    QCOMPARE(first.steps(), 12);
    QVERIFY(std::abs(first.seconds() - 12 * kStepSeconds) < 1e-9);
  }

  void aRestoredStateGoesOnAsBefore() {
    World world;
    world.reset(randomLayout(6));
    for (int i = 0; i < 8; ++i) world.step(wander(2, i));
    const WorldState middle = world.save();
    for (int i = 8; i < 14; ++i) world.step(wander(2, i));
    const WorldState end = world.save();
    World other;  // also in another world
    for (World* again : {&world, &other}) {
      again->restore(middle);
      QVERIFY(again->save() == middle);
      for (int i = 8; i < 14; ++i) again->step(wander(2, i));
      QVERIFY(again->save() == end);
    }
  }

  // Turns whose length differs from 1 in the last bit are in some states only, hence many.
  void restoringWhatStandsChangesNoBit() {
    World world;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      world.reset(randomLayout(seed));
      for (int i = 0; i < 3; ++i) world.step(wander(seed, i));
      const auto poses = [&] {
        std::vector<Pose> all = {world.tool()};
        for (int i = 0; i < kThings; ++i) all.push_back(world.poseOf(static_cast<Thing>(i)));
        return all;
      };
      const WorldState saved = world.save();
      const std::vector<Pose> seen = poses();
      world.restore(saved);
      QVERIFY(world.save() == saved);
      QVERIFY(poses() == seen);
      for (int i = 3; i < 6; ++i) world.step(wander(seed, i));
      const WorldState end = world.save();
      world.restore(saved);
      world.restore(saved);
      QVERIFY(world.save() == saved);
      QVERIFY(poses() == seen);
      for (int i = 3; i < 6; ++i) world.step(wander(seed, i));
      QVERIFY(world.save() == end);
    }
  }

  void whatIsReadDoesNotDependOnThePast() {
    World world;
    world.reset(row());
    // Down on the red cube, so that contacts are among what is read.
    for (int i = 0; i < 4; ++i) world.step(move(0, -0.0375, 0, false));
    for (int i = 0; i < 5; ++i) world.step(move(0, 0, -0.036, false));
    QVERIFY(world.fingersTouch(Thing::RedCube));
    const WorldState touching = world.save();
    const Pose tool = world.tool(), cube = world.poseOf(Thing::RedCube);
    for (int i = 0; i < 3; ++i) world.step(move(0, 0.04, 0.04));
    world.restore(touching);
    QVERIFY(world.fingersTouch(Thing::RedCube));
    QVERIFY(world.tool() == tool && world.poseOf(Thing::RedCube) == cube);
  }

  void theToolGoesWhereItIsTold_data() {
    QTest::addColumn<int>("dimension");
    QTest::addColumn<double>("amount");
    for (int i = 0; i < 6; ++i) {
      for (const double sign : {-1.0, 1.0}) {
        QTest::addRow("%s%s", sign < 0 ? "-" : "+", kActionNames[i].data())
            << i << sign * (i < 3 ? 0.03 : 0.2);
      }
    }
  }

  void theToolGoesWhereItIsTold() {
    QFETCH(int, dimension);
    QFETCH(double, amount);
    World world;
    world.reset(row());
    const auto before = world.toolFromDown();
    Action action = move(0, 0, 0);
    action[dimension] = static_cast<float>(amount);
    world.step(action);
    const auto after = world.toolFromDown();
    for (int i = 0; i < 6; ++i) {
      const double wanted = before[i] + (i == dimension ? amount : 0);
      QVERIFY2(std::abs(after[i] - wanted) < (i < 3 ? 0.0015 : 0.01),
               qPrintable(QString("%1: %2 for %3").arg(i).arg(after[i]).arg(wanted)));
    }
  }

  void theWholeReachIsReached() {
    World world;
    world.reset(row());
    for (const double x : {kReach.near, kReach.far}) {
      for (const double y : {kReach.left, kReach.right}) {
        for (const double z : {0.10, 0.02}) {
          for (int i = 0; i < 20; ++i) {
            const Vector3 way = Vector3{x, y, z} - world.tool().position;
            world.step(move(way[0], way[1], way[2]));
          }
          const auto pose = world.toolFromDown();
          QVERIFY(length(Vector3{x, y, z} - world.tool().position) < 0.003);
          QVERIFY(std::hypot(pose[3], pose[4]) < 0.02);
        }
      }
    }
  }

  void aStepIsLimited() {
    World world;
    world.reset(row());
    const Vector3 before = world.tool().position;
    world.step(move(1e6, 0, 0));
    QVERIFY(std::abs(world.tool().position[0] - before[0] - kMoveLimit) < 0.002);
    for (int i = 0; i < 30; ++i) world.step(move(1, 1, 1));
    const Vector3 corner = world.tool().position;
    QVERIFY(corner[0] < 0.70 && corner[1] < 0.32 && corner[2] < 0.40);
    // A target that ran ahead would have to come all the way back first.
    world.step(move(-0.04, -0.04, -0.04));
    QVERIFY(length(world.tool().position - corner) > 0.04);
  }

  void theGripperOpensAndCloses() {
    World world;
    world.reset(row());
    QVERIFY(std::abs(world.opening() - kWidestOpening) < 0.003);
    world.step(move(0, 0, 0, false));
    QVERIFY(!world.toldToOpen() && world.opening() < 0.003);
    world.step(move(0, 0, 0, true));
    QVERIFY(world.toldToOpen() && world.opening() > 0.075);
  }

  void anActionThatIsNoNumberIsRefused() {
    World world;
    const WorldState before = world.save();
    Action action = move(0, 0, 0);
    action[4] = std::numeric_limits<float>::quiet_NaN();
    QVERIFY_THROWS_EXCEPTION(UsageError, world.step(action));
    QVERIFY(world.save() == before);
  }

  // Boxes upon boxes: where contacts are found that do not exist, these jump.
  void whatRestsStaysAndStacksStand() {
    World world;
    world.reset(row());
    WorldState state = world.save();
    // Qpos holds seven joints and two fingers, then position and rotation of each cube: the
    // green cube upon the red one, the blue one upon both, at three angles.
    const double turns[] = {0, 0.4, -0.7};
    for (int i = 0; i < 3; ++i) {
      const Quaternion turn = fromYaw(turns[i]);
      double* cube = state.positions.data() + 9 + 7 * i;
      cube[0] = 0.40 + 0.004 * i;
      cube[1] = -0.15;
      cube[2] = kCubeHalf + 2 * kCubeHalf * i;
      std::copy(turn.begin(), turn.end(), cube + 3);
    }
    world.restore(state);
    for (int i = 0; i < 50; ++i) world.step(move(0, 0, 0));
    for (int i = 0; i < 3; ++i) {
      const Vector3 at = world.poseOf(cube(i)).position;
      QVERIFY(length(at - Vector3{0.40 + 0.004 * i, -0.15, kCubeHalf * (1 + 2 * i)}) < 0.003);
      QVERIFY(world.speedOf(cube(i)) < 0.01);
    }
    QVERIFY(length(world.poseOf(Thing::YellowCube).position - Vector3{0.40, 0.15, 0.02}) < 0.001);
  }

  void placesThatCannotBeAreRefused_data() {
    QTest::addColumn<int>("thing");
    QTest::addColumn<double>("x");
    QTest::addColumn<double>("y");
    QTest::addColumn<QString>("why");
    QTest::newRow("off the table") << 0 << 0.9 << 0.0 << "off the table";
    QTest::newRow("too far") << 0 << 0.70 << 0.0 << "reach";
    QTest::newRow("on a cube") << 0 << 0.41 << 0.06 << "blue cube";
    QTest::newRow("in the bowl") << 1 << 0.56 << -0.10 << "bowl";
    QTest::newRow("bowl on pad") << 4 << 0.56 << 0.10 << "pad";
    QTest::newRow("no number") << 2 << double(NAN) << 0.0 << "no number";
  }

  void placesThatCannotBeAreRefused() {
    QFETCH(int, thing);
    QFETCH(double, x);
    QFETCH(double, y);
    QFETCH(QString, why);
    World world;
    world.reset(row());
    const WorldState before = world.save();
    try {
      world.place(static_cast<Thing>(thing), {x, y, 0});
      QFAIL("it was put there");
    } catch (const UsageError& error) {
      QVERIFY2(QString(error.what()).contains(why), error.what());
    }
    QVERIFY(world.save() == before);
  }

  void thingsAreMovedByHand() {
    World world;
    world.reset(row());
    world.place(Thing::Bowl, {0.50, -0.18, 0});
    world.place(Thing::RedCube, {0.56, 0.12, 0.3});  // upon the pad
    world.step(move(0, 0, 0));
    QVERIFY(length(world.poseOf(Thing::RedCube).position - Vector3{0.56, 0.12, 0.02}) < 0.001);
    QVERIFY(world.startOf(Thing::RedCube) == (Placement{0.56, 0.12, 0.3}));
    QVERIFY(length(world.poseOf(Thing::Bowl).position - Vector3{0.50, -0.18, 0}) < 1e-9);
  }

  void aCubeThatFallsIsReported() {
    World world;
    world.reset(row());
    WorldState state = world.save();
    state.positions[9 + 1] = -0.37;  // the red cube, beyond the edge
    world.restore(state);
    QCOMPARE(world.step(move(0, 0, 0)), Condition::Fell);
    QVERIFY(world.problem().find("red cube fell") != std::string::npos);
    QVERIFY(world.poseOf(Thing::RedCube).position[2] < -0.05);
    const WorldState fallen = world.save();
    world.step(move(0.04, 0, 0));
    QVERIFY(world.save() == fallen);
    world.place(Thing::RedCube, {0.40, -0.15, 0});
    QCOMPARE(world.condition(), Condition::Fine);
    QCOMPARE(world.step(move(0, 0, 0)), Condition::Fine);
  }

  void aSimulationThatDivergesIsReported() {
    World world;
    world.reset(row());
    WorldState state = world.save();
    state.velocities[9] = 1e9;  // of the red cube
    world.restore(state);
    QCOMPARE(world.step(move(0, 0, 0)), Condition::Diverged);
    QVERIFY(world.problem().find("diverged") != std::string::npos);
    state.condition = Condition::Diverged;
    QVERIFY(world.save() == state);  // as it stood before
    QCOMPARE(world.step(move(0, 0, 0)), Condition::Diverged);
    world.reset(row());
    QCOMPARE(world.step(move(0, 0, 0)), Condition::Fine);
  }

  void aStateOfSomethingElseIsRefused() {
    World world;
    const WorldState good = world.save();
    WorldState shorter = good;
    shorter.positions.pop_back();
    QVERIFY_THROWS_EXCEPTION(UsageError, world.restore(shorter));
    const double none = std::numeric_limits<double>::quiet_NaN();
    std::array<WorldState, 6> broken;
    broken.fill(good);
    broken[0].velocities[3] = std::numeric_limits<double>::infinity();
    broken[1].seconds = none;
    broken[2].target.position[1] = none;
    broken[3].target.rotation[3] = none;
    broken[4].start[2].yaw = none;
    broken[5].fixedTurns[0] = none;
    for (const WorldState& state : broken) {
      QVERIFY_THROWS_EXCEPTION(UsageError, world.restore(state));
    }
    QVERIFY(world.save() == good);
  }

  void shapesShowEveryThing() {
    World world;
    world.reset(row());
    const std::vector<Shape> shapes = world.shapes();
    for (int thing = 0; thing < kThings; ++thing) {
      QVERIFY(std::any_of(shapes.begin(), shapes.end(),
                          [&](const Shape& s) { return s.thing == thing; }));
    }
    for (const Shape& shape : shapes) {
      if (shape.thing != static_cast<int>(Thing::BlueCube)) continue;
      QVERIFY(shape.kind == Shape::Box && shape.colour[2] > shape.colour[0]);
      QVERIFY(length(shape.size - Vector3{kCubeHalf, kCubeHalf, kCubeHalf}) < 1e-9);
      QVERIFY(length(shape.pose.position - Vector3{0.40, 0.05, 0.02}) < 1e-9);
    }
  }
};

QTEST_GUILESS_MAIN(WorldTest)
#include "world_test.moc"
