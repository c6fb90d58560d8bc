// One parallel pass of the image GPT over windows of drafted tokens, against cached keys and
// values.
//
// A sequence is the rows of the text (or the class) followed by the tokens of the picture. Row
// `first + rows of text - 1` holds token first - 1 and predicts token first. Padded rows of text
// are no rows here: nobody sees them.
#pragma once

#include <memory>
#include <vector>

#include "engine/t2i/gpt.h"

namespace jacobiscope {

// What a picture is conditioned on: the rows before its tokens, the same for a whole batch.
struct Prompt {
  Tensor rows;      // [P', d], without padding
  Tensor nullRows;  // [P', d], of the unconditional branch
};

// Prompt from caption features [1, L, C], left-padded as mask [1, L] says (undefined: nothing is
// padded), or from a class.
Prompt captionPrompt(const Gpt& gpt, const Tensor& features, const Tensor& mask);
Prompt classPrompt(const Gpt& gpt, std::int64_t label);

// Which branches a pass computes, in one batch: conditional (0), unconditional (1), or both.
struct Branches {
  int begin = 0, end = 1;
  int count() const { return end - begin; }
};

// A picture of the batch with the tokens that are put in: those at positions first - 1, first,
// ..., of which there are as many as positions are predicted. first is at least 1.
struct PassWindow {
  int image = 0;
  int first = 1;
  std::vector<std::int64_t> inputs;
};

// Keys and values have room for every row and are written in place: a window's rows are staged
// by a pass, committed by the caller's frontier moving past them, and rolled back by being
// written again: a row is read only by rows at or behind it, all of which come later in the
// same pass or in a pass that has written it anew. Every window starts at the first row whose
// token is final but not yet in the cache.
class GptPass {
 public:
  virtual ~GptPass() = default;

  // The rows of text. Logits of token 0, [branches, V] float32: all pictures share them.
  virtual Tensor prefill(Branches branches) = 0;
  // Logits [branches, windows, width, V] float32 of the positions first, first + 1, ... Windows
  // with fewer inputs than `width` have rows without meaning at their end.
  virtual Tensor run(const std::vector<PassWindow>& windows, int width, Branches branches) = 0;
};

// Weights of a model prepared for decoding: packed for the CPU in float32, cast for bfloat16.
class PreparedGpt {
 public:
  virtual ~PreparedGpt() = default;
  virtual std::unique_ptr<GptPass> begin(const Prompt& prompt, int batch) = 0;
};

// The widest window there is.
inline constexpr int kWidestWindow = 128;

// `gpt` must outlive the result. Packed kernels on the CPU in float32 where they fit the model,
// else Torch's operations.
std::unique_ptr<PreparedGpt> prepareGpt(const Gpt& gpt, torch::Device device,
                                        torch::ScalarType dtype);
// The two by name, for tests.
std::unique_ptr<PreparedGpt> prepareTorchGpt(const Gpt& gpt, torch::ScalarType dtype);
std::unique_ptr<PreparedGpt> prepareCpuGpt(const Gpt& gpt);

}  // namespace jacobiscope
