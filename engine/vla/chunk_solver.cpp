#include "engine/vla/chunk_solver.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "engine/core/error.h"

namespace jacobiscope {

ChunkSolver::ChunkSolver(LlamaPass& pass, const std::vector<std::int64_t>& ids,
                         const ChunkSettings& settings, std::vector<std::int64_t> guess)
    : m_pass(pass), m_ids(ids), m_settings(settings), m_tokens(std::move(guess)) {
  if (m_tokens.empty()) throw UsageError("A chunk has at least one token.");
  if (size() > pass.capacity()) {
    throw UsageError("A chunk of " + std::to_string(size()) + " tokens was asked for, and the " +
                     "pass has room for " + std::to_string(pass.capacity()) + ".");
  }
  m_tokens[0] = likeliest(pass.first()).front();
  m_done = size() == 1;
}

std::vector<std::int64_t> ChunkSolver::likeliest(const Tensor& logits) const {
  const Tensor best = logits.argmax(-1).flatten().to(torch::kCPU);
  std::vector<std::int64_t> found(best.data_ptr<std::int64_t>(),
                                  best.data_ptr<std::int64_t>() + best.numel());
  if (m_ids.empty()) return found;
  for (std::int64_t& token : found) token = m_ids[token];
  return found;
}

bool ChunkSolver::exits(const ChunkPass& pass) const {
  if (m_settings.rule == ChunkRule::Autoregressive) return false;
  if (m_settings.exit > 0 && m_passes >= m_settings.exit) return true;
  return m_settings.rule == ChunkRule::Bounded &&
         std::ranges::all_of(pass.moved, [&](int bins) { return bins <= m_settings.exitBins; });
}

ChunkPass ChunkSolver::step() {
  // Inputs are tokens from the first whose keys and values are not cached: the last settled one,
  // or all of them where nothing is frozen.
  const int from = m_pass.committed();
  const bool one = m_settings.rule == ChunkRule::Autoregressive;
  const int to = one ? m_frontier : size() - 1;
  const Tensor inputs = torch::tensor(
      std::vector<std::int64_t>(m_tokens.begin() + from, m_tokens.begin() + to), torch::kInt64);
  const std::vector<std::int64_t> said =
      likeliest(m_pass.run(inputs.unsqueeze(0).to(m_pass.first().device())));
  ++m_passes;

  ChunkPass pass{from + 1, to - from, {}, m_frontier, false, false};
  // What follows a settled prefix is exact; it settles more as long as the drafts were right.
  bool exact = true;
  for (int i = from; i < to; ++i) {
    std::int64_t& token = m_tokens[i + 1];
    const std::int64_t now = said[i - from];
    pass.moved.push_back(static_cast<int>(std::abs(now - token)));
    if (exact) m_frontier = std::max(m_frontier, i + 2);
    exact = exact && now == token;
    token = now;
  }
  // One token beyond those that were right is exact, too, but has not been read yet.
  if (m_settings.freeze) m_pass.commit(std::min(m_frontier - 1 - from, to - from));
  else m_pass.rollback();

  pass.frontier = m_frontier;
  pass.early = m_frontier < size() && exits(pass);
  m_done = pass.done = m_frontier >= size() || pass.early;
  return pass;
}

}  // namespace jacobiscope
