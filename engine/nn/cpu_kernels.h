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
#include <new>
#include <vector>

namespace jacobiscope {

// Memory on cache lines: a vector that straddles two of them is loaded twice.
template <class T>
struct CacheLineAllocator {
  using value_type = T;
  CacheLineAllocator() = default;
  template <class U>
  CacheLineAllocator(const CacheLineAllocator<U>&) {}
  T* allocate(std::size_t n) {
    return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{64}));
  }
  void deallocate(T* p, std::size_t) { ::operator delete(p, std::align_val_t{64}); }
  bool operator==(const CacheLineAllocator&) const { return true; }
};
using AlignedFloats = std::vector<float, CacheLineAllocator<float>>;

// A weight [n, k] cut into panels of 16 outputs, each stored as [k][16].
struct PackedWeight {
  int outputs = 0, inputs = 0;
  AlignedFloats panels;  // [ceil(n / 16)][k][16], missing outputs are zero
  AlignedFloats bias;    // [ceil(n / 16) * 16]

  int panelCount() const { return (outputs + 15) / 16; }
};

// weight [n, k] row-major, bias [n] or nullptr.
PackedWeight packWeight(const float* weight, const float* bias, int outputs, int inputs);

enum class Epilogue { Store, Gelu, Add };  // y = v, y = GELU(v) with erf, y += v

struct AttentionShape {
  int heads = 0, headWidth = 0;  // the width is a multiple of 16
  int capacity = 0;  // positions the cache has room for, a multiple of 16
  int begin = 0;     // position of row 0
  float scale = 1;   // of the scores
};

// Rows that attention works on together: scratch it needs.
constexpr int kAttentionRows = 4;

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
  // y = x / sqrt(mean(x^2) + 1e-5) * weight for each of m rows of width c.
  void (*rmsNorm)(const float* x, int m, int c, const float* weight, float* y);
  // y[i] = silu(x[i]) * x[16 + i] for i in [0, 16), for panel pairs [from, to) of m rows: pair p
  // of x lies at column 32 p, of y at column 16 p; rows at distance ldx and ldy.
  void (*swiglu)(const float* x, int m, int ldx, float* y, int ldy, int from, int to);
  // Rows [from, to) of the rows qkv [rows, 3 C] of one sequence and one head: row i sees
  // positions 0 .. begin + i, whose keys [capacity / 16][headWidth][16] and values
  // [capacity][headWidth] are stored already (see storeKeysValues). out has row distance C.
  // scores: scratch of kAttentionRows * capacity floats.
  void (*attention)(const AttentionShape& shape, int head, int from, int to, const float* qkv,
                    const float* keys, const float* values, float* out, float* scores);
  // x = z exp(a) + c over one token of d features, with guidance
  // a + ga (a - au), c + gc (c - cu) where au is given, and clamped to +-clamp if > 0.
  AffineUpdate (*affine)(const float* a, const float* c, const float* au, const float* cu,
                         float ga, float gc, const float* z, float* x, int d, float clamp);
};

// Turns the columns [from, to) of one row of queries or keys in adjacent pairs by the angles of
// its position: `turns` [headWidth / 2, 2] holds cos and sin. from and to are even.
void rotateRow(float* row, int from, int to, int headWidth, const float* turns);

// Copies the columns [from, to) of `rows` rows qkv [rows, 3 C] that are keys or values to
// the caches of their heads, which follow each other. from and to are multiples of 16. Keys lie
// by 16 positions: a vector holds one feature of several of them, and scores read memory in order.
void storeKeysValues(const AttentionShape& shape, int rows, int from, int to, const float* qkv,
                     float* keys, float* values);

// The best this machine has.
const CpuKernels& cpuKernels();

namespace kernels_baseline { extern const CpuKernels table; }
namespace kernels_avx2 { extern const CpuKernels table; }
namespace kernels_avx512 { extern const CpuKernels table; }

}  // namespace jacobiscope
