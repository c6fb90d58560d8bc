// Where a turned camera sees things, as numbers: projection and rays undo each other, limits
// hold, shapes are hit where they are.
#include "ui/views/orbit_camera.h"

#include <QtTest>
#include <glm/geometric.hpp>

#include "ui/views/scene_mesh.h"

using namespace jacobiscope;

namespace {

const Rect kArea{{100, 50}, {900, 650}};

Scene3D scene() {
  Scene3D scene;
  scene.focus = {0.3, 0.1, 0.2};
  scene.radius = 0.5;
  return scene;
}

Shape cube(double x, double y, int thing) {
  Shape shape;
  shape.pose.position = {x, y, 0.02};
  shape.size = {0.02, 0.02, 0.02};
  shape.colour = {1, 0, 0, 1};
  shape.thing = thing;
  return shape;
}

bool near(glm::vec3 a, glm::vec3 b, float by = 1e-4f) { return glm::distance(a, b) < by; }

}  // namespace

class OrbitCameraTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theFocusIsInTheMiddleOfWhatIsFree() {
    const Rect free{{100, 50}, {600, 650}};
    for (const float yaw : {-2.0f, 0.0f, 1.3f}) {
      OrbitCamera camera;
      camera.yaw = yaw;
      const SceneView view = viewOf(camera, scene(), kArea, free);
      const auto at = project(view, {0.3f, 0.1f, 0.2f});
      QVERIFY(at);
      QVERIFY(glm::distance(*at, free.centre()) < 0.01f);
    }
  }

  void aRayComesBackToItsPixel() {
    const SceneView view = viewOf({}, scene(), kArea, kArea);
    for (const glm::vec2 pixel : {glm::vec2(150, 80), glm::vec2(500, 400), glm::vec2(880, 640)}) {
      const Ray ray = rayThrough(view, pixel);
      QVERIFY(std::abs(glm::length(ray.along) - 1) < 1e-5f);
      const auto seen = project(view, ray.from + 1.7f * ray.along);
      QVERIFY(seen && glm::distance(*seen, pixel) < 0.02f);
    }
  }

  void aPointOnTheTableIsHitAgain() {
    const SceneView view = viewOf({}, scene(), kArea, kArea);
    const glm::vec3 point{0.42f, -0.13f, 0};
    const auto hit = hitOnPlane(rayThrough(view, *project(view, point)));
    QVERIFY(hit && near(*hit, point));
    const glm::vec3 held{0.42f, -0.13f, 0.07f};
    const auto above = hitOnPlane(rayThrough(view, *project(view, held)), 0.07f);
    QVERIFY(above && near(*above, held));
    // Up into the sky nothing is hit.
    QVERIFY(!hitOnPlane({{0, 0, 1}, {0, 0, 1}}));
    QVERIFY(!hitOnPlane({{0, 0, 1}, glm::normalize(glm::vec3(1, 0, -1e-3f))}));
  }

  void whatIsBehindTheEyeIsNotSeen() {
    const SceneView view = viewOf({}, scene(), kArea, kArea);
    const glm::vec3 behind = view.eye * 2.0f - glm::vec3(0.3f, 0.1f, 0.2f);
    QVERIFY(!project(view, behind));
  }

  void orbitKeepsToItsLimits() {
    const OrbitCamera start;
    const OrbitCamera up = orbited(start, {0, 5000}, kArea);
    QCOMPARE(up.pitch, kHighestPitch);
    QCOMPARE(orbited(start, {0, -5000}, kArea).pitch, kLowestPitch);
    // A whole turn is none.
    const OrbitCamera round = orbited(start, {1600, 0}, kArea);
    QVERIFY(std::abs(round.yaw - start.yaw) < 1e-4f);
    // The scene follows the pointer: to the right, what is in front goes right.
    const glm::vec3 front{0.6f, 0.1f, 0};
    const OrbitCamera turned = orbited(start, {40, 0}, kArea);
    const auto before = project(viewOf(start, scene(), kArea, kArea), front);
    const auto after = project(viewOf(turned, scene(), kArea, kArea), front);
    QVERIFY(after->x > before->x);
    QCOMPARE(zoomed(start, 1000).closer, kClosest);
    QCOMPARE(zoomed(start, 1e-3f).closer, kFarthest);
  }

  void panningMovesTheFocusWithThePointer() {
    const OrbitCamera moved = panned({}, scene(), {60, -25}, kArea);
    const SceneView view = viewOf(moved, scene(), kArea, kArea);
    const auto at = project(view, {0.3f, 0.1f, 0.2f});
    QVERIFY(at && glm::distance(*at, kArea.centre() + glm::vec2(60, -25)) < 3);
    const OrbitCamera far = panned({}, scene(), {1e5f, 0}, kArea);
    QVERIFY(glm::length(far.shift) <= 0.5f + 1e-4f);
  }

  void theNearestThingIsTaken() {
    Scene3D table = scene();
    table.shapes = {cube(0.4, 0, 3), cube(0.4, 0.1, 5)};
    Shape board = cube(0.4, 0, -1);
    board.size = {0.3, 0.3, 0.01};
    board.pose.position[2] = -0.01;
    table.shapes.push_back(board);
    const SceneView view = viewOf({}, table, kArea, kArea);
    const auto over = [&](const glm::vec3& point) {
      return thingAt(table, rayThrough(view, *project(view, point)));
    };
    QCOMPARE(over({0.4f, 0, 0.02f}), std::optional<int>(3));
    QCOMPARE(over({0.4f, 0.1f, 0.02f}), std::optional<int>(5));
    QVERIFY(!over({0.4f, -0.15f, 0}));
    // Straight from above something that hides it is hit first.
    table.shapes.push_back(cube(0.4, 0, -1));
    table.shapes.back().pose.position[2] = 0.2;
    QVERIFY(!thingAt(table, {{0.4f, 0, 1}, {0, 0, -1}}));
  }

  void aTurnedBoxIsHitAtItsCorner() {
    Scene3D table;
    table.shapes = {cube(0, 0, 0)};
    const Ray ray{{0.025f, 0, 1}, {0, 0, -1}};
    QVERIFY(!thingAt(table, ray));
    table.shapes[0].pose.rotation = fromYaw(0.785398);
    QCOMPARE(thingAt(table, ray), std::optional<int>(0));
  }

  void aDraggedThingLeavesAGhost() {
    Scene3D table;
    table.shapes = {cube(0.4, 0, 3), cube(0.5, 0, 1), cube(0.4, 0, 3)};
    const Scene3D moved = withThingMoved(table, 3, {0.1f, -0.05f}, true);
    QCOMPARE(int(moved.shapes.size()), 5);
    QVERIFY(std::abs(moved.shapes[0].pose.position[0] - 0.5) < 1e-6);
    QVERIFY(std::abs(moved.shapes[2].pose.position[1] + 0.05) < 1e-6);
    QCOMPARE(moved.shapes[1].pose.position[0], 0.5);
    QVERIFY(moved.shapes[3].colour[3] < 0.5f);
    QCOMPARE(moved.shapes[3].pose.position[0], 0.4);
    QCOMPARE(int(withThingMoved(table, 3, {0.1f, 0}, false).shapes.size()), 3);
  }

  // Every triangle of a mesh is seen from outside, and what it draws has the shape's size.
  void meshesAreClosedAndOfTheShapesSize() {
    for (int kind = 0; kind < 3; ++kind) {
      const Mesh mesh = meshOf(static_cast<MeshKind>(kind));
      const auto at = [&](int i, glm::vec3 core, float round) {
        return mesh.vertices[i].core * core + mesh.vertices[i].normal * round;
      };
      double volume = 0;
      for (std::size_t i = 0; i < mesh.triangles.size(); i += 3) {
        const auto p = [&](int k) { return at(mesh.triangles[i + k], glm::vec3(0.9f), 0.1f); };
        volume += glm::dot(p(0), glm::cross(p(1), p(2))) / 6.0;
      }
      const double expected = kind == 0 ? 8 : kind == 2 ? 2 * 3.14159 : 0;
      if (kind == 1) QVERIFY(volume > 0);
      else QVERIFY2(std::abs(volume / expected - 1) < 0.03, qPrintable(QString::number(volume)));
    }
    Shape capsule;
    capsule.kind = Shape::Capsule;
    capsule.size = {0.05, 0.2, 0};
    const ShapeInstance instance = instanceOf(capsule);
    float highest = 0, widest = 0;
    for (const MeshVertex& vertex : meshOf(meshFor(capsule.kind)).vertices) {
      const glm::vec3 p = vertex.core * instance.core + vertex.normal * instance.round;
      highest = std::max(highest, p.z);
      widest = std::max(widest, p.x);
    }
    QVERIFY(std::abs(highest - 0.25f) < 1e-4f && std::abs(widest - 0.05f) < 1e-4f);
  }
};

QTEST_APPLESS_MAIN(OrbitCameraTest)
#include "orbit_camera_test.moc"
