#include "engine/t2i/drafts.h"

#include <algorithm>
#include <cmath>

#include "engine/core/random.h"

namespace jacobiscope {

namespace {

// Four numbers in [0, 1) for a position: of one call, or of none where they are frozen.
std::array<float, 4> numbers(std::uint64_t seed, Purpose purpose, std::uint32_t picture,
                             std::uint32_t position, std::uint32_t index) {
  const auto words =
      philox({position, index, picture, static_cast<std::uint32_t>(purpose)},
             {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  std::array<float, 4> uniforms;
  // 24 bits: what a float holds without rounding up to 1.
  for (int i = 0; i < 4; ++i) uniforms[i] = static_cast<float>(words[i] >> 8) * 0x1p-24f;
  return uniforms;
}

// Standard Gumbel noise of a position, -log(-log u), which does not depend on the call. [V]
std::vector<float> gumbelNoise(std::uint64_t seed, std::uint32_t picture, int position,
                               int vocabulary) {
  std::vector<float> noise;
  noise.reserve(vocabulary);
  for (int v = 0; v < vocabulary; v += 4) {
    const auto words = philox({static_cast<std::uint32_t>(v / 4),
                               static_cast<std::uint32_t>(position), picture,
                               static_cast<std::uint32_t>(Purpose::Gumbel)},
                              {static_cast<std::uint32_t>(seed),
                               static_cast<std::uint32_t>(seed >> 32)});
    for (int i = 0; i < std::min(4, vocabulary - v); ++i) {
      const double u = (words[i] + 0.5) * 0x1p-32;
      noise.push_back(static_cast<float>(-std::log(-std::log(u))));
    }
  }
  return noise;
}

}  // namespace

TokenDrafts::TokenDrafts(const GptConfig& config, std::uint64_t seed, int picture,
                         std::vector<std::int32_t> guess)
    : m_grid(config.grid), m_vocabulary(config.vocabulary), m_seed(seed), m_picture(picture),
      m_guess(std::move(guess)), m_tokens(config.tokens(), -1) {}

float TokenDrafts::uniform(int position, std::int64_t call) const {
  return numbers(m_seed, Purpose::Draft, m_picture, position, static_cast<std::uint32_t>(call))[0];
}

Tensor TokenDrafts::distributionAt(int position) const {
  const int index = position - m_firstRow;
  return index < 0 || index >= std::ssize(m_rows) ? Tensor() : m_rows[index];
}

std::size_t TokenDrafts::bytes() const {
  const std::size_t distributions = m_rows.size() + m_drafts.size() + m_noise.size();
  return (m_tokens.size() + m_guess.size()) * sizeof(std::int32_t) +
         distributions * static_cast<std::size_t>(m_vocabulary) * sizeof(float);
}

std::vector<std::int32_t> TokenDrafts::guess() const {
  std::vector<std::int32_t> tokens = m_tokens;
  for (std::size_t i = 0; i < std::min(tokens.size(), m_guess.size()); ++i) {
    if (tokens[i] < 0) tokens[i] = m_guess[i];
  }
  return tokens;
}

DraftRow TokenDrafts::origin(const T2iSettings& settings, int position, std::int64_t call) {
  if (settings.fixedPoint() && position < std::ssize(m_guess) && m_guess[position] >= 0) {
    return {m_guess[position], {}};
  }
  if (settings.fresh == FreshDraft::Repeat) return {m_tokens[position - 1], {}};
  Tensor q;
  if (settings.fresh == FreshDraft::Left) q = distributionAt(position - 1);
  if (settings.fresh == FreshDraft::Above) q = distributionAt(position - m_grid);
  if (q.defined()) return {-1, q};
  const int v = m_vocabulary;
  const float u = uniform(position, call);
  const int token = std::min(v - 1, static_cast<int>(u * static_cast<float>(v)));
  if (!settings.trueQ || m_rows.empty()) return {token, {}};
  if (!m_uniform.defined()) m_uniform = torch::full({v}, 1.0 / v, m_rows[0].options());
  return {token, m_uniform};
}

void TokenDrafts::refill(const T2iSettings& settings, std::int64_t call) {
  const int most = std::min(settings.window, static_cast<int>(m_tokens.size()) - m_settled) - 1;
  while (std::ssize(m_drafts) > most) {
    m_drafts.pop_back();
    m_tokens[m_settled + m_drafts.size()] = -1;
  }
  const std::size_t kept = m_drafts.size();
  while (std::ssize(m_drafts) < most) {
    const int position = m_settled + static_cast<int>(m_drafts.size());
    m_drafts.push_back(origin(settings, position, call));
    m_tokens[position] = m_drafts.back().token;
    // Its neighbour on the right may be drawn from the same distribution.
    const int index = position - m_firstRow;
    if (index == std::ssize(m_rows) && index > 0) {
      m_rows.push_back(m_drafts.back().q.defined() ? m_drafts.back().q : m_rows.back());
    }
  }
  drawOpen(settings, kept, call);
}

void TokenDrafts::drawOpen(const T2iSettings& settings, std::size_t from, std::int64_t call) {
  std::vector<std::size_t> open;
  std::vector<Tensor> rows;
  for (std::size_t i = from; i < m_drafts.size(); ++i) {
    if (m_drafts[i].token >= 0) continue;
    open.push_back(i);
    rows.push_back(m_drafts[i].q);
  }
  if (open.empty()) return;
  std::vector<int> tokens;
  if (settings.trueQ) {
    std::vector<float> uniforms, noise;
    for (const std::size_t i : open) uniforms.push_back(uniform(m_settled + i, call));
    if (settings.frozenNoise) {
      // With the noise that the position's token will be drawn with: near distributions then
      // choose the same token more often than by chance.
      gumbel(static_cast<int>(m_drafts.size()));
      for (const std::size_t i : open) noise.insert(noise.end(), m_noise[i].begin(), m_noise[i].end());
    }
    tokens = drawRows(rows, uniforms, noise);
  } else {
    const Tensor best = torch::stack(rows).argmax(1).to(torch::kCPU).contiguous();
    tokens.assign(best.data_ptr<std::int64_t>(), best.data_ptr<std::int64_t>() + best.numel());
  }
  for (std::size_t k = 0; k < open.size(); ++k) {
    DraftRow& draft = m_drafts[open[k]];
    draft.token = tokens[k];
    if (!settings.trueQ) draft.q = Tensor();
    m_tokens[m_settled + open[k]] = draft.token;
  }
}

std::vector<std::int64_t> TokenDrafts::inputs() const {
  std::vector<std::int64_t> tokens = {m_tokens[m_settled - 1]};
  for (const DraftRow& draft : m_drafts) tokens.push_back(draft.token);
  return tokens;
}

std::vector<float> TokenDrafts::gumbel(int width) {
  while (std::ssize(m_noise) < width) {
    const int position = m_settled + static_cast<int>(m_noise.size());
    m_noise.push_back(gumbelNoise(m_seed, m_picture, position, m_vocabulary));
  }
  std::vector<float> noise;
  noise.reserve(static_cast<std::size_t>(width) * m_vocabulary);
  for (int i = 0; i < width; ++i) noise.insert(noise.end(), m_noise[i].begin(), m_noise[i].end());
  return noise;
}

Judgement TokenDrafts::judge(const T2iSettings& settings, const Tensor& p, std::int64_t call,
                             std::vector<DraftRow>& tested) {
  const int width = static_cast<int>(p.size(0));
  std::vector<Draws> draws;
  for (int i = 0; i < width; ++i) {
    const auto u = numbers(m_seed, Purpose::Accept, m_picture, m_settled + i,
                           static_cast<std::uint32_t>(call));
    draws.push_back({u[0], u[1]});
  }
  tested = std::exchange(m_drafts, {});
  const std::vector<float> noise = settings.frozenNoise ? gumbel(width) : std::vector<float>{};
  const Judgement judgement = judgeRows(settings.rule, p, tested, draws, noise);
  // The newest distributions take the place of the old ones, kept drafts' included: a draft
  // that keeps an older q is accepted too often (algorithms.md, B1).
  if (m_rows.empty()) m_firstRow = m_settled;
  m_rows.resize(m_settled - m_firstRow);
  for (int i = 0; i < width; ++i) {
    // Rows of settled positions are kept for long: not with the whole pass that they are part of.
    m_rows.push_back(i < judgement.settled ? p[i].clone() : p[i]);
    m_tokens[m_settled + i] = judgement.positions[i].token;
    if (i >= judgement.settled) {
      m_drafts.push_back({judgement.positions[i].token, m_rows.back()});
    }
  }
  m_settled += judgement.settled;
  const auto spent = std::min<std::ptrdiff_t>(judgement.settled, std::ssize(m_noise));
  m_noise.erase(m_noise.begin(), m_noise.begin() + spent);
  while (m_firstRow < m_settled - m_grid && m_rows.size() > 1) {
    m_rows.pop_front();
    ++m_firstRow;
  }
  return judgement;
}

}  // namespace jacobiscope
