// Which of the contacts that collision detection reports are let through.
#include <QtTest>

#include "engine/vla/sim/simulation.h"

using namespace jacobiscope;

namespace {

// The red cube lies at (0.40, 0.30), close to the table's edge at y = 0.34; the green one at
// (0.40, 0.0).
Layout nearTheEdge() {
  return {{{0.40, 0.30, 0}, {0.40, 0, 0}, {0.40, -0.1, 0}, {0.40, -0.2, 0}, {0.56, -0.1, 0},
           {0.56, 0.1, 0}}};
}

mjContact contact(const Simulation& simulation, const char* first, const char* second,
                  const Vector3& at, double distance) {
  mjContact made{};
  made.geom1 = mj_name2id(&simulation.model(), mjOBJ_GEOM, first);
  made.geom2 = mj_name2id(&simulation.model(), mjOBJ_GEOM, second);
  std::copy(at.begin(), at.end(), made.pos);
  made.dist = distance;
  made.frame[2] = 1;
  return made;
}

}  // namespace

class ContactsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatLiesOnTheTableTouchesIt() {
    Simulation simulation;
    simulation.reset(restJoints(), 0.08, nearTheEdge());
    QCOMPARE(simulation.data().ncon, 4 * kCubes);  // each at its four lower corners
    for (int i = 0; i < 200; ++i) QVERIFY(simulation.advance());
    QVERIFY(length(simulation.poseOf(Thing::RedCube).position - Vector3{0.40, 0.30, 0.02}) < 1e-3);
  }

  void contactsMustBeNearBothThings_data() {
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<double>("x");
    QTest::addColumn<double>("y");
    QTest::addColumn<double>("z");
    QTest::addColumn<double>("distance");
    QTest::addColumn<bool>("possible");
    const QByteArray table = "table", green = "green cube";
    QTest::newRow("corner on the table") << table << 0.42 << 0.32 << 0.0 << -1e-4 << true;
    QTest::newRow("beyond the edge") << table << 0.40 << 0.345 << 0.0 << -1e-4 << false;
    QTest::newRow("from below the table") << table << 0.42 << 0.32 << 0.0 << -0.03 << false;
    QTest::newRow("far from the cube") << table << 0.50 << 0.30 << 0.0 << -1e-4 << false;
    QTest::newRow("two cubes that are apart") << green << 0.40 << 0.15 << 0.02 << -1e-4 << false;
    QTest::newRow("at one of them") << green << 0.40 << 0.02 << 0.02 << -1e-4 << false;
    QTest::newRow("no number") << table << 0.42 << 0.32 << 0.0 << double(NAN) << false;
  }

  void contactsMustBeNearBothThings() {
    QFETCH(QByteArray, first);
    QFETCH(double, x);
    QFETCH(double, y);
    QFETCH(double, z);
    QFETCH(double, distance);
    QFETCH(bool, possible);
    Simulation simulation;
    simulation.reset(restJoints(), 0.08, nearTheEdge());
    mjContact made = contact(simulation, first.constData(), "red cube", {x, y, z}, distance);
    QCOMPARE(isPossible(simulation.model(), simulation.data(), made), possible);
    made.frame[2] = 1e-9;  // a normal that is none
    QVERIFY(!isPossible(simulation.model(), simulation.data(), made));
  }
};

QTEST_GUILESS_MAIN(ContactsTest)
#include "contacts_test.moc"
