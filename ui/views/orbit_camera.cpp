#include "ui/views/orbit_camera.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/gtc/matrix_transform.hpp>
#include <numbers>
#include <utility>

namespace jacobiscope {

namespace {

constexpr float kPi = std::numbers::pi_v<float>;
constexpr float kFieldOfView = 0.56f;  // from top to bottom
constexpr float kFarthestHit = 20;     // metres

glm::vec3 vec(const Vector3& v) { return {float(v[0]), float(v[1]), float(v[2])}; }

// From the focus to the eye.
glm::vec3 direction(const OrbitCamera& camera) {
  const float level = std::cos(camera.pitch);
  return {level * std::cos(camera.yaw), level * std::sin(camera.yaw), std::sin(camera.pitch)};
}

// So that a ball of the scene's radius fits between top and bottom.
float distanceOf(const OrbitCamera& camera, const Scene3D& scene) {
  const float radius = std::max(1e-3f, float(scene.radius));
  return radius / std::sin(kFieldOfView / 2) / camera.closer;
}

// Half the sides of the box around a shape.
glm::vec3 extentOf(const Shape& shape) {
  const glm::vec3 size = vec(shape.size);
  switch (shape.kind) {
    case Shape::Sphere: return glm::vec3(size.x);
    case Shape::Capsule: return {size.x, size.x, size.x + size.y};
    case Shape::Cylinder: return {size.x, size.x, size.y};
    case Shape::Plane: return {size.x, size.y, 0};
    case Shape::Box:
    case Shape::Ellipsoid: break;
  }
  return size;
}

// Distance along the ray to the box around a shape; negative: it is missed.
float distanceTo(const Shape& shape, const Ray& ray) {
  const Quaternion back = inverse(shape.pose.rotation);
  const glm::vec3 offset = ray.from - vec(shape.pose.position);
  const glm::vec3 from = vec(rotate(back, {offset.x, offset.y, offset.z}));
  const glm::vec3 along = vec(rotate(back, {ray.along.x, ray.along.y, ray.along.z}));
  const glm::vec3 half = extentOf(shape);
  float enter = 0, leave = kFarthestHit;
  for (int i = 0; i < 3; ++i) {
    if (std::abs(along[i]) < 1e-9f) {
      if (std::abs(from[i]) > half[i]) return -1;
      continue;
    }
    float a = (-half[i] - from[i]) / along[i], b = (half[i] - from[i]) / along[i];
    if (a > b) std::swap(a, b);
    enter = std::max(enter, a);
    leave = std::min(leave, b);
  }
  return enter <= leave ? enter : -1;
}

}  // namespace

OrbitCamera orbited(const OrbitCamera& camera, glm::vec2 pixels, const Rect& area) {
  OrbitCamera turned = camera;
  const float side = std::max(1.0f, std::max(area.width(), area.height()));
  turned.yaw = std::remainder(camera.yaw - pixels.x * kPi / side, 2 * kPi);
  turned.pitch = std::clamp(camera.pitch + pixels.y * kPi / side, kLowestPitch, kHighestPitch);
  return turned;
}

OrbitCamera panned(const OrbitCamera& camera, const Scene3D& scene, glm::vec2 pixels,
                   const Rect& area) {
  OrbitCamera moved = camera;
  const glm::vec3 back = direction(camera);
  const glm::vec3 right = glm::normalize(glm::cross(glm::vec3(0, 0, 1), back));
  const glm::vec3 up = glm::cross(back, right);
  const float metres = 2 * distanceOf(camera, scene) * std::tan(kFieldOfView / 2) /
                       std::max(1.0f, area.height());
  moved.shift += metres * (pixels.y * up - pixels.x * right);
  const float far = glm::length(moved.shift);
  if (far > float(scene.radius)) moved.shift *= float(scene.radius) / far;
  return moved;
}

OrbitCamera zoomed(const OrbitCamera& camera, float factor) {
  OrbitCamera moved = camera;
  moved.closer = std::clamp(camera.closer * factor, kFarthest, kClosest);
  return moved;
}

SceneView viewOf(const OrbitCamera& camera, const Scene3D& scene, const Rect& area,
                 const Rect& free) {
  SceneView view;
  view.area = area;
  const glm::vec3 focus = vec(scene.focus) + camera.shift;
  float distance = distanceOf(camera, scene);
  // A picture that is higher than wide must hold the ball from side to side.
  if (!free.empty()) distance *= std::max(1.0f, area.height() / free.width());
  view.eye = focus + distance * direction(camera);
  view.view = glm::lookAt(view.eye, focus, glm::vec3(0, 0, 1));
  const float aspect = std::max(1.0f, area.width()) / std::max(1.0f, area.height());
  const glm::vec2 off =
      (free.centre() - area.centre()) / glm::max(area.size(), glm::vec2(1)) * 2.0f;
  const glm::mat4 lens =
      glm::perspective(kFieldOfView, aspect, distance * 0.05f, distance * 6 + 4);
  view.projection = glm::translate(glm::mat4(1), {off.x, -off.y, 0}) * lens;
  return view;
}

std::optional<glm::vec2> project(const SceneView& view, const glm::vec3& point) {
  const glm::vec4 clip = view.projection * view.view * glm::vec4(point, 1);
  if (clip.w <= 1e-4f) return std::nullopt;
  const glm::vec2 share{clip.x / clip.w * 0.5f + 0.5f, 0.5f - clip.y / clip.w * 0.5f};
  return view.area.min + share * view.area.size();
}

Ray rayThrough(const SceneView& view, glm::vec2 pixel) {
  const glm::vec2 share = (pixel - view.area.min) / glm::max(view.area.size(), glm::vec2(1));
  const glm::vec2 ndc{share.x * 2 - 1, 1 - share.y * 2};
  const glm::mat4 back = glm::inverse(view.projection * view.view);
  const glm::vec4 far = back * glm::vec4(ndc, 1, 1);
  return {view.eye, glm::normalize(glm::vec3(far) / far.w - view.eye)};
}

std::optional<glm::vec3> hitOnPlane(const Ray& ray, float z) {
  if (ray.along.z > -1e-4f) return std::nullopt;
  const float t = (z - ray.from.z) / ray.along.z;
  if (t < 0 || t > kFarthestHit) return std::nullopt;
  return ray.from + t * ray.along;
}

std::optional<int> thingAt(const Scene3D& scene, const Ray& ray) {
  float nearest = kFarthestHit;
  int thing = -1;
  for (const Shape& shape : scene.shapes) {
    const float distance = distanceTo(shape, ray);
    if (distance < 0 || distance >= nearest) continue;
    nearest = distance;
    thing = shape.thing;
  }
  return thing >= 0 ? std::optional<int>(thing) : std::nullopt;
}

Scene3D withThingMoved(const Scene3D& scene, int thing, glm::vec2 by, bool ghost) {
  constexpr float kGhost = 0.35f;
  Scene3D moved = scene;
  for (const Shape& shape : scene.shapes) {
    if (shape.thing != thing) continue;
    if (ghost) {
      moved.shapes.push_back(shape);
      moved.shapes.back().colour[3] *= kGhost;
    }
    Shape& there = moved.shapes[&shape - scene.shapes.data()];
    there.pose.position[0] += by.x;
    there.pose.position[1] += by.y;
  }
  return moved;
}

}  // namespace jacobiscope
