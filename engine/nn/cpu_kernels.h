// Float32 kernels for the few rows a decoding pass has. General matrix libraries are made
// for large products: with one to a hundred rows they spend their time on packing the
// weights anew at every call. Here weights are packed once.
//
// Every output is summed in one fixed order that depends neither on the number of rows nor
// on the number of threads. That is why a window pass and a pass of one token give the same
// bits, and a Jacobi fixed point at tolerance 0 equals the sequential sample exactly.
//
// No Torch here: the same source is compiled once per instruction set and chosen at run time.
#pragma once

#include <cstdint>
#include <vector>

namespace jacobiscope {

// A weight [n, k] cut into panels of 16 outputs, each stored as [k][16].
struct PackedWeight {
  int outputs = 0, inputs = 0;
  std::vector<float> panels;  // [ceil(n / 16)][k][16], missing outputs are zero
  std::vector<float> bias;    // [ceil(n / 16) * 16]

  int panelCount() const { return (outputs + 15) / 16; }
};

// weight [n, k] row-major, bias [n] or nullptr.
PackedWeight packWeight(const float* weight, const float* bias, int outputs, int inputs);

enum class Epilogue { Store, Gelu, Add };  // y = v, y = GELU(v) with erf, y += v

struct AttentionShape {
  int heads = 0, headWidth = 0;
  int capacity = 0;  // positions the cache has room for, a multiple of 16
  int begin = 0;     // first position of the rows
  int rows = 0;      // positions begin .. begin + rows - 1
  float scale = 1;   // of the scores
};

struct AffineUpdate {
  float change = 0;    // largest |new - old|
  bool finite = true;  // all new values
};

// Function table of one instruction set.
struct CpuKernels {
  const char* name;  // "AVX2", "AVX-512", "baseline"

  // y [m, n] from x [m, k], panels [from, to); rows at distance ldx and ldy.
  void (*linear)(const PackedWeight& weight, const float* x, int m, int ldx, float* y, int ldy,
                 int from, int to, Epilogue epilogue);
  // y = (x - mean) / sqrt(var + 1e-5) * weight + bias for each of m rows of width c.
  void (*layerNorm)(const float* x, int m, int c, const float* weight, const float* bias,
                    float* y);
  // Stores k and v of the rows qkv [rows, 3 C] of one sequence and one head, then attends:
  // row i sees positions 0 .. begin + i. keys is [headWidth][capacity], values is
  // [capacity][headWidth], out has row distance C. scores: scratch of capacity floats.
  void (*attention)(const AttentionShape& shape, int head, const float* qkv, float* keys,
                    float* values, float* out, float* scores);
  // x = z exp(a) + c over one token of d features, with guidance
  // a + ga (a - au), c + gc (c - cu) where au is given, and clamped to +-clamp if > 0.
  AffineUpdate (*affine)(const float* a, const float* c, const float* au, const float* cu,
                         float ga, float gc, const float* z, float* x, int d, float clamp);
};

// The best this machine has.
const CpuKernels& cpuKernels();

namespace kernels_baseline { extern const CpuKernels table; }
namespace kernels_avx2 { extern const CpuKernels table; }
namespace kernels_avx512 { extern const CpuKernels table; }

}  // namespace jacobiscope
