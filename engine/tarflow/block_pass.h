// One parallel pass through the network of one block, against cached keys and values.
#pragma once

#include <memory>
#include <vector>

#include "engine/tarflow/model.h"

namespace jacobiscope {

// Classifier-free guidance as TarFlow applies it: a + g (a - a_u), c + g (c - c_u), where the
// unconditional pass sees the null class and divides its attention scores by attnTemp.
struct Guidance {
  double weight = 0;
  bool annealed = false;  // g at position p is weight * p / (N - 1)
  bool onA = true, onC = true;
  double attnTemp = 1;

  bool on() const { return weight != 0 && (onA || onC); }
  double at(int position, int positions) const {
    return annealed ? weight * position / (positions - 1) : weight;
  }
};

// What one pass did to the positions [begin, end).
struct PassResult {
  std::vector<float> change;  // per image and position, [B][end - begin]: max |dx| in the token
  bool finite = true;

  float at(int image, int offset, int span) const { return change[image * span + offset]; }
};

// Keys and values are preallocated for every position and written in place: staged while a
// window iterates, committed simply by not being written again. The caller keeps the rule
// that a window's first input is the last settled position.
class BlockPass {
 public:
  virtual ~BlockPass() = default;

  // Solves nothing: one update x_p = z_p exp(a_p) + c_p of the positions [begin, end),
  // begin >= 1, from the inputs [begin - 1, end - 1) of x. x and z are [B, N, D] float32 in
  // the block's order; x is updated in place. clamp 0: none. Images not in `active` (empty:
  // all are) stay as they are where the implementation can leave them out; their change is 0.
  virtual PassResult run(Tensor& x, const Tensor& z, int begin, int end,
                         const Guidance& guidance, float clamp,
                         const std::vector<int>& active) = 0;
  // Recomputes what is cached for the inputs [0, end) of x: after guidance was switched on.
  virtual void rebuild(const Tensor& x, int end, const Guidance& guidance) = 0;
};

// Weights of a model prepared for decoding: packed for the CPU in float32, cast for bfloat16.
class PreparedFlow {
 public:
  virtual ~PreparedFlow() = default;
  // labels: [B] int64. `guided`: room for the unconditional branch, in the same batch.
  virtual std::unique_ptr<BlockPass> begin(int block, const Tensor& labels, bool guided) = 0;
};

// `model` must outlive the result.
std::unique_ptr<PreparedFlow> prepareFlow(const TarFlow& model, torch::Device device,
                                          torch::ScalarType dtype);

}  // namespace jacobiscope
