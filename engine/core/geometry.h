// Points, rotations and poses in space: metres and radians, z up.
#pragma once

#include <array>

namespace jacobiscope {

using Vector3 = std::array<double, 3>;     // x, y, z
using Quaternion = std::array<double, 4>;  // w, x, y, z; of unit length

struct Pose {
  Vector3 position{};
  Quaternion rotation{1, 0, 0, 0};  // from the body's axes to the world's

  bool operator==(const Pose&) const = default;
};

Vector3 operator+(const Vector3& a, const Vector3& b);
Vector3 operator-(const Vector3& a, const Vector3& b);
Vector3 operator*(double factor, const Vector3& a);
double length(const Vector3& a);
// The distance as seen from above.
double aside(const Vector3& a, const Vector3& b);

// a after b.
Quaternion operator*(const Quaternion& a, const Quaternion& b);
Quaternion inverse(const Quaternion& q);
Vector3 rotate(const Quaternion& q, const Vector3& v);

// Axis times angle; the angle is in [0, pi].
Vector3 rotationVector(const Quaternion& q);
Quaternion fromRotationVector(const Vector3& v);

// The angle of a turn about z only: of the body's x axis as seen from above, in (-pi, pi].
double yawOf(const Quaternion& q);
Quaternion fromYaw(double yaw);

// The angle in [-period / 2, period / 2) that differs from `angle` by whole periods.
double wrapped(double angle, double period);

}  // namespace jacobiscope
