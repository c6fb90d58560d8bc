// Distributions over a vocabulary as plain rows of numbers: from logits, and a token from
// them. No Torch: filtered before they become a p or a q of engine/t2i/verify.h, and never in
// the residual, which would be a bias.
#pragma once

#include <span>
#include <vector>

namespace jacobiscope {

// Logits to the distribution that is sampled from: divided by the temperature, all but the
// top_k largest removed (ties at the border stay), softmax, then the smallest set of tokens
// whose probability reaches top_p (the most probable is always in it; of equals the first),
// renormalised. 0 or above the vocabulary: no top_k; 1: no top_p. Temperature 0: all
// probability on the largest logit (the first of equals).
struct Filter {
  double temperature = 1;
  int topK = 0;
  double topP = 1;
};
// In place, [V]. A logit of -infinity forbids its token. Throws Error where one is NaN or
// +infinity, or all are -infinity. Uses its own exponential, which rounds the same everywhere.
void toProbabilities(std::span<float> logits, const Filter& filter);

// The token at which the cumulated probability passes u in [0, 1) times the sum of p, which
// may be any; never one of probability 0. Throws Error where p is not a number, or all zero.
int drawToken(std::span<const float> p, float u);
// argmax(log p + gumbel), the first of equals; never a token of probability 0.
int drawToken(std::span<const float> p, std::span<const float> gumbel);
// The `count` most probable tokens, most probable first, of equals the first; fewer where
// fewer have probability.
std::vector<int> mostProbable(std::span<const float> p, int count);

}  // namespace jacobiscope
