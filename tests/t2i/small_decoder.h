// The least loop that decodes a chain with the acceptance rules: a window, carried drafts with
// the distributions they were drawn from, and every way of making fresh ones.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "engine/t2i/verify.h"
#include "tests/t2i/enumerable_chain.h"

enum class Fresh {
  Certain,    // a random token, one-hot q
  Uniform,    // a random token, q uniform
  Repeat,     // the left neighbour's token, one-hot q
  Neighbour,  // drawn from the left neighbour's distribution, which is q
  Greedy,     // the most probable of the left neighbour's distribution, one-hot q
  Above       // drawn from the distribution of the position kRow before, which is q
};

struct Method {
  jacobiscope::AcceptRule rule = jacobiscope::AcceptRule::Coupled;
  Fresh fresh = Fresh::Uniform;
  int window = 4;
  bool frozen = false;  // Gumbel noise per position instead of draws per pass
  bool oldQ = false;    // the mistake: a kept draft keeps the q it was first drawn from
};

class SmallDecoder {
 public:
  SmallDecoder(const EnumerableChain& chain, const Method& method, std::uint32_t seed)
      : m_chain(chain), m_method(method), m_seed(seed),
        m_positions(static_cast<std::size_t>(chain.length())) {
    std::ranges::copy(chain.next(0, 0), m_start.latest.begin());
  }

  // The sequence of this number; the passes it took are added to passes().
  int decode(std::uint32_t sequence) {
    m_sequence = sequence;
    m_call = 0;
    m_settled = m_prefix = 0;
    for (Position& position : m_positions) position.drafted = false;
    while (m_settled < m_chain.length()) pass();
    return m_prefix;
  }
  // The same noise, one token at a time.
  int decodeInOrder(std::uint32_t sequence) {
    m_sequence = sequence;
    int prefix = 0;
    for (int i = 0; i < m_chain.length(); ++i) {
      prefix = m_chain.append(prefix, jacobiscope::drawToken(m_chain.next(i, prefix), noise(i)));
    }
    return prefix;
  }
  long passes() const { return m_passes; }

 private:
  static constexpr int kRow = 2, kMostTokens = 4;
  using Row = std::array<float, kMostTokens>;

  struct Position {
    int token = 0;
    bool drafted = false;
    bool certain = false;  // the token was drawn from nothing: one-hot
    Row q{};               // what the token was drawn from
    Row latest{};          // what the newest pass says of the position, or else q
  };

  std::array<float, 4> numbers(int position, int call, jacobiscope::Purpose purpose) const {
    const auto words = jacobiscope::philox({static_cast<std::uint32_t>(position),
                                            static_cast<std::uint32_t>(call),
                                            static_cast<std::uint32_t>(purpose), 0},
                                           {m_seed, m_sequence});
    std::array<float, 4> numbers;
    for (std::size_t i = 0; i < 4; ++i) {
      numbers[i] = static_cast<float>(words[i] >> 8) * 0x1p-24f;
    }
    return numbers;
  }
  // [V]
  std::vector<float> noise(int position) const {
    const auto uniform = numbers(position, 0, jacobiscope::Purpose::Gumbel);
    std::vector<float> gumbel;
    for (int i = 0; i < m_chain.vocabulary(); ++i) {
      const double u = double{uniform[static_cast<std::size_t>(i)]} + 0x1p-25;  // in (0, 1)
      gumbel.push_back(static_cast<float>(-std::log(-std::log(u))));
    }
    return gumbel;
  }
  std::span<const float> used(const Row& row) const {
    return std::span(row).first(static_cast<std::size_t>(m_chain.vocabulary()));
  }

  void makeDraft(int at, float u) {
    const int size = m_chain.vocabulary();
    Position& position = m_positions[static_cast<std::size_t>(at)];
    const int back = m_method.fresh == Fresh::Above ? kRow : 1;
    const Position& source = at < back ? m_start : m_positions[static_cast<std::size_t>(at - back)];
    position.drafted = true;
    position.certain = m_method.fresh == Fresh::Certain || m_method.fresh == Fresh::Repeat ||
                       m_method.fresh == Fresh::Greedy;
    if (m_method.fresh == Fresh::Certain || m_method.fresh == Fresh::Uniform) {
      position.token = static_cast<int>(u * static_cast<float>(size));
      position.q.fill(1 / static_cast<float>(size));
    } else if (m_method.fresh == Fresh::Repeat) {
      position.token = source.token;
    } else if (m_method.fresh == Fresh::Greedy) {
      position.token = jacobiscope::mostProbable(used(source.latest), 1).front();
    } else {
      position.q = source.latest;
      position.token = jacobiscope::drawToken(used(position.q), u);
    }
    if (position.certain) {
      position.q.fill(0);
      position.q[static_cast<std::size_t>(position.token)] = 1;
    }
    position.latest = position.q;
  }

  // The window's rows of p, its drafts and numbers.
  void prepare(int rows, int drafts) {
    m_p.clear(), m_drafts.clear(), m_draws.clear(), m_gumbel.clear();
    for (int i = 0, prefix = m_prefix; i < rows; ++i) {
      const int at = m_settled + i;
      Position& position = m_positions[static_cast<std::size_t>(at)];
      const auto random = numbers(at, m_call, jacobiscope::Purpose::Accept);
      m_draws.push_back({random[0], random[1]});
      if (i < drafts && !position.drafted) makeDraft(at, random[2]);
      if (i < drafts) m_drafts.push_back({position.token, {}});
      if (i < drafts && !position.certain) m_drafts.back().q = used(position.q);
      const auto row = m_chain.next(at, prefix);
      m_p.insert(m_p.end(), row.begin(), row.end());
      prefix = m_chain.append(prefix, position.token);
      if (!m_method.frozen) continue;
      const auto gumbel = noise(at);
      m_gumbel.insert(m_gumbel.end(), gumbel.begin(), gumbel.end());
    }
  }

  void pass() {
    using namespace jacobiscope;
    const int open = m_chain.length() - m_settled;
    const int rows = std::min(m_method.window, open);
    prepare(rows, std::min(m_method.window - 1, open));
    const int size = m_chain.vocabulary();
    const Judgement judgement = judge(m_method.rule, m_p, size, m_drafts, m_draws, m_gumbel);
    for (int i = 0; i < rows; ++i) {
      const Judged& judged = judgement.positions[static_cast<std::size_t>(i)];
      Position& position = m_positions[static_cast<std::size_t>(m_settled + i)];
      position.token = judged.token;
      position.drafted = true;
      std::copy_n(m_p.begin() + i * size, size, position.latest.begin());
      if (i < judgement.settled) m_prefix = m_chain.append(m_prefix, judged.token);
      if (m_method.oldQ && judged.state == TokenState::Kept) continue;
      position.q = position.latest;
      position.certain = false;
    }
    m_settled += judgement.settled;
    ++m_call;
    ++m_passes;
  }

  const EnumerableChain& m_chain;
  Method m_method;
  std::uint32_t m_seed, m_sequence = 0;
  Position m_start;  // stands where no position is: as a prompt's last, which was computed first
  std::vector<Position> m_positions;
  int m_call = 0, m_settled = 0, m_prefix = 0;
  long m_passes = 0;
  std::vector<float> m_p, m_gumbel;
  std::vector<jacobiscope::Draft> m_drafts;
  std::vector<jacobiscope::Draws> m_draws;
};
