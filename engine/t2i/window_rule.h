// The acceptance rules over tensors: on the CPU the pure functions of verify.h on the tensors'
// memory, on a GPU the same in Torch's operations, with one transfer per pass and none per
// token. Both give the same outcomes from the same numbers, up to rounding.
#pragma once

#include <vector>

#include "engine/nn/torch.h"
#include "engine/t2i/verify.h"

namespace jacobiscope {

// A draft whose distribution is a row on the model's device.
struct DraftRow {
  int token = -1;
  Tensor q;  // [V]; undefined: one-hot
};

// Logits [..., V] to the distributions that are sampled from, a copy of the same shape.
Tensor targetRows(const Tensor& logits, const Filter& filter);

// See judge(): p [W, V], gumbel [W * V] or empty.
Judgement judgeRows(AcceptRule rule, const Tensor& p, const std::vector<DraftRow>& drafts,
                    const std::vector<Draws>& draws, const std::vector<float>& gumbel);

// A token from each row [V]: by inversion, or with gumbel [rows * V] where that is given.
std::vector<int> drawRows(const std::vector<Tensor>& rows, const std::vector<float>& uniforms,
                          const std::vector<float>& gumbel = {});

// What a position's token was, or would be, drawn from: its row of p, after a rejection the
// residual. The most probable `count` tokens of each, with their probabilities.
struct TopTokens {
  std::vector<int> tokens;
  std::vector<float> probabilities;
};
std::vector<TopTokens> topTokens(const Tensor& p, const std::vector<DraftRow>& drafts,
                                 const Judgement& judgement, int count);

// The Torch side by itself, on any device; tests hold it against the pure functions.
namespace device_rule {
Tensor targetRows(const Tensor& logits, const Filter& filter);
Judgement judgeRows(AcceptRule rule, const Tensor& p, const std::vector<DraftRow>& drafts,
                    const std::vector<Draws>& draws, const std::vector<float>& gumbel);
std::vector<int> drawRows(const std::vector<Tensor>& rows, const std::vector<float>& uniforms,
                          const std::vector<float>& gumbel = {});
std::vector<TopTokens> topTokens(const Tensor& p, const std::vector<DraftRow>& drafts,
                                 const Judgement& judgement, int count);
}  // namespace device_rule

}  // namespace jacobiscope
