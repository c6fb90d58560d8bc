#include "ui/views/scene_mesh.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <numbers>

namespace jacobiscope {

namespace {

constexpr int kAround = 28, kUp = 14;      // facets of what is round
constexpr float kBevel = 0.0022f;           // metres
constexpr float kLeast = 1e-6f;             // no normal is divided by 0

// Adds two triangles, turned so that they are seen from the side of their normals.
void addTriangle(Mesh& mesh, int a, int b, int c) {
  const auto& v = mesh.vertices;
  // Bevels have no area until they are given a roundness: any positive one will do.
  const auto at = [&](int i) { return v[i].core * 0.9f + v[i].normal * 0.1f; };
  const glm::vec3 face = glm::cross(at(b) - at(a), at(c) - at(a));
  if (glm::dot(face, v[a].normal + v[b].normal + v[c].normal) < 0) std::swap(b, c);
  for (int i : {a, b, c}) mesh.triangles.push_back(static_cast<std::uint16_t>(i));
}

void addQuad(Mesh& mesh, int a, int b, int c, int d) {
  addTriangle(mesh, a, b, c);
  addTriangle(mesh, a, c, d);
}

// Eight corners with a normal along each axis: six faces, twelve bevels, eight corners.
Mesh box() {
  Mesh mesh;
  const auto sign = [](int corner, int axis) { return corner >> axis & 1 ? 1.0f : -1.0f; };
  for (int corner = 0; corner < 8; ++corner)
    for (int axis = 0; axis < 3; ++axis) {
      MeshVertex vertex;
      for (int i = 0; i < 3; ++i) vertex.core[i] = sign(corner, i);
      vertex.normal[axis] = sign(corner, axis);
      mesh.vertices.push_back(vertex);
    }
  const auto index = [](int corner, int axis) { return corner * 3 + axis; };
  for (int axis = 0; axis < 3; ++axis) {
    const int u = 1 << (axis + 1) % 3, v = 1 << (axis + 2) % 3, w = 1 << axis;
    for (int side : {0, w})
      addQuad(mesh, index(side, axis), index(side | u, axis), index(side | u | v, axis),
              index(side | v, axis));
    // The edges along this axis, between the faces of the two others.
    const int a = (axis + 1) % 3, b = (axis + 2) % 3;
    for (int edge : {0, u, v, u | v})
      addQuad(mesh, index(edge, a), index(edge | w, a), index(edge | w, b), index(edge, b));
  }
  for (int corner = 0; corner < 8; ++corner)
    addTriangle(mesh, index(corner, 0), index(corner, 1), index(corner, 2));
  return mesh;
}

// A ball cut open at its equator, which a capsule draws apart.
Mesh ball() {
  Mesh mesh;
  for (int ring = 0; ring <= kUp + 1; ++ring) {
    const bool upper = ring > kUp / 2;
    const int level = upper ? ring - 1 : ring;
    const float angle = std::numbers::pi_v<float> * (float(level) / kUp - 0.5f);
    for (int i = 0; i <= kAround; ++i) {
      const float turn = 2 * std::numbers::pi_v<float> * float(i) / kAround;
      mesh.vertices.push_back({{0, 0, upper ? 1 : -1},
                               {std::cos(angle) * std::cos(turn),
                                std::cos(angle) * std::sin(turn), std::sin(angle)}});
    }
  }
  const int row = kAround + 1;
  for (int ring = 0; ring <= kUp; ++ring)
    for (int i = 0; i < kAround; ++i)
      addQuad(mesh, ring * row + i, ring * row + i + 1, (ring + 1) * row + i + 1,
              (ring + 1) * row + i);
  return mesh;
}

// Caps and side with a bevel between them.
Mesh cylinder() {
  Mesh mesh;
  const int row = kAround + 1;
  for (const float end : {-1.0f, 1.0f})
    for (const bool cap : {true, false})
      for (int i = 0; i <= kAround; ++i) {
        const float turn = 2 * std::numbers::pi_v<float> * float(i) / kAround;
        const glm::vec3 around{std::cos(turn), std::sin(turn), 0};
        mesh.vertices.push_back({around + glm::vec3(0, 0, end),
                                 cap ? glm::vec3(0, 0, end) : around});
      }
  const auto ring = [&](int which, int i) { return which * row + i; };  // cap, side, cap, side
  for (int i = 0; i < kAround; ++i) {
    for (const auto& [a, b] : {std::pair(0, 1), std::pair(1, 3), std::pair(3, 2)})
      addQuad(mesh, ring(a, i), ring(a, i + 1), ring(b, i + 1), ring(b, i));
    if (i == 0) continue;
    addTriangle(mesh, ring(0, 0), ring(0, i), ring(0, i + 1));
    addTriangle(mesh, ring(2, 0), ring(2, i), ring(2, i + 1));
  }
  return mesh;
}

Mesh plane() {
  Mesh mesh;
  for (const auto& [x, y] : {std::pair(-1.0f, -1.0f), {1.0f, -1.0f}, {1.0f, 1.0f}, {-1.0f, 1.0f}})
    mesh.vertices.push_back({{x, y, 0}, {0, 0, 1}});
  addQuad(mesh, 0, 1, 2, 3);
  return mesh;
}

glm::vec3 vec(const Vector3& v) { return {float(v[0]), float(v[1]), float(v[2])}; }

}  // namespace

Mesh meshOf(MeshKind kind) {
  switch (kind) {
    case MeshKind::Box: return box();
    case MeshKind::Round: return ball();
    case MeshKind::Cylinder: return cylinder();
    case MeshKind::Plane: break;
  }
  return plane();
}

MeshKind meshFor(Shape::Kind kind) {
  switch (kind) {
    case Shape::Sphere:
    case Shape::Capsule:
    case Shape::Ellipsoid: return MeshKind::Round;
    case Shape::Cylinder: return MeshKind::Cylinder;
    case Shape::Plane: return MeshKind::Plane;
    case Shape::Box: break;
  }
  return MeshKind::Box;
}

ShapeInstance instanceOf(const Shape& shape) {
  ShapeInstance instance;
  const Quaternion& q = shape.pose.rotation;
  instance.turn = {float(q[1]), float(q[2]), float(q[3]), float(q[0])};
  instance.position = vec(shape.pose.position);
  for (int i = 0; i < 4; ++i) instance.colour[i] = shape.colour[i];
  const glm::vec3 size = vec(shape.size);
  glm::vec3 whole = size;  // half the sides of what is drawn
  if (shape.kind == Shape::Cylinder) whole = {size.x, size.x, size.y};
  const float least = std::min({whole.x, whole.y, whole.z});
  const glm::vec3 bevel(std::clamp(least * 0.3f, kLeast, kBevel));
  switch (shape.kind) {
    case Shape::Sphere: instance.round = glm::vec3(size.x); break;
    case Shape::Capsule:
      instance.round = glm::vec3(size.x);
      instance.core = {0, 0, size.y};
      break;
    case Shape::Ellipsoid: instance.round = size; break;
    case Shape::Plane:
      instance.core = {size.x, size.y, 0};
      instance.round = glm::vec3(kLeast);
      break;
    case Shape::Box:
    case Shape::Cylinder:
      instance.round = bevel;
      instance.core = whole - bevel;
  }
  instance.round = glm::max(instance.round, glm::vec3(kLeast));
  return instance;
}

}  // namespace jacobiscope
