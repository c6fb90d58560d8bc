#include "engine/t2i/verify.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/core/error.h"

namespace jacobiscope {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

// max(0, p - q), not normalised.
void takeExcess(std::span<const float> p, const Draft& draft, std::vector<float>& excess) {
  excess.assign(p.begin(), p.end());
  if (draft.q.empty()) {
    excess[static_cast<std::size_t>(draft.token)] = 0;
    return;
  }
  for (std::size_t i = 0; i < p.size(); ++i) excess[i] = std::max(0.0f, p[i] - draft.q[i]);
}

void check(std::size_t numbers, std::size_t vocabulary, std::span<const Draft> drafts,
           std::size_t draws, std::size_t gumbels) {
  bool fits = vocabulary > 0 && numbers > 0 && numbers % vocabulary == 0 &&
              drafts.size() <= numbers / vocabulary && draws >= numbers / vocabulary &&
              (gumbels == 0 || gumbels == numbers);
  for (const Draft& draft : drafts) {
    fits = fits && draft.token >= 0 && static_cast<std::size_t>(draft.token) < vocabulary &&
           (draft.q.empty() || draft.q.size() == vocabulary);
  }
  if (!fits) throw Error("drafts, draws and target distributions do not fit together");
}

TokenState stateOf(bool settling, bool tested, bool stands) {
  if (!settling) return stands ? TokenState::Kept : TokenState::Redrawn;
  if (!tested) return TokenState::Drawn;
  return stands ? TokenState::Accepted : TokenState::Resampled;
}

// One position: its target distribution and the numbers drawn for it.
struct Position {
  std::span<const float> p, gumbel;
  Draws draws;

  int drawn() const { return gumbel.empty() ? drawToken(p, draws.token) : drawToken(p, gumbel); }
  float target(int token) const {
    const float probability = p[static_cast<std::size_t>(token)];
    if (std::isnan(probability)) throw Error("the model's output is not a number");
    return probability;
  }
};

Judged drawAfresh(const Position& position) {
  Judged judged{.draftP = kNone, .draw = kNone, .change = kNone};
  judged.token = position.drawn();
  judged.targetP = position.target(judged.token);
  return judged;
}

Judged compare(const Position& position, const Draft& draft) {
  Judged judged{.draftP = draft.probability(), .draw = kNone};
  judged.targetP = position.target(draft.token);
  judged.token = position.drawn();
  judged.change = 1 - judged.targetP;
  return judged;
}

// Keeps the draft with probability min(1, p / q), and draws from the residual otherwise.
Judged couple(const Position& position, const Draft& draft, std::vector<float>& scratch,
              bool& stands) {
  Judged judged{.token = draft.token, .draftP = draft.probability(),
                .draw = position.draws.accept};
  judged.targetP = position.target(draft.token);
  // In double the product is exact, so that p >= q always passes and p = 0 never does.
  stands = double{judged.draw} * judged.draftP < judged.targetP;
  judged.change = judged.targetP < judged.draftP ? 1 - judged.targetP / judged.draftP : 0;
  if (stands) return judged;
  takeExcess(position.p, draft, scratch);
  const bool left = std::ranges::any_of(scratch, [](float excess) { return excess > 0; });
  judged.token = left ? drawToken(scratch, position.draws.token) : position.drawn();
  return judged;
}

}  // namespace

Judgement judge(AcceptRule rule, std::span<const float> p, int vocabulary,
                std::span<const Draft> drafts, std::span<const Draws> draws,
                std::span<const float> gumbel) {
  const auto size = static_cast<std::size_t>(std::max(vocabulary, 0));
  check(p.size(), size, drafts, draws.size(), gumbel.size());
  const std::size_t count = p.size() / size;
  Judgement judgement;
  judgement.positions.reserve(count);
  std::vector<float> scratch;
  bool settling = true;  // every draft up to here stands
  for (std::size_t i = 0; i < count; ++i) {
    const Position position{p.subspan(i * size, size),
                            gumbel.empty() ? gumbel : gumbel.subspan(i * size, size), draws[i]};
    const bool tested = i < drafts.size() && (settling || rule != AcceptRule::Speculative);
    bool stands = false;
    Judged judged;
    if (!tested) {
      judged = drawAfresh(position);
    } else if (rule == AcceptRule::Match) {
      judged = compare(position, drafts[i]);
      stands = judged.token == drafts[i].token;
    } else {
      judged = couple(position, drafts[i], scratch, stands);
    }
    judged.state = stateOf(settling, tested, stands);
    judgement.settled += settling;
    settling = settling && stands;
    judgement.positions.push_back(judged);
  }
  return judgement;
}

std::vector<float> residual(std::span<const float> p, const Draft& draft) {
  std::vector<float> rest;
  takeExcess(p, draft, rest);
  const double sum = std::accumulate(rest.begin(), rest.end(), 0.0);
  if (!(sum > 0)) return {p.begin(), p.end()};
  for (float& number : rest) number = static_cast<float>(number / sum);
  return rest;
}

}  // namespace jacobiscope
