#include "engine/vla/chunk_solver.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "engine/core/error.h"

namespace jacobiscope {

ChunkSolver::ChunkSolver(const PreparedLlama& llama, std::function<Tensor()> prefix,
                         std::vector<std::int64_t> ids, const ChunkSettings& settings,
                         std::vector<std::int64_t> guess)
    : m_llama(llama), m_prefix(std::move(prefix)), m_ids(std::move(ids)), m_settings(settings),
      m_tokens(std::move(guess)) {
  if (m_tokens.empty()) throw UsageError("A chunk has at least one token.");
}

Tensor ChunkSolver::drafts(int from, int to) const {
  const std::vector<std::int64_t> tokens(m_tokens.begin() + from, m_tokens.begin() + to);
  return torch::tensor(tokens, torch::kInt64).unsqueeze(0);
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
  if (m_settings.rule == ChunkRule::Autoregressive || pass.inputs == 0) return false;
  if (m_settings.exit > 0 && m_iterations >= m_settings.exit) return true;
  return m_settings.rule == ChunkRule::Bounded &&
         std::ranges::all_of(pass.moved, [&](int bins) { return bins <= m_settings.exitBins; });
}

ChunkPass ChunkSolver::step() { return m_pass ? iterate() : begin(); }

ChunkPass ChunkSolver::begin() {
  const bool folds = m_settings.fold && m_settings.rule != ChunkRule::Autoregressive;
  // What follows the last token is of no interest.
  const int inputs = folds ? size() - 1 : 0;
  m_pass.emplace(m_llama, m_prefix(), Tensor(), size(), inputs > 0 ? drafts(0, inputs) : Tensor());
  std::vector<std::int64_t> said = likeliest(m_pass->first());
  if (inputs > 0) {
    const std::vector<std::int64_t> behind = likeliest(m_pass->behindDrafts());
    said.insert(said.end(), behind.begin(), behind.end());
  }
  return take(0, inputs, said);
}

ChunkPass ChunkSolver::iterate() {
  // Inputs are tokens from the first whose keys and values are not cached: the last settled one,
  // or all of them where nothing is frozen.
  const int from = m_pass->committed();
  const int to = m_settings.rule == ChunkRule::Autoregressive ? m_frontier : size() - 1;
  return take(from + 1, to - from, likeliest(m_pass->run(drafts(from, to))));
}

ChunkPass ChunkSolver::take(int begin, int inputs, const std::vector<std::int64_t>& said) {
  ++m_calls;
  if (inputs > 0) ++m_iterations;
  ChunkPass pass{begin, inputs, {}, m_frontier, false, false};
  // What is said behind a settled prefix is final; it settles more as long as drafts were right.
  bool final = true;
  for (int i = 0; i < static_cast<int>(said.size()); ++i) {
    std::int64_t& token = m_tokens[begin + i];
    pass.moved.push_back(static_cast<int>(std::abs(said[i] - token)));
    if (final) m_frontier = std::max(m_frontier, begin + i + 1);
    final = final && said[i] == token;
    token = said[i];
  }
  // Rows of drafts that were right are kept; the token said last in the settled prefix has not
  // been read yet.
  const int read = std::min(m_frontier - 1 - m_pass->committed(), inputs);
  if (m_settings.freeze) m_pass->commit(read);
  else m_pass->rollback();

  pass.frontier = m_frontier;
  pass.early = m_frontier < size() && exits(pass);
  m_done = pass.done = m_frontier >= size() || pass.early;
  return pass;
}

}  // namespace jacobiscope
