// The meshes that shapes are drawn with. Pure data: no OpenGL.
#pragma once

#include <cstdint>
#include <glm/mat4x4.hpp>
#include <glm/vec3.hpp>
#include <glm/vec4.hpp>
#include <vector>

#include "engine/core/shape.h"

namespace jacobiscope {

// A vertex lies at core * ShapeInstance::core + normal * ShapeInstance::round: a box, a cylinder
// or a capsule of any size keeps edges of one roundness.
struct MeshVertex {
  glm::vec3 core{0}, normal{0};
};

struct Mesh {
  std::vector<MeshVertex> vertices;
  std::vector<std::uint16_t> triangles;  // three a triangle, counter-clockwise from outside
};

enum class MeshKind { Box, Round, Cylinder, Plane };
inline constexpr int kMeshKinds = 4;

Mesh meshOf(MeshKind kind);
MeshKind meshFor(Shape::Kind kind);

// One shape, as the graphics card gets it.
struct ShapeInstance {
  glm::vec4 turn{0, 0, 0, 1};  // x, y, z, w
  glm::vec3 position{0}, core{0}, round{0};
  glm::vec4 colour{1};  // sRGB
};
ShapeInstance instanceOf(const Shape& shape);

}  // namespace jacobiscope
