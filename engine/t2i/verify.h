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
// Every rule leaves the distribution of the sequence unchanged, as long as q, and whether there
// is a draft at all, depend on positions before the draft's only (on drafts, distributions and
// outcomes there), and on numbers drawn for it that q is given.
#pragma once

#include <span>
#include <vector>

#include "engine/core/sweep.h"
#include "engine/t2i/distribution.h"

namespace jacobiscope {

enum class AcceptRule { Match, Speculative, Coupled };

// A drafted token and what it was drawn from.
struct Draft {
  int token = -1;
  std::span<const float> q;  // [V], sums to 1; empty: it was certain (one-hot)

  float probability() const { return q.empty() ? 1.0f : q[static_cast<std::size_t>(token)]; }
};

// Numbers in [0, 1) for one position and pass, independent of everything else.
struct Draws {
  float accept = 0;  // compared with p(x) / q(x)
  float token = 0;   // chooses from p or the residual by inversion
};

// What a rule says of one position. A draft that is not put to the test (Speculative, behind
// the first failure) is as good as none.
struct Judged {
  int token = -1;  // that stands there now; drawn from p (or kept)
  TokenState state = TokenState::Drawn;
  float draftP = 0;   // q(draft), NaN without a draft
  float targetP = 0;  // p(draft), or p(token) without a draft
  float draw = 0;     // Draws::accept where it was used, else NaN
  float change = 0;   // probability of a rejection; Match: 1 - p(draft); NaN without a draft
};

struct Judgement {
  std::vector<Judged> positions;  // as many as there are target distributions
  int settled = 0;                // positions [0, settled) are final, at least 1
};

// p: [W, V] row-major, every row sums to 1, W at least 1. drafts: [W] or fewer, of the first
// positions (W - 1 after a pass over a settled token and W - 1 drafts); positions without a
// draft are drawn from p, and the first of them is the last that can be final. draws: [W];
// where `gumbel` [W, V] is given, a token is drawn as argmax(log p + gumbel) instead of by
// inversion (rule Match, and wherever p itself is drawn from). After the pass the distribution
// of every position that is not final is its row of p. Throws Error where p is not a number.
Judgement judge(AcceptRule rule, std::span<const float> p, int vocabulary,
                std::span<const Draft> drafts, std::span<const Draws> draws,
                std::span<const float> gumbel = {});

// max(0, p - q) / sum, with q one-hot at `token` where q is empty. Where p = q nothing is left:
// then p itself.
std::vector<float> residual(std::span<const float> p, const Draft& draft);

}  // namespace jacobiscope
