#include "engine/nn/cpu_kernels.h"

#include <algorithm>

namespace jacobiscope {

PackedWeight packWeight(const float* weight, const float* bias, int outputs, int inputs) {
  PackedWeight packed;
  packed.outputs = outputs;
  packed.inputs = inputs;
  const int count = packed.panelCount();
  packed.panels.assign(static_cast<std::size_t>(count) * inputs * 16, 0.0f);
  packed.bias.assign(static_cast<std::size_t>(count) * 16, 0.0f);
  for (int o = 0; o < outputs; ++o) {
    float* panel = packed.panels.data() + static_cast<std::size_t>(o / 16) * inputs * 16;
    const float* row = weight + static_cast<std::size_t>(o) * inputs;
    for (int i = 0; i < inputs; ++i) panel[i * 16 + o % 16] = row[i];
    if (bias) packed.bias[o] = bias[o];
  }
  return packed;
}

void storeKeysValues(const AttentionShape& shape, int rows, int from, int to, const float* qkv,
                     float* keys, float* values) {
  const int d = shape.headWidth, c = shape.heads * d;
  const std::size_t cache = static_cast<std::size_t>(shape.capacity) * d;
  for (int column = std::max(from, c); column < to; column += 16) {
    const int head = (column - c) % c / d, e = column % d;
    for (int i = 0; i < rows; ++i) {
      const float* source = qkv + static_cast<std::size_t>(i) * 3 * c + column;
      const std::size_t at = shape.begin + i;
      if (column >= 2 * c) {
        std::copy_n(source, 16, values + head * cache + at * d + e);
        continue;
      }
      float* target = keys + head * cache + at / 16 * 16 * d + e * 16 + at % 16;
      for (int k = 0; k < 16; ++k) target[k * 16] = source[k];
    }
  }
}

void rotateRow(float* row, int from, int to, int headWidth, const float* turns) {
  for (int column = from; column < to; column += 2) {
    const float* turn = turns + column % headWidth;
    const float first = row[column], second = row[column + 1];
    row[column] = first * turn[0] - second * turn[1];
    row[column + 1] = second * turn[0] + first * turn[1];
  }
}

const CpuKernels& cpuKernels() {
#if defined(__x86_64__)
  static const CpuKernels& chosen = __builtin_cpu_supports("avx512f")
                                        ? kernels_avx512::table
                                    : __builtin_cpu_supports("avx2") &&
                                            __builtin_cpu_supports("fma")
                                        ? kernels_avx2::table
                                        : kernels_baseline::table;
  return chosen;
#else
  return kernels_baseline::table;
#endif
}

}  // namespace jacobiscope
