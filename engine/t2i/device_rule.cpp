// The acceptance rules in Torch's operations: the whole window at once, no loop over tokens
// that reads the device.
#include <cmath>

#include "engine/core/error.h"
#include "engine/t2i/window_rule.h"

namespace jacobiscope::device_rule {

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Tensor onDevice(const std::vector<float>& values, const Tensor& like) {
  return torch::tensor(values).to(like.device());
}

// Inversion: the first token whose cumulated probability passes u, [n] from p [n, V], u [n].
Tensor invert(const Tensor& p, const Tensor& u) {
  const Tensor sums = p.to(torch::kFloat64).cumsum(1);
  const Tensor mark = u.to(torch::kFloat64).unsqueeze(1) * sums.slice(1, -1);
  const Tensor found = torch::searchsorted(sums, mark, false, /*right=*/true).squeeze(1);
  // Rounding at the very end must not pick a token of probability 0 behind the last.
  const Tensor places = torch::arange(p.size(1), found.options());
  const Tensor last = torch::where(p > 0, places, torch::zeros_like(places)).amax(1);
  return torch::minimum(found, last);
}

Tensor draw(const Tensor& p, const Tensor& u, const std::vector<float>& gumbel) {
  if (gumbel.empty()) return invert(p, u);
  return (p.log() + onDevice(gumbel, p).view_as(p)).argmax(1);
}

// The drafts' distributions [k, V], one-hot where they have none.
Tensor draftRows(const Tensor& p, const std::vector<DraftRow>& drafts, const Tensor& tokens) {
  const auto count = static_cast<std::int64_t>(drafts.size());
  Tensor q = torch::zeros({count, p.size(1)}, p.options()).scatter_(1, tokens.unsqueeze(1), 1.0);
  std::vector<Tensor> rows;
  std::vector<std::int64_t> which;
  for (std::int64_t i = 0; i < count; ++i) {
    if (!drafts[i].q.defined()) continue;
    rows.push_back(drafts[i].q);
    which.push_back(i);
  }
  if (!rows.empty()) q.index_copy_(0, torch::tensor(which).to(p.device()), torch::stack(rows));
  return q;
}

Tensor tokensOf(const std::vector<DraftRow>& drafts, const Tensor& like) {
  std::vector<std::int64_t> tokens;
  for (const DraftRow& draft : drafts) tokens.push_back(draft.token);
  return torch::tensor(tokens, torch::kInt64).to(like.device());
}

// max(0, p - q) / sum, or p where nothing is left.
Tensor residualRows(const Tensor& p, const Tensor& q) {
  const Tensor left = (p - q).clamp_min(0);
  const Tensor sum = left.sum(1, true);
  return torch::where(sum > 0, left / sum.clamp_min(1e-38), p);
}

}  // namespace

Tensor targetRows(const Tensor& logits, const Filter& filter) {
  const Tensor x = logits.to(torch::kFloat32);
  if (filter.temperature == 0) {
    return torch::zeros_like(x).scatter_(-1, x.argmax(-1, true), 1.0);
  }
  // The largest becomes 0, so that a tiny temperature makes no infinity.
  Tensor scaled = (x - x.amax(-1, true)) * (1 / std::max(filter.temperature, 1e-30));
  if (filter.topK > 0 && filter.topK < x.size(-1)) {
    const Tensor border = std::get<0>(scaled.topk(filter.topK, -1)).slice(-1, -1);
    scaled = scaled.masked_fill(scaled < border, -std::numeric_limits<float>::infinity());
  }
  Tensor p = torch::softmax(scaled, -1);
  if (filter.topP < 1) {
    const auto [sorted, order] = p.sort(/*stable=*/true, -1, /*descending=*/true);
    // A token stays while what came before it falls short of top_p; the first always does.
    const Tensor before = sorted.cumsum(-1) - sorted;
    const Tensor kept = sorted.masked_fill(before >= std::max(filter.topP, 1e-30), 0);
    p = torch::zeros_like(p).scatter_(-1, order, kept);
    p = p / p.sum(-1, true);
  }
  return p;
}

Judgement judgeRows(AcceptRule rule, const Tensor& p, const std::vector<DraftRow>& drafts,
                    const std::vector<Draws>& draws, const std::vector<float>& gumbel) {
  const auto width = p.size(0);
  const auto tested = std::min<std::int64_t>(std::ssize(drafts), width);
  std::vector<float> accept, choose;
  for (const Draws& one : draws) {
    accept.push_back(one.accept);
    choose.push_back(one.token);
  }
  const Tensor u = onDevice(choose, p);
  const Tensor drawn = draw(p, u, gumbel);
  std::vector<Tensor> columns = {drawn.to(torch::kFloat64),
                                 p.gather(1, drawn.unsqueeze(1)).squeeze(1).to(torch::kFloat64)};
  if (tested > 0) {
    const std::vector<DraftRow> first(drafts.begin(), drafts.begin() + tested);
    const Tensor tokens = tokensOf(first, p), target = p.slice(0, 0, tested);
    const Tensor q = draftRows(p, first, tokens);
    const Tensor px = target.gather(1, tokens.unsqueeze(1)).squeeze(1);
    const Tensor qx = q.gather(1, tokens.unsqueeze(1)).squeeze(1);
    const Tensor again = invert(residualRows(target, q), u.slice(0, 0, tested));
    const auto pad = [&](const Tensor& t) {
      return torch::constant_pad_nd(t.to(torch::kFloat64), {0, width - tested});
    };
    for (const Tensor& t : {px, qx, again}) columns.push_back(pad(t));
  }
  const Tensor all = torch::stack(columns).to(torch::kCPU).contiguous();
  const auto at = [&](int column, std::int64_t i) { return all[column].data_ptr<double>()[i]; };
  if (!std::isfinite(all.sum().item<double>())) {
    throw Error("The model's output is not a number.");
  }
  Judgement judgement;
  bool open = true;  // everything before is final
  for (std::int64_t i = 0; i < width; ++i) {
    const int y = static_cast<int>(at(0, i));
    Judged one = {y, open ? TokenState::Drawn : TokenState::Redrawn, kNan,
                  static_cast<float>(at(1, i)), kNan, kNan};
    const bool test = i < tested && (open || rule != AcceptRule::Speculative);
    if (test) {
      const float px = static_cast<float>(at(2, i)), qx = static_cast<float>(at(3, i));
      const int x = drafts[i].token;
      one.draftP = qx;
      one.targetP = px;
      bool passes = x == y;
      if (rule == AcceptRule::Match) {
        one.change = 1 - px;
      } else {
        one.change = 1 - std::min(1.0f, px / qx);
        one.draw = accept[i];
        passes = double{accept[i]} * qx < px;  // in double, as verify.cpp
        one.token = passes ? x : static_cast<int>(at(4, i));
      }
      one.state = passes ? (open ? TokenState::Accepted : TokenState::Kept)
                         : (open ? TokenState::Resampled : TokenState::Redrawn);
      if (open) judgement.settled = static_cast<int>(i) + 1;
      open = open && passes;
    } else if (open) {
      judgement.settled = static_cast<int>(i) + 1;
      open = false;
    }
    judgement.positions.push_back(one);
  }
  return judgement;
}

std::vector<int> drawRows(const std::vector<Tensor>& rows, const std::vector<float>& uniforms,
                          const std::vector<float>& gumbel) {
  if (rows.empty()) return {};
  const Tensor p = torch::stack(rows);
  const Tensor tokens = draw(p, onDevice(uniforms, p), gumbel).to(torch::kCPU).contiguous();
  const auto* first = tokens.data_ptr<std::int64_t>();
  return std::vector<int>(first, first + tokens.numel());
}

std::vector<TopTokens> topTokens(const Tensor& p, const std::vector<DraftRow>& drafts,
                                 const Judgement& judgement, int count) {
  Tensor from = p;
  std::vector<std::int64_t> replaced;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(p.size(0), std::ssize(drafts)); ++i) {
    if (judgement.positions[i].token != drafts[i].token && !std::isnan(judgement.positions[i].draw)) {
      replaced.push_back(i);
    }
  }
  if (!replaced.empty()) {
    const Tensor which = torch::tensor(replaced).to(p.device());
    const Tensor q = draftRows(p, drafts, tokensOf(drafts, p));
    from = p.index_copy(0, which, residualRows(p.index_select(0, which), q.index_select(0, which)));
  }
  const auto [values, places] = from.topk(std::min<std::int64_t>(count, p.size(1)), 1);
  const Tensor v = values.to(torch::kCPU).contiguous(), t = places.to(torch::kCPU).contiguous();
  std::vector<TopTokens> tops(p.size(0));
  for (std::int64_t i = 0; i < p.size(0); ++i) {
    for (std::int64_t k = 0; k < v.size(1); ++k) {
      const float probability = v[i].data_ptr<float>()[k];
      if (probability <= 0) break;
      tops[i].tokens.push_back(static_cast<int>(t[i].data_ptr<std::int64_t>()[k]));
      tops[i].probabilities.push_back(probability);
    }
  }
  return tops;
}

}  // namespace jacobiscope::device_rule
