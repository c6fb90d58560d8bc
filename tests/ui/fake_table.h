// A table with an arm of made-up joints, four cubes, a bowl and a pad, for the fake robot: what is
// held follows the tool, what is let go falls.
#pragma once

#include <array>
#include <cmath>
#include <vector>

#include "engine/core/array.h"
#include "engine/core/panel.h"
#include "engine/core/random.h"

namespace jacobiscope {

using FakeAction = std::array<float, 7>;  // metres, radians, gripper

struct FakeTool {
  std::array<float, 7> numbers{0.35f, 0, 0.25f, 0, 0, 0, 1};
  void move(const FakeAction& action) {
    for (int d = 0; d < 6; ++d) numbers[d] += action[d];
    numbers[6] = action[6] > 0.5f ? 1.0f : 0.0f;
  }
};

inline constexpr int kFakeThings = 6, kFakeBowl = 4;

// [things, 3]: x, y, yaw. Every thing near a place of its own.
inline Array fakeLayout(std::uint64_t seed) {
  static constexpr float kPlaces[kFakeThings][2] = {{0.36f, -0.14f}, {0.36f, 0.02f}, {0.52f, 0.06f},
                                                    {0.40f, 0.17f}, {0.54f, -0.16f}, {0.56f, 0.2f}};
  std::vector<float> values;
  for (int i = 0; i < kFakeThings; ++i) {
    const auto u = uniforms(seed, Purpose::Accept, std::uint32_t(i), 3);
    values.push_back(kPlaces[i][0] + 0.05f * (u[0] - 0.5f));
    values.push_back(kPlaces[i][1] + 0.05f * (u[1] - 0.5f));
    values.push_back(1.5f * (u[2] - 0.5f));
  }
  return {{kFakeThings, 3}, values};
}

class FakeTable {
 public:
  explicit FakeTable(const Array& layout) {
    const auto& v = std::get<std::vector<float>>(layout.values);
    for (int i = 0; i < kFakeThings; ++i)
      things[i] = {v[i * 3], v[i * 3 + 1], i < kFakeBowl ? 0.02 : 0.0}, yaws[i] = v[i * 3 + 2];
  }

  // The next action of a known way: above the red cube, down, close, up, above the bowl, open.
  FakeAction wanted() const {
    const auto& at = tool.numbers;
    const Vector3& cube = things[0];
    const Vector3& bowl = things[kFakeBowl];
    const auto far = [&](const Vector3& to) { return std::hypot(to[0] - at[0], to[1] - at[1]); };
    if (held) {
      if (far(bowl) > 0.006) return towards(bowl[0], bowl[1], 0.16f, 0);
      return towards(bowl[0], bowl[1], 0.07f, at[2] < 0.09f ? 1 : 0);
    }
    if (std::hypot(cube[0] - bowl[0], cube[1] - bowl[1]) < 0.03)
      return towards(at[0], at[1], 0.2f, 1);
    if (far(cube) > 0.006) return towards(cube[0], cube[1], 0.14f, 1);
    return towards(cube[0], cube[1], 0.02f, at[2] < 0.03f ? 0 : 1);
  }

  void act(const FakeAction& action) {
    tool.move(action);
    const auto& at = tool.numbers;
    Vector3& cube = things[0];
    const bool closed = at[6] < 0.5f;
    if (closed && std::hypot(cube[0] - at[0], cube[1] - at[1]) < 0.012 &&
        std::abs(cube[2] - at[2]) < 0.02)
      held = true;
    if (!closed && held) {
      held = false;
      cube[2] = 0.022;
    }
    if (held) cube = {at[0], at[1], at[2]};
  }

  bool succeeded() const {
    const Vector3& bowl = things[kFakeBowl];
    return !held && std::hypot(things[0][0] - bowl[0], things[0][1] - bowl[1]) < 0.03;
  }

  std::vector<Panel> panels() const {
    return {{"scene", "the table", scene()}, {"camera", "camera", camera()}};
  }

  FakeTool tool;
  std::array<Vector3, kFakeThings> things{};
  std::array<double, kFakeThings> yaws{};
  bool held = false;

 private:
  static constexpr float kColours[kFakeThings][3] = {{0.86f, 0.13f, 0.12f}, {0.16f, 0.66f, 0.22f},
                                                     {0.12f, 0.35f, 0.9f},  {0.98f, 0.8f, 0.1f},
                                                     {0.93f, 0.9f, 0.84f},  {0.72f, 0.36f, 0.8f}};

  FakeAction towards(double x, double y, double z, float gripper) const {
    FakeAction action{};
    const double to[3] = {x, y, z};
    for (int d = 0; d < 3; ++d)
      action[d] = float(std::clamp(to[d] - double(tool.numbers[d]), -0.04, 0.04));
    action[6] = gripper;
    return action;
  }

  static void add(Scene3D& scene, Shape::Kind kind, const Vector3& at, const Vector3& size,
                  const float (&colour)[3], int thing = -1, double yaw = 0) {
    Shape shape;
    shape.kind = kind;
    shape.pose = {at, fromYaw(yaw)};
    shape.size = size;
    shape.colour = {colour[0], colour[1], colour[2], 1};
    shape.thing = thing;
    scene.shapes.push_back(shape);
  }
  static void addLink(Scene3D& scene, const Vector3& a, const Vector3& b, double radius) {
    const Vector3 way = b - a, middle = a + 0.5 * way;
    const double reach = length(way);
    const double tilt = std::acos(way[2] / reach), turn = std::atan2(way[1], way[0]);
    add(scene, Shape::Capsule, middle, {radius, reach / 2, 0}, {0.86f, 0.87f, 0.9f});
    scene.shapes.back().pose.rotation = fromYaw(turn) * fromRotationVector({0, tilt, 0});
  }

  Scene3D scene() const {
    Scene3D scene;
    scene.focus = {0.33, 0, 0.27};
    scene.radius = 0.56;
    add(scene, Shape::Plane, {0, 0, -0.35}, {3, 3, 0.1}, {0.2f, 0.21f, 0.24f});
    add(scene, Shape::Box, {0.43, 0, -0.0125}, {0.29, 0.34, 0.0125}, {0.42f, 0.45f, 0.5f});
    add(scene, Shape::Box, {0, 0, -0.2}, {0.12, 0.14, 0.15}, {0.27f, 0.29f, 0.33f});
    add(scene, Shape::Cylinder, {0, 0, 0}, {0.075, 0.05, 0}, {0.3f, 0.33f, 0.39f});
    const Vector3 hand{tool.numbers[0], tool.numbers[1], tool.numbers[2] + 0.13};
    const Vector3 shoulder{0, 0, 0.2};
    const Vector3 elbow = 0.5 * (shoulder + hand) + Vector3{0, 0, 0.28 - 0.4 * hand[2]};
    addLink(scene, {0, 0, 0.03}, shoulder, 0.055);
    addLink(scene, shoulder, elbow, 0.042);
    addLink(scene, elbow, hand, 0.036);
    add(scene, Shape::Sphere, elbow, {0.047, 0, 0}, {0.3f, 0.33f, 0.39f});
    add(scene, Shape::Box, hand + Vector3{0, 0, -0.05}, {0.016, 0.052, 0.014},
        {0.3f, 0.33f, 0.39f});
    const double open = tool.numbers[6] > 0.5f ? 0.042 : 0.025;
    for (int side : {-1, 1})
      add(scene, Shape::Box, hand + Vector3{0, side * open, -0.1}, {0.009, 0.005, 0.032},
          {0.95f, 0.96f, 0.98f});
    for (int i = 0; i < kFakeBowl; ++i)
      add(scene, Shape::Box, things[i], {0.02, 0.02, 0.02}, kColours[i], i, yaws[i]);
    const Vector3& bowl = things[kFakeBowl];
    add(scene, Shape::Cylinder, bowl + Vector3{0, 0, 0.002}, {0.054, 0.002, 0},
        {0.78f, 0.74f, 0.67f}, kFakeBowl);
    for (int k = 0; k < 12; ++k) {
      const double turn = k * 0.5235987755982988;
      add(scene, Shape::Box, bowl + Vector3{0.058 * std::cos(turn), 0.058 * std::sin(turn), 0.0135},
          {0.003, 0.0165, 0.0135}, kColours[kFakeBowl], kFakeBowl, turn);
    }
    add(scene, Shape::Box, things[5] + Vector3{0, 0, 0.001}, {0.045, 0.045, 0.001}, kColours[5], 5,
        yaws[5]);
    return scene;
  }

  // The table from above.
  Image camera() const {
    constexpr int kSide = 48;
    Image image{kSide, kSide, std::vector<std::uint8_t>(kSide * kSide * 4, 90)};
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x) {
        std::uint8_t* pixel = &image.rgba[(y * kSide + x) * 4];
        const double at[2] = {0.2 + 0.46 * y / kSide, -0.3 + 0.6 * x / kSide};
        for (int i = 0; i < kFakeThings; ++i) {
          const double reach = i < kFakeBowl ? 0.022 : 0.05;
          if (std::hypot(at[0] - things[i][0], at[1] - things[i][1]) > reach) continue;
          for (int c = 0; c < 3; ++c) pixel[c] = std::uint8_t(kColours[i][c] * 255);
        }
        pixel[3] = 255;
      }
    return image;
  }
};

}  // namespace jacobiscope
