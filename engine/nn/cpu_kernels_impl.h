// The kernels' one source, compiled by cpu_kernels_{baseline,avx2,avx512}.cpp with
// KERNEL_SPACE (the namespace), KERNEL_NAME and KERNEL_LANES (floats per vector) set.

#include <cmath>
#include <cstring>

#include "engine/nn/cpu_kernels.h"

namespace jacobiscope::KERNEL_SPACE {
namespace {

constexpr int kLanes = KERNEL_LANES;
constexpr int kPerPanel = 16 / kLanes;  // vectors per panel

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

// erf by Abramowitz and Stegun 7.1.26, absolute error below 1.5e-7.
inline Vec gelu(Vec x) {
  const Vec scaled = x * splat(0.70710678f);
  const Vec magnitude = scaled < splat(0.0f) ? -scaled : scaled;
  const Vec t = splat(1.0f) / (splat(1.0f) + splat(0.3275911f) * magnitude);
  Vec p = splat(1.061405429f);
  p = p * t + splat(-1.453152027f);
  p = p * t + splat(1.421413741f);
  p = p * t + splat(-0.284496736f);
  p = p * t + splat(0.254829592f);
  const Vec tail = p * t * exponential(-(magnitude * magnitude));
  const Vec half = splat(0.5f) * x;
  // 1 + erf is 2 - tail on the right and tail on the left.
  return x < splat(0.0f) ? half * tail : half * (splat(2.0f) - tail);
}

template <int kRows, int kPanels>
void tile(const float* panels, const float* bias, int k, const float* x, int ldx, float* y,
          int ldy, int columns, Epilogue epilogue) {
  constexpr int kVectors = kPanels * kPerPanel;
  Vec sums[kRows][kVectors];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) sums[r][v] = load(bias + v * kLanes);
  }
  const std::size_t panelSize = static_cast<std::size_t>(k) * 16;
  for (int i = 0; i < k; ++i) {
    Vec w[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      w[v] = load(panels + (v / kPerPanel) * panelSize + i * 16 + (v % kPerPanel) * kLanes);
    }
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      const Vec value = splat(x[static_cast<std::size_t>(r) * ldx + i]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) sums[r][v] += value * w[v];
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
    float line[kPanels * 16];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      store(line + v * kLanes, epilogue == Epilogue::Gelu ? gelu(sums[r][v]) : sums[r][v]);
    }
    float* target = y + static_cast<std::size_t>(r) * ldy;
    if (epilogue == Epilogue::Add) {
      for (int c = 0; c < columns; ++c) target[c] += line[c];
    } else {
      std::memcpy(target, line, columns * sizeof(float));
    }
  }
}

template <int kRows, int kPanels>
void rows(const PackedWeight& w, const float* x, int ldx, float* y, int ldy, int from, int to,
          Epilogue epilogue) {
  const std::size_t panelSize = static_cast<std::size_t>(w.inputs) * 16;
  int p = from;
  for (; p + kPanels <= to; p += kPanels) {
    const int columns = std::min(kPanels * 16, w.outputs - p * 16);
    tile<kRows, kPanels>(w.panels.data() + p * panelSize, w.bias.data() + p * 16, w.inputs, x,
                         ldx, y + p * 16, ldy, columns, epilogue);
  }
  for (; p < to; ++p) {
    const int columns = std::min(16, w.outputs - p * 16);
    tile<kRows, 1>(w.panels.data() + p * panelSize, w.bias.data() + p * 16, w.inputs, x, ldx,
                   y + p * 16, ldy, columns, epilogue);
  }
}

void linear(const PackedWeight& w, const float* x, int m, int ldx, float* y, int ldy, int from,
            int to, Epilogue e) {
  // Enough independent sums to hide the latency of multiply-add, few enough to stay in
  // registers; a panel is read once for all rows that fit.
  constexpr int kWide = kLanes == 16 ? 2 : 1;
  // Panels outside, rows inside: the weights, the larger part, are read once.
  const int group = m > 6 ? kWide : to - from;
  for (int p = from; p < to; p += group) {
    const int end = std::min(p + group, to);
    for (int r = 0; r < m; r += 6) {
      const float* xr = x + static_cast<std::size_t>(r) * ldx;
      float* yr = y + static_cast<std::size_t>(r) * ldy;
      switch (std::min(6, m - r)) {
        case 1: rows<1, 4 * kWide>(w, xr, ldx, yr, ldy, p, end, e); break;
        case 2: rows<2, 2 * kWide>(w, xr, ldx, yr, ldy, p, end, e); break;
        case 3: rows<3, 2 * kWide>(w, xr, ldx, yr, ldy, p, end, e); break;
        case 4: rows<4, kWide>(w, xr, ldx, yr, ldy, p, end, e); break;
        case 5: rows<5, kWide>(w, xr, ldx, yr, ldy, p, end, e); break;
        default: rows<6, kWide>(w, xr, ldx, yr, ldy, p, end, e); break;
      }
    }
  }
}

void layerNorm(const float* x, int m, int c, const float* weight, const float* bias, float* y) {
  for (int r = 0; r < m; ++r, x += c, y += c) {
    Vec total{};
    int i = 0;
    for (; i + kLanes <= c; i += kLanes) total += load(x + i);
    float mean = sum(total);
    for (; i < c; ++i) mean += x[i];
    mean /= c;
    Vec squares{};
    for (i = 0; i + kLanes <= c; i += kLanes) {
      const Vec d = load(x + i) - splat(mean);
      squares += d * d;
    }
    float variance = sum(squares);
    for (; i < c; ++i) variance += (x[i] - mean) * (x[i] - mean);
    const float scale = 1.0f / std::sqrt(variance / c + 1e-5f);
    for (i = 0; i + kLanes <= c; i += kLanes) {
      store(y + i, (load(x + i) - splat(mean)) * splat(scale) * load(weight + i) +
                       load(bias + i));
    }
    for (; i < c; ++i) y[i] = (x[i] - mean) * scale * weight[i] + bias[i];
  }
}

// Softmax over scores[0, count) in place, not normalised; returns the sum. The tail up to a
// whole vector is set to zero, so that the order of summation depends on positions alone.
float softmax(float* scores, int count) {
  float largest = scores[0];
  for (int j = 1; j < count; ++j) largest = scores[j] > largest ? scores[j] : largest;
  const int padded = (count + kLanes - 1) / kLanes * kLanes;
  for (int j = count; j < padded; ++j) scores[j] = -INFINITY;
  Vec total{};
  for (int j = 0; j < padded; j += kLanes) {
    const Vec p = exponential(load(scores + j) - splat(largest));
    store(scores + j, p);
    total += p;
  }
  return sum(total);
}

void attention(const AttentionShape& shape, int head, const float* qkv, float* keys,
               float* values, float* out, float* scores) {
  const int d = shape.headWidth, c = shape.heads * d;
  for (int i = 0; i < shape.rows; ++i) {
    const float* row = qkv + static_cast<std::size_t>(i) * 3 * c + head * d;
    const int at = shape.begin + i;
    for (int e = 0; e < d; ++e) {
      keys[static_cast<std::size_t>(e) * shape.capacity + at] = row[c + e];
    }
    std::memcpy(values + static_cast<std::size_t>(at) * d, row + 2 * c, d * sizeof(float));
  }
  for (int i = 0; i < shape.rows; ++i) {
    const float* q = qkv + static_cast<std::size_t>(i) * 3 * c + head * d;
    float* target = out + static_cast<std::size_t>(i) * c + head * d;
    const int count = shape.begin + i + 1;
    // Whole vectors: what lies past count is replaced by the softmax.
    for (int j = 0; j < count; j += kLanes) {
      Vec score{};
      for (int e = 0; e < d; ++e) {
        score += load(keys + static_cast<std::size_t>(e) * shape.capacity + j) *
                 splat(q[e] * shape.scale);
      }
      store(scores + j, score);
    }
    const float norm = 1.0f / softmax(scores, count);
    for (int e = 0; e < d; e += kLanes) {
      Vec mixed{};
      for (int j = 0; j < count; ++j) {
        mixed += load(values + static_cast<std::size_t>(j) * d + e) * splat(scores[j]);
      }
      store(target + e, mixed * splat(norm));
    }
  }
}

AffineUpdate affine(const float* a, const float* c, const float* au, const float* cu, float ga,
                    float gc, const float* z, float* x, int d, float clamp) {
  AffineUpdate update;
  for (int i = 0; i < d; i += kLanes) {
    const int n = std::min(kLanes, d - i);
    float in[6][kLanes] = {};
    const float* sources[6] = {a, c, au, cu, z, x};
    for (int s = 0; s < 6; ++s) {
      if (sources[s]) std::memcpy(in[s], sources[s] + i, n * sizeof(float));
    }
    Vec av = load(in[0]), cv = load(in[1]);
    if (au) {
      av += splat(ga) * (av - load(in[2]));
      cv += splat(gc) * (cv - load(in[3]));
    }
    const Vec next = exponential(av) * load(in[4]) + cv;
    float result[kLanes];
    store(result, next);
    for (int j = 0; j < n; ++j) {
      if (clamp > 0) result[j] = std::min(std::max(result[j], -clamp), clamp);
      if (!std::isfinite(result[j])) update.finite = false;
      const float change = std::fabs(result[j] - in[5][j]);
      update.change = std::max(update.change, std::isnan(change) ? INFINITY : change);
    }
    std::memcpy(x + i, result, n * sizeof(float));
  }
  return update;
}

}  // namespace

const CpuKernels table = {KERNEL_NAME, linear, layerNorm, attention, affine};

}  // namespace jacobiscope::KERNEL_SPACE
