// What the pointer and the keys do to a scene: they turn, move and enlarge it, and drag things.
#pragma once

#include <optional>

#include "ui/views/drawing.h"
#include "ui/views/orbit_camera.h"
#include "ui/views/view_state.h"

namespace jacobiscope {

// Kept by the caller between frames.
struct SceneHand {
  OrbitCamera camera;
  std::optional<MovedThing> dragged;  // a thing in the hand
  glm::vec3 grabbed{0};               // where on the table it was taken
};

// An item over the whole scene; those drawn before keep their clicks. With `things` the left
// button drags what can be moved. Returns what was put down.
std::optional<MovedThing> handleScene(const Look& look, const Scene3D& scene,
                                      const SceneView& view, bool things, SceneHand& hand);

}  // namespace jacobiscope
