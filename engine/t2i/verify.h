// The acceptance rules of speculative Jacobi decoding as pure functions: no Torch, no state.
//
// A pass of the network over a window of drafted tokens gives, for every position of the
// window, the target distribution p of its token given the drafts before it. A rule decides
// from p, the drafts and numbers drawn before, which positions are final now and what every
// other position's next draft is.
//
//  - Match: a token y is drawn from p at every position; a draft stands as far as it equals y,
//    and y of the first that does not is final, too (Jacobi decoding; with noise frozen per
//    position it is the predictive sampling of Wiggers and Hoogeboom, ICML 2020).
//  - Speculative: a draft x, drawn from q, passes with probability min(1, p(x) / q(x)); the
//    first that fails is drawn anew from max(0, p - q) / sum, and is final; all behind it are
//    drawn anew from p (SJD: Teng et al., arXiv 2410.01699, algorithm 1).
//  - Coupled: the same, but behind the first failure every draft is put to the same test
//    instead of being thrown away: it keeps its token with probability min(1, p(x) / q(x)) and
//    is else drawn from the residual (maximal coupling of q and p: arXiv 2510.24211). Its
//    distribution is p afterwards, whether it was kept or not; keeping the old q is a bias.
//
// Every rule leaves the distribution of the sequence unchanged.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/sweep.h"

namespace jacobiscope {

enum class AcceptRule { Match, Speculative, Coupled };

// A drafted token and what it was drawn from.
struct Draft {
  int token = -1;
  std::span<const float> q;  // [V], sums to 1; empty: it was certain (one-hot)

  float probability() const { return q.empty() ? 1.0f : q[token]; }
};

// Numbers in [0, 1) for one position, independent of everything else.
struct Draws {
  float accept = 0;  // compared with p(x) / q(x)
  float token = 0;   // chooses from p or the residual by inversion
};

// What a rule says of one position.
struct Judged {
  int token = -1;      // that stands there now; drawn from p (or kept)
  TokenState state = TokenState::Drawn;
  float draftP = 0;    // q(draft), NaN without a draft
  float targetP = 0;   // p(draft), or p(token) without a draft
  float draw = 0;      // Draws::accept where it was used, else NaN
  float change = 0;    // probability of a rejection; Match: 1 - p(draft); NaN without a draft
};

struct Judgement {
  std::vector<Judged> positions;  // as many as there are target distributions
  int settled = 0;                // positions [0, settled) are final, at least 1
};

// p: [W, V] row-major, every row sums to 1. drafts: [W - 1] or fewer; positions without a draft
// are drawn from p. draws: [W]; where `gumbel` [W, V] is given, a token is drawn as
// argmax(log p + gumbel) instead of by inversion (rule Match, and wherever p itself is drawn
// from). After the pass the distribution of every position that is not final is its row of p.
Judgement judge(AcceptRule rule, std::span<const float> p, int vocabulary,
                std::span<const Draft> drafts, std::span<const Draws> draws,
                std::span<const float> gumbel = {});

// The token at which the cumulated probability passes u in [0, 1); never one of probability 0.
int drawToken(std::span<const float> p, float u);
// argmax(log p + gumbel); never a token of probability 0.
int drawToken(std::span<const float> p, std::span<const float> gumbel);
// max(0, p - q) / sum, with q one-hot at `token` where q is empty. Where p = q nothing is left:
// then p itself.
std::vector<float> residual(std::span<const float> p, const Draft& draft);

// Logits to the distribution that is sampled from: divided by the temperature, all but the
// top_k largest removed (ties at the border stay), softmax, then the smallest set of tokens
// whose probability reaches top_p (the most probable is always in it), renormalised. 0 or above
// the vocabulary: no top_k; 1: no top_p. Temperature 0: all probability on the largest logit
// (the first of equals). In place, [V].
struct Filter {
  double temperature = 1;
  int topK = 0;
  double topP = 1;
};
void toProbabilities(std::span<float> logits, const Filter& filter);

// The `count` most probable tokens, most probable first; fewer where fewer have probability.
std::vector<int> mostProbable(std::span<const float> p, int count);

}  // namespace jacobiscope
