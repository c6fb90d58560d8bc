// A camera that is turned around what it looks at, z up. Pure functions; lengths in metres,
// angles in radians, points of the picture in pixels, y downwards.
#pragma once

#include <glm/mat4x4.hpp>
#include <glm/vec3.hpp>
#include <optional>

#include "engine/core/panel.h"
#include "ui/views/geometry.h"

namespace jacobiscope {

struct OrbitCamera {
  float yaw = 0.42f;    // of the eye around z, 0: on the side of +x
  float pitch = 0.46f;  // of the eye above the ground
  float closer = 1;     // factor of the zoom
  glm::vec3 shift{0};   // of the point looked at, from the scene's focus
  bool operator==(const OrbitCamera&) const = default;
};

inline constexpr float kLowestPitch = 0.04f, kHighestPitch = 1.5f;
inline constexpr float kFarthest = 0.4f, kClosest = 6.0f;

// Moved by the pointer: half a turn from edge to edge; the pitch stays within its limits.
OrbitCamera orbited(const OrbitCamera& camera, glm::vec2 pixels, const Rect& area);
// What is looked at follows the pointer; it stays within the scene's radius.
OrbitCamera panned(const OrbitCamera& camera, const Scene3D& scene, glm::vec2 pixels,
                   const Rect& area);
OrbitCamera zoomed(const OrbitCamera& camera, float factor);

// Everything that is needed to draw and to ask where something is seen.
struct SceneView {
  Rect area;  // of the whole picture
  glm::vec3 eye{0};
  glm::mat4 view{1}, projection{1};
  bool operator==(const SceneView&) const = default;
};

// The scene within `area`, its focus in the middle of `free`, the part that nothing covers.
SceneView viewOf(const OrbitCamera& camera, const Scene3D& scene, const Rect& area,
                 const Rect& free);

// Where a point is seen; nothing for one behind the eye.
std::optional<glm::vec2> project(const SceneView& view, const glm::vec3& point);

struct Ray {
  glm::vec3 from{0}, along{0, 0, -1};  // `along` of unit length
};
Ray rayThrough(const SceneView& view, glm::vec2 pixel);

// Where a ray meets the plane at that height; nothing where it does not from above, or
// so far away that it would mean the horizon.
std::optional<glm::vec3> hitOnPlane(const Ray& ray, float z = 0);

// The nearest shape's thing along a ray; nothing where that is part of no thing. Shapes count
// with the boxes around them.
std::optional<int> thingAt(const Scene3D& scene, const Ray& ray);

// The scene with a thing moved by x and y, as `ghost` also where it was before.
Scene3D withThingMoved(const Scene3D& scene, int thing, glm::vec2 by, bool ghost);

}  // namespace jacobiscope
