// The tokens of one picture while it is decoded: what is settled, what is drafted, and the
// distributions that go with it.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/t2i/knobs.h"
#include "engine/t2i/window_rule.h"

namespace jacobiscope {

class TokenDrafts {
 public:
  // Numbers are drawn by seed, picture of the batch, position and call. `guess`: tokens [N] of
  // an earlier run, taken as fresh drafts where the sample does not depend on drafts: a seed
  // means the same picture with and without them. May be empty.
  TokenDrafts(const GptConfig& config, std::uint64_t seed, int picture,
              std::vector<std::int32_t> guess);

  int settled() const { return m_settled; }
  bool done() const { return m_settled == static_cast<int>(m_tokens.size()); }
  // Settled ones, then the drafts as they stand; -1 where there is neither. [N]
  const std::vector<std::int32_t>& tokens() const { return m_tokens; }
  const std::vector<DraftRow>& drafts() const { return m_drafts; }
  // For a later run: tokens(), and where there is none the guess that this run began from.
  std::vector<std::int32_t> guess() const;

  std::size_t bytes() const;  // about what a copy takes

  // Fills the drafts up for a pass over `window` inputs, or takes away what is too much.
  void refill(const T2iSettings& settings, std::int64_t call);
  // What the next pass puts in: the last settled token and the drafts.
  std::vector<std::int64_t> inputs() const;
  // Positions that the pass after refill() predicts.
  int width() const { return static_cast<int>(m_drafts.size()) + 1; }

  // Puts the drafts to the test: p [width, V] of the positions from settled() on. The drafts
  // that were tested are left in `tested`.
  Judgement judge(const T2iSettings& settings, const Tensor& p, std::int64_t call,
                  std::vector<DraftRow>& tested);

 private:
  // A token, or -1 with the distribution that it is to be drawn from.
  DraftRow origin(const T2iSettings& settings, int position, std::int64_t call);
  // Draws what is open among the drafts from `from` on, together: on a GPU that is one reading.
  void drawOpen(const T2iSettings& settings, std::size_t from, std::int64_t call);
  Tensor distributionAt(int position) const;
  float uniform(int position, std::int64_t call) const;
  // Frozen noise of `width` positions from m_settled on, [width * V].
  std::vector<float> gumbel(int width);

  int m_grid, m_vocabulary;
  std::uint64_t m_seed;
  std::uint32_t m_picture;
  std::vector<std::int32_t> m_guess;
  std::vector<std::int32_t> m_tokens;
  int m_settled = 0;
  std::vector<DraftRow> m_drafts;  // of the positions from m_settled on
  // The newest distributions of the positions [m_firstRow, ...) in a row: as far back as the
  // row above, which fresh drafts may be drawn from.
  std::deque<Tensor> m_rows;
  int m_firstRow = 0;
  std::deque<std::vector<float>> m_noise;  // Gumbel, of the positions from m_settled on
  Tensor m_uniform;  // [V], what random drafts are drawn from
};

}  // namespace jacobiscope
