// Where actions lead, without physics.
#include <QtTest>

#include <cmath>

#include "engine/core/error.h"
#include "engine/vla/sim/action_path.h"
#include "engine/vla/sim/world.h"

using namespace jacobiscope;

class ActionPathTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void stepsAddUpWithinTheirLimits() {
    const Pose from{{0.4, 0.1, 0.2}, kToolDown};
    const std::vector<float> actions = {0.01f, -0.02f, 9, 0, 0, 0.1f, 1,     // z is cut off
                                        0.01f, 0,      0, 0, 0, 0.1f, 0.5f};  // 0.5 closes
    const std::vector<float> path = actionPath(from, actions);
    const std::vector<float> expected = {0.41f, 0.08f, 0.24f, 0, 0, 0.1f, 1,
                                         0.42f, 0.08f, 0.24f, 0, 0, 0.2f, 0};
    QCOMPARE(path.size(), expected.size());
    for (std::size_t i = 0; i < path.size(); ++i) {
      QVERIFY2(std::abs(path[i] - expected[i]) < 1e-6f, std::to_string(i).c_str());
    }
  }

  void turnsAreInTheWorldsAxes() {
    // First about x, then about z: the world's z, not the tool's.
    Pose tool{{}, kToolDown};
    Action aboutX{}, aboutZ{};
    aboutX[3] = 0.2f;
    aboutZ[5] = 9;  // cut off
    tool = movedBy(movedBy(tool, aboutX), aboutZ);
    const Quaternion expected =
        fromRotationVector({0, 0, kTurnLimit}) * fromRotationVector({0.2f, 0, 0}) * kToolDown;
    QVERIFY(length(rotationVector(tool.rotation * inverse(expected))) < 1e-9);
  }

  void incompleteStepsAreRefused() {
    QVERIFY(actionPath({}, {}).empty());
    QVERIFY_EXCEPTION_THROWN(actionPath({}, std::vector<float>(8)), UsageError);
  }
};

QTEST_GUILESS_MAIN(ActionPathTest)
#include "action_path_test.moc"
