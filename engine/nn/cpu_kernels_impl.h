// The kernels' one source, compiled by cpu_kernels_{baseline,avx2,avx512}.cpp with
// KERNEL_SPACE (the namespace), KERNEL_NAME and KERNEL_LANES (floats per vector) set.

#include <algorithm>

#include "engine/nn/cpu_kernels.h"
#include "engine/nn/cpu_vectors_impl.h"

namespace jacobiscope::KERNEL_SPACE {
namespace {

constexpr int kPerPanel = 16 / kLanes;  // vectors per panel

// y [m, n] from x [m, k], the rows cut into groups of about equal size.
struct Product {
  const PackedWeight& w;
  const float* x;
  int m, ldx;
  float* y;
  int ldy, to;  // to: behind the last panel
  Epilogue epilogue;
  int groups;

  int firstRow(int group) const { return m * group / groups; }
  std::size_t panelSize() const { return static_cast<std::size_t>(w.inputs) * 16; }
};

// The sums of kRows rows go to y from column `first` on.
template <int kRows, int kVectors>
void finish(const Product& job, const Vec (&sums)[kRows][kVectors], float* y, int first) {
  constexpr int kColumns = kVectors * kLanes;
  const int columns = std::min(kColumns, job.w.outputs - first);
  const bool whole = columns == kColumns;
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
    float line[kColumns];
    float* target = y + static_cast<std::size_t>(r) * job.ldy + first;
    float* place = whole ? target : line;
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      Vec value = sums[r][v];
      if (job.epilogue == Epilogue::Gelu) value = gelu(value);
      if (job.epilogue == Epilogue::Add && whole) value += load(target + v * kLanes);
      store(place + v * kLanes, value);
    }
    if (whole) continue;
    for (int c = 0; c < columns; ++c) {
      target[c] = job.epilogue == Epilogue::Add ? target[c] + line[c] : line[c];
    }
  }
}

// kRows rows times the kPanels panels from p on, the sums kept in registers over all of k.
// Meanwhile `step` floats per input and panel are fetched from `ahead` on, to the second-level
// cache: the first has no room for two groups of panels.
template <int kRows, int kPanels>
void tile(const Product& job, int row, int p, const float* ahead, int step) {
  constexpr int kVectors = kPanels * kPerPanel;
  // More panels at once are streams enough: there the memory itself is the limit.
  constexpr int kFetches = kPanels <= 2 ? kPanels : 0;
  const std::size_t panelSize = job.panelSize(), ldx = job.ldx;
  const float* panels = job.w.panels.data() + p * panelSize;
  const float* x = job.x + row * ldx;
  Vec sums[kRows][kVectors];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      sums[r][v] = load(job.w.bias.data() + p * 16 + v * kLanes);
    }
  }
  for (int i = 0, k = job.w.inputs; i < k; ++i) {
#pragma GCC unroll 2
    for (int f = 0; f < kFetches; ++f, ahead += step) __builtin_prefetch(ahead, 0, 2);
    Vec w[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      w[v] = load(panels + (v / kPerPanel) * panelSize + i * 16 + (v % kPerPanel) * kLanes);
    }
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      const Vec value = splat(x[r * ldx + i]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) sums[r][v] += value * w[v];
    }
  }
  finish(job, sums, job.y + static_cast<std::size_t>(row) * job.ldy, p * 16);
}

// One group of rows times the panels [p, end). Every group fetches an equal part of the panels
// that come after: left to the processor, they would be asked for only when the first group
// needs them, and that group would wait while the others find everything at hand.
template <int kRows, int kPanels>
void rows(const Product& job, int group, int p, int end) {
  const int row = job.firstRow(group);
  // Parts in sixteenths of the panels ahead, rounded so that no gap is left between them.
  const int step = (15 + job.groups) / job.groups;
  const int part = std::min(16 * group / job.groups, 16 - step);
  for (; p + kPanels <= end; p += kPanels) {
    const float* ahead = job.w.panels.data() +
                         std::min(p + kPanels, job.to - kPanels) * job.panelSize() +
                         static_cast<std::size_t>(part) * kPanels * job.w.inputs;
    tile<kRows, kPanels>(job, row, p, ahead, step);
  }
  if constexpr (kPanels > 1) rows<kRows, 1>(job, group, p, end);
}

void linear(const PackedWeight& w, const float* x, int m, int ldx, float* y, int ldy, int from,
            int to, Epilogue epilogue) {
  // Enough independent sums to hide the latency of multiply-add, few enough to stay in
  // registers; a panel is read once for all rows that fit.
  constexpr int kWide = kLanes == 16 ? 2 : 1;
  // Panels outside, rows inside: the weights, the larger part, are read once. Rows come in
  // groups of about equal size: a group of one or two has too few sums.
  const Product job{w, x, m, ldx, y, ldy, to, epilogue, (m + 5) / 6};
  const int panels = m > 6 ? kWide : to - from;
  for (int p = from; p < to; p += panels) {
    const int end = std::min(p + panels, to);
    for (int g = 0; g < job.groups; ++g) {
      switch (job.firstRow(g + 1) - job.firstRow(g)) {
        case 1: rows<1, 4 * kWide>(job, g, p, end); break;
        case 2: rows<2, 2 * kWide>(job, g, p, end); break;
        case 3: m > 6 ? rows<3, kWide>(job, g, p, end) : rows<3, 2 * kWide>(job, g, p, end); break;
        case 4: rows<4, kWide>(job, g, p, end); break;
        case 5: rows<5, kWide>(job, g, p, end); break;
        default: rows<6, kWide>(job, g, p, end); break;
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

void rmsNorm(const float* x, int m, int c, const float* weight, float* y) {
  for (int r = 0; r < m; ++r, x += c, y += c) {
    Vec squares{};
    int i = 0;
    for (; i + kLanes <= c; i += kLanes) squares += load(x + i) * load(x + i);
    float mean = sum(squares);
    for (; i < c; ++i) mean += x[i] * x[i];
    const float scale = 1.0f / std::sqrt(mean / c + 1e-5f);
    for (i = 0; i + kLanes <= c; i += kLanes) {
      store(y + i, load(x + i) * splat(scale) * load(weight + i));
    }
    for (; i < c; ++i) y[i] = x[i] * scale * weight[i];
  }
}

void swiglu(const float* x, int m, int ldx, float* y, int ldy, int from, int to) {
  for (int r = 0; r < m; ++r) {
    const float* row = x + static_cast<std::size_t>(r) * ldx;
    float* out = y + static_cast<std::size_t>(r) * ldy;
    for (int p = from; p < to; ++p) {
      for (int v = 0; v < 16; v += kLanes) {
        const Vec gate = load(row + p * 32 + v), up = load(row + p * 32 + 16 + v);
        store(out + p * 16 + v, gate / (splat(1.0f) + exponential(-gate)) * up);
      }
    }
  }
}

// The largest of x[0, n). Every lane starts from x[0], so that a NaN there wins and one elsewhere
// loses, whatever the lanes; either way it reaches all probabilities through their sum.
float largestOf(const float* x, int n) {
  Vec lanes = splat(x[0]);
  int j = 0;
  for (; j + kLanes <= n; j += kLanes) {
    const Vec v = load(x + j);
    lanes = v > lanes ? v : lanes;
  }
  float largest = x[0];
  for (int i = 0; i < kLanes; ++i) largest = lanes[i] > largest ? lanes[i] : largest;
  for (; j < n; ++j) largest = x[j] > largest ? x[j] : largest;
  return largest;
}

// Softmax over scores[0, count) in place, not normalised; returns the sum. The tail up to a
// whole vector is set to zero, so that the order of summation depends on positions alone.
float softmax(float* scores, int count) {
  const float largest = largestOf(scores, count);
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

// scores[r][j] = q_r . k_j for whole blocks of 16 positions j that cover [0, count).
template <int kRows>
void scoreRows(const AttentionShape& shape, const float* const* q, const float* keys, int count,
               float* scores) {
  for (int j = 0; j < count; j += 16) {
    const float* k = keys + static_cast<std::size_t>(j) * shape.headWidth;
    Vec sums[kRows][kPerPanel] = {};
    for (int e = 0; e < shape.headWidth; ++e, k += 16) {
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
        const Vec value = splat(q[r][e] * shape.scale);
#pragma GCC unroll 4
        for (int v = 0; v < kPerPanel; ++v) sums[r][v] += value * load(k + v * kLanes);
      }
    }
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) {
      float* target = scores + static_cast<std::size_t>(r) * shape.capacity + j;
#pragma GCC unroll 4
      for (int v = 0; v < kPerPanel; ++v) store(target + v * kLanes, sums[r][v]);
    }
  }
}

// Rows i .. i + kRows - 1, each summed over positions in ascending order. Row r alone sees
// the last positions before its own: what is wrong there must not touch the rows above.
template <int kRows>
void attendRows(const AttentionShape& shape, int head, int i, const float* qkv, const float* keys,
                const float* values, float* out, float* scores) {
  const int d = shape.headWidth, c = shape.heads * d;
  const int shared = shape.begin + i + 1;  // positions that all rows see
  const float* q[kRows];
  float norm[kRows];
  for (int r = 0; r < kRows; ++r) q[r] = qkv + static_cast<std::size_t>(i + r) * 3 * c + head * d;
  scoreRows<kRows>(shape, q, keys, shared + kRows - 1, scores);
  for (int r = 0; r < kRows; ++r) norm[r] = 1.0f / softmax(scores + r * shape.capacity, shared + r);
  for (int e = 0; e < d; e += 2 * kLanes) {
    const int second = e + kLanes < d ? kLanes : 0;
    Vec sums[kRows][2] = {};
    for (int j = 0; j < shared; ++j) {
      const float* v = values + static_cast<std::size_t>(j) * d + e;
      const Vec v0 = load(v), v1 = load(v + second);
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) {
        const Vec p = splat(scores[r * shape.capacity + j]);
        sums[r][0] += p * v0;
        sums[r][1] += p * v1;
      }
    }
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) {
      for (int j = shared; j < shared + r; ++j) {
        const float* v = values + static_cast<std::size_t>(j) * d + e;
        const Vec p = splat(scores[r * shape.capacity + j]);
        sums[r][0] += p * load(v);
        sums[r][1] += p * load(v + second);
      }
      float* target = out + static_cast<std::size_t>(i + r) * c + head * d + e;
      store(target, sums[r][0] * splat(norm[r]));
      if (second > 0) store(target + kLanes, sums[r][1] * splat(norm[r]));
    }
  }
}

void attention(const AttentionShape& shape, int head, int from, int to, const float* qkv,
               const float* keys, const float* values, float* out, float* scores) {
  int i = from;
  static_assert(kAttentionRows == 4);
  for (; i + 4 <= to; i += 4) attendRows<4>(shape, head, i, qkv, keys, values, out, scores);
  if (i + 2 <= to) {
    attendRows<2>(shape, head, i, qkv, keys, values, out, scores);
    i += 2;
  }
  if (i < to) attendRows<1>(shape, head, i, qkv, keys, values, out, scores);
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

const CpuKernels table = {KERNEL_NAME, linear,    layerNorm, rmsNorm,
                          swiglu,      attention, affine};

}  // namespace jacobiscope::KERNEL_SPACE
