#include "engine/t2i/window_rule.h"

namespace jacobiscope {

namespace {

std::span<const float> row(const Tensor& tensor) {
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

std::span<const float> rowOf(const Tensor& p, std::int64_t index) {
  const std::int64_t v = p.size(1);
  return {p.data_ptr<float>() + index * v, static_cast<std::size_t>(v)};
}

Draft plain(const DraftRow& draft) {
  return {draft.token, draft.q.defined() ? row(draft.q) : std::span<const float>{}};
}

bool replaced(TokenState state) {
  return state == TokenState::Resampled || state == TokenState::Redrawn;
}

}  // namespace

Tensor targetRows(const Tensor& logits, const Filter& filter) {
  if (!logits.device().is_cpu()) return device_rule::targetRows(logits, filter);
  Tensor rows = logits.contiguous().clone();
  const std::int64_t v = rows.size(-1), count = rows.numel() / v;
  float* first = rows.data_ptr<float>();
  at::parallel_for(0, count, 8, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t i = from; i < to; ++i) {
      toProbabilities({first + i * v, static_cast<std::size_t>(v)}, filter);
    }
  });
  return rows;
}

Judgement judgeRows(AcceptRule rule, const Tensor& p, const std::vector<DraftRow>& drafts,
                    const std::vector<Draws>& draws, const std::vector<float>& gumbel) {
  if (!p.device().is_cpu()) return device_rule::judgeRows(rule, p, drafts, draws, gumbel);
  std::vector<Draft> plainDrafts;
  for (const DraftRow& draft : drafts) plainDrafts.push_back(plain(draft));
  return judge(rule, row(p), static_cast<int>(p.size(1)), plainDrafts, draws, gumbel);
}

std::vector<int> drawRows(const std::vector<Tensor>& rows, const std::vector<float>& uniforms,
                          const std::vector<float>& gumbel) {
  if (!rows.empty() && !rows[0].device().is_cpu()) {
    return device_rule::drawRows(rows, uniforms, gumbel);
  }
  std::vector<int> tokens;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto p = row(rows[i]);
    tokens.push_back(gumbel.empty()
                         ? drawToken(p, uniforms[i])
                         : drawToken(p, std::span(gumbel).subspan(i * p.size(), p.size())));
  }
  return tokens;
}

std::vector<TopTokens> topTokens(const Tensor& p, const std::vector<DraftRow>& drafts,
                                 const Judgement& judgement, int count) {
  if (!p.device().is_cpu()) return device_rule::topTokens(p, drafts, judgement, count);
  std::vector<TopTokens> tops;
  for (std::int64_t i = 0; i < p.size(0); ++i) {
    std::span<const float> from = rowOf(p, i);
    std::vector<float> left;
    if (i < std::ssize(drafts) && replaced(judgement.positions[i].state) &&
        !std::isnan(judgement.positions[i].draw)) {
      left = residual(from, plain(drafts[i]));
      from = left;
    }
    TopTokens top;
    top.tokens = mostProbable(from, count);
    for (const int token : top.tokens) top.probabilities.push_back(from[token]);
    tops.push_back(std::move(top));
  }
  return tops;
}

}  // namespace jacobiscope
