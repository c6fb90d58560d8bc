// What the camera sees: things where they are, in their colours; the same every time.
#include <QtTest>

#include <functional>
#include <optional>

#include "engine/core/error.h"
#include "engine/vla/sim/camera.h"
#include "engine/vla/sim/world.h"

using namespace jacobiscope;

namespace {

Layout scene() {
  return {{{0.36, -0.18, 0}, {0.56, -0.02, 0}, {0.36, 0.18, 0}, {0.58, 0.20, 0},
           {0.46, -0.06, 0}, {0.46, 0.14, 0}}};
}

// A patch of pixels: how many, where their middle is, how wide.
struct Patch {
  int count = 0;
  double x = 0, y = 0;
  int left = 1 << 20, right = -1;
  int width() const { return right - left + 1; }
};

using Judge = std::function<bool(int r, int g, int b)>;

Patch find(const CameraPicture& picture, const Judge& judge) {
  Patch patch;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const std::uint8_t* p = &picture.rgb[(std::size_t(y) * picture.width + x) * 3];
      if (!judge(p[0], p[1], p[2])) continue;
      ++patch.count;
      patch.x += x;
      patch.y += y;
      patch.left = std::min(patch.left, x);
      patch.right = std::max(patch.right, x);
    }
  }
  patch.x /= std::max(patch.count, 1);
  patch.y /= std::max(patch.count, 1);
  return patch;
}

bool isRed(int r, int g, int b) { return r > 90 && r > 3 * g && r > 3 * b; }
bool isGreen(int r, int g, int b) { return g > 60 && g > 2 * r && g > 2 * b; }
bool isBlue(int r, int g, int b) { return b > 80 && b > 2 * r && b > 2 * g; }
bool isYellow(int r, int g, int b) { return r > 120 && g > 90 && r > 3 * b && g > 3 * b; }
bool isPad(int r, int g, int b) { return r > 110 && b > 110 && r > 1.6 * g && b > 1.6 * g; }

}  // namespace

class CameraTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cubesAreWhereTheyLie() {
    World world;
    world.reset(scene());
    Camera camera;
    const CameraPicture picture = camera.look(world);
    QCOMPARE(picture.rgb.size(), std::size_t(kPictureSize * kPictureSize * 3));
    const Patch red = find(picture, isRed), green = find(picture, isGreen);
    const Patch blue = find(picture, isBlue), yellow = find(picture, isYellow);
    for (const Patch& cube : {red, green, blue, yellow}) {
      QVERIFY2(cube.width() >= 6 && cube.width() <= 11 && cube.count >= 35,
               qPrintable(QString("%1 wide, %2").arg(cube.width()).arg(cube.count)));
    }
    // y runs to the right in the picture, x towards the camera: down.
    QVERIFY(red.x < 25 && blue.x > 70 && std::abs(red.y - blue.y) < 3);
    QVERIFY(green.y > red.y + 15 && yellow.y > blue.y + 15);
    QVERIFY(green.x > red.x + 20 && green.x < blue.x - 20);
    const Patch pad = find(picture, isPad);
    QVERIFY(pad.width() >= 13 && pad.x > green.x && pad.x < yellow.x);
  }

  void placesAreWhereThingsAreSeen() {
    World world;
    world.reset(scene());
    Camera camera;
    const CameraPicture picture = camera.look(world);
    const std::pair<Thing, Judge> cubes[] = {{Thing::RedCube, isRed},
                                             {Thing::GreenCube, isGreen},
                                             {Thing::BlueCube, isBlue},
                                             {Thing::YellowCube, isYellow}};
    for (const auto& [cube, judge] : cubes) {
      const Patch seen = find(picture, judge);
      const auto place = camera.placeOf(world, world.poseOf(cube).position);
      const double right = place[0] * kPictureSize - 0.5 - seen.x;
      const double down = place[1] * kPictureSize - 0.5 - seen.y;
      QVERIFY2(std::abs(right) < 1 && std::abs(down) < 1.5,
               qPrintable(QString("%1 %2").arg(right).arg(down)));
    }
    // Shares do not hang on the number of pixels, only on how they are cut.
    const Vector3 bowl = world.poseOf(Thing::Bowl).position;
    QCOMPARE(Camera(48, 48).placeOf(world, bowl), camera.placeOf(world, bowl));
    const auto wide = Camera(96, 48).placeOf(world, bowl);
    QCOMPARE(wide[1], camera.placeOf(world, bowl)[1]);
    QCOMPARE(wide[0] - 0.5, (camera.placeOf(world, bowl)[0] - 0.5) / 2);
  }

  void movedThingsMoveInThePicture() {
    World world;
    world.reset(scene());
    Camera camera;
    const Patch before = find(camera.look(world), isRed);
    world.place(Thing::RedCube, {0.50, -0.18, 0});
    const Patch after = find(camera.look(world), isRed);
    QVERIFY(after.y > before.y + 10 && std::abs(after.x - before.x) < 6);
  }

  void thePictureIsTheSameEveryTime() {
    World world, other;
    world.reset(scene());
    Camera camera;
    const WorldState before = world.save();
    const CameraPicture first = camera.look(world);
    QVERIFY(world.save() == before);
    for (int i = 0; i < 3; ++i) world.step({0, 0.04f, -0.04f, 0, 0, 0, 1});
    QVERIFY(camera.look(world).rgb != first.rgb);
    other.restore(before);
    QVERIFY(camera.look(other).rgb == first.rgb);
  }

  void camerasComeAndGo() {
    World world;
    world.reset(scene());
    std::optional<Camera> small(Camera(96, 96));
    Camera wide(160, 120);
    const CameraPicture picture = small->look(world);
    QCOMPARE(wide.look(world).rgb.size(), std::size_t(160 * 120 * 3));
    QVERIFY(small->look(world).rgb == picture.rgb);
    small.reset();  // the other one's display stays
    QVERIFY(find(wide.look(world), isRed).count > 50);
    QVERIFY(Camera().look(world).rgb == picture.rgb);
  }

  void sizesThatCannotBeAreRefused() {
    QVERIFY_THROWS_EXCEPTION(UsageError, Camera(0, 96));
    QVERIFY_THROWS_EXCEPTION(UsageError, Camera(96, 100000));
  }
};

QTEST_GUILESS_MAIN(CameraTest)
#include "camera_test.moc"
