// Vectors of the instruction set that cpu_kernels_impl.h is compiled for, and the functions
// of one variable that the kernels need.

#include <cmath>
#include <cstdint>
#include <cstring>

namespace jacobiscope::KERNEL_SPACE {
namespace {

constexpr int kLanes = KERNEL_LANES;

typedef float Vec __attribute__((vector_size(4 * KERNEL_LANES)));
typedef std::int32_t IntVec __attribute__((vector_size(4 * KERNEL_LANES)));

inline Vec load(const float* p) {
  Vec v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
inline void store(float* p, Vec v) { std::memcpy(p, &v, sizeof v); }
// Not Vec{} + s: the addition would stay in the machine code (-0 + 0 is 0).
inline Vec splat(float s) {
#if KERNEL_LANES == 4
  return Vec{s, s, s, s};
#elif KERNEL_LANES == 8
  return Vec{s, s, s, s, s, s, s, s};
#else
  return Vec{s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s};
#endif
}

inline float sum(Vec v) {
  float s = 0;
  for (int i = 0; i < kLanes; ++i) s += v[i];
  return s;
}

// exp by range reduction to |r| <= ln 2 / 2 and a polynomial of degree 6; relative error
// below 2e-7. Arguments past the float range give 0 and infinity.
inline Vec exponential(Vec x) {
  const Vec low = splat(-87.33654f), high = splat(88.72283f);
  const Vec clipped = x < low ? low : (x > high ? high : x);
  const Vec shifter = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
  const Vec rounded = clipped * splat(1.44269504f) + shifter;
  const Vec n = rounded - shifter;
  const Vec r = (clipped - n * splat(0.693359375f)) - n * splat(-2.12194440e-4f);
  Vec p = splat(1.3981999e-3f);
  p = p * r + splat(8.3334519e-3f);
  p = p * r + splat(4.1665796e-2f);
  p = p * r + splat(1.6666666e-1f);
  p = p * r + splat(0.5f);
  p = p * r * r + r + splat(1.0f);
  // 2^n in two halves, because n = 128 has no exponent of its own.
  const IntVec whole = __builtin_convertvector(n, IntVec);
  const IntVec half = whole >> 1;
  const IntVec bitsA = (half + 127) << 23, bitsB = (whole - half + 127) << 23;
  Vec a, b;
  std::memcpy(&a, &bitsA, sizeof a);
  std::memcpy(&b, &bitsB, sizeof b);
  const Vec value = p * a * b;
  const Vec over = splat(INFINITY), zero = splat(0.0f);
  const Vec bounded = x > high ? over : (x < low ? zero : value);
  return x == x ? bounded : x;  // NaN stays NaN
}

// x (1 + erf(x / sqrt 2)) / 2. erf(y) = y P(y^2) / Q(y^2) on |y| <= 3.95, beyond which it is
// 1 in float32; minimax coefficients fitted for this project, absolute error below 4e-7.
inline Vec gelu(Vec x) {
  const Vec edge = splat(3.95f);
  Vec y = x * splat(0.70710678f);
  y = y > edge ? edge : (y < -edge ? -edge : y);
  const Vec t = y * y;
  Vec p = splat(2.011753394981497e-06f);
  p = p * t + splat(0.00028760041459463537f);
  p = p * t + splat(0.003917286172509193f);
  p = p * t + splat(0.05320695787668228f);
  p = p * t + splat(0.1940348893404007f);
  p = p * t + splat(1.128378987312317f);
  Vec q = splat(3.783981446758844e-05f);
  q = q * t + splat(0.0011981942225247622f);
  q = q * t + splat(0.015270635485649109f);
  q = q * t + splat(0.1155904233455658f);
  q = q * t + splat(0.5052904486656189f);
  q = q * t + splat(1.0f);
  const Vec one = splat(1.0f), half = splat(0.5f) * x;
  Vec erf = y * p / q;
  erf = erf > one ? one : (erf < -one ? -one : erf);
  return half + half * erf;
}

}  // namespace
}  // namespace jacobiscope::KERNEL_SPACE
