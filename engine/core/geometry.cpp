#include "engine/core/geometry.h"

#include <cmath>

namespace jacobiscope {

Vector3 operator+(const Vector3& a, const Vector3& b) {
  return {a[0] + b[0], a[1] + b[1], a[2] + b[2]};
}

Vector3 operator-(const Vector3& a, const Vector3& b) {
  return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

Vector3 operator*(double factor, const Vector3& a) {
  return {factor * a[0], factor * a[1], factor * a[2]};
}

double length(const Vector3& a) { return std::sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]); }

double aside(const Vector3& a, const Vector3& b) { return std::hypot(a[0] - b[0], a[1] - b[1]); }

Quaternion operator*(const Quaternion& a, const Quaternion& b) {
  return {a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
          a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
          a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
          a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0]};
}

Quaternion inverse(const Quaternion& q) { return {q[0], -q[1], -q[2], -q[3]}; }

Vector3 rotate(const Quaternion& q, const Vector3& v) {
  const Quaternion turned = q * Quaternion{0, v[0], v[1], v[2]} * inverse(q);
  return {turned[1], turned[2], turned[3]};
}

Vector3 rotationVector(const Quaternion& q) {
  const double sign = q[0] < 0 ? -1 : 1;  // q and -q are one rotation: take the short way
  const Vector3 axis{sign * q[1], sign * q[2], sign * q[3]};
  const double sine = length(axis);
  if (sine < 1e-12) return 2.0 * axis;
  return (2 * std::atan2(sine, sign * q[0]) / sine) * axis;
}

Quaternion fromRotationVector(const Vector3& v) {
  const double angle = length(v);
  const double factor = angle < 1e-12 ? 0.5 : std::sin(angle / 2) / angle;
  return {std::cos(angle / 2), factor * v[0], factor * v[1], factor * v[2]};
}

double yawOf(const Quaternion& q) {
  const Vector3 x = rotate(q, {1, 0, 0});
  return std::atan2(x[1], x[0]);
}

Quaternion fromYaw(double yaw) { return {std::cos(yaw / 2), 0, 0, std::sin(yaw / 2)}; }

double wrapped(double angle, double period) {
  return angle - period * std::floor(angle / period + 0.5);
}

}  // namespace jacobiscope
