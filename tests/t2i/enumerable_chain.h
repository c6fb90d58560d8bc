// An autoregressive model so small that the probability of every sequence is known: random
// tables of logits for every prefix, with and without condition, combined and filtered as a
// decoder of pictures does.
#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "engine/core/random.h"
#include "engine/t2i/distribution.h"

struct ChainSetting {
  int vocabulary = 3, length = 5;
  float guidance = 1;  // u + s (c - u) on the logits
  jacobiscope::Filter filter = {};
};

class EnumerableChain {
 public:
  EnumerableChain(std::uint64_t seed, const ChainSetting& setting)
      : m_vocabulary(setting.vocabulary), m_length(setting.length) {
    using namespace jacobiscope;
    for (int count = 1, depth = 0; depth < m_length; ++depth, count *= m_vocabulary) {
      const auto depth32 = static_cast<std::uint32_t>(depth);
      const auto size = static_cast<std::size_t>(count * m_vocabulary);
      std::vector<float> table = normals(seed, Purpose::Data, 2 * depth32, size);
      const std::vector<float> other = normals(seed, Purpose::Data, 2 * depth32 + 1, size);
      for (std::size_t i = 0; i < size; ++i) {
        table[i] = other[i] + setting.guidance * (table[i] - other[i]);
      }
      for (std::size_t i = 0; i < size; i += static_cast<std::size_t>(m_vocabulary)) {
        toProbabilities(std::span(table).subspan(i, static_cast<std::size_t>(m_vocabulary)),
                        setting.filter);
      }
      m_tables.push_back(std::move(table));
    }
    enumerate();
  }

  int vocabulary() const { return m_vocabulary; }
  int length() const { return m_length; }

  // A sequence or prefix is a number in base V, its first token foremost.
  int append(int prefix, int token) const { return prefix * m_vocabulary + token; }
  // The distribution [V] of the token behind a prefix of `depth` tokens.
  std::span<const float> next(int depth, int prefix) const {
    const auto size = static_cast<std::size_t>(m_vocabulary);
    return std::span(m_tables[static_cast<std::size_t>(depth)])
        .subspan(static_cast<std::size_t>(prefix) * size, size);
  }
  // Of all V^length sequences.
  const std::vector<double>& probabilities() const { return m_probabilities; }

 private:
  void enumerate() {
    m_probabilities = {1};
    for (const std::vector<float>& table : m_tables) {
      std::vector<double> longer;
      for (std::size_t i = 0; i < table.size(); ++i) {
        longer.push_back(m_probabilities[i / static_cast<std::size_t>(m_vocabulary)] * table[i]);
      }
      m_probabilities = std::move(longer);
    }
  }

  int m_vocabulary, m_length;
  std::vector<std::vector<float>> m_tables;  // per depth [V^depth, V]
  std::vector<double> m_probabilities;
};

// How well counts agree with probabilities.
struct Fit {
  double chi2 = 0, df = 0;
  bool impossible = false;  // something of probability 0 was seen

  // Of the chi-square distribution as a normal one (Wilson and Hilferty 1931).
  double z() const {
    if (impossible) return std::numeric_limits<double>::infinity();
    const double variance = 2 / (9 * df);
    return (std::cbrt(chi2 / df) - (1 - variance)) / std::sqrt(variance);
  }
  void add(const Fit& other) {
    chi2 += other.chi2;
    df += other.df;
    impossible = impossible || other.impossible;
  }
};

// Cells in which fewer than five are expected are taken together.
inline Fit fit(const std::vector<int>& counts, const std::vector<double>& probabilities) {
  double total = 0;
  for (const int count : counts) total += count;
  Fit fit;
  double rareCount = 0, rareExpected = 0;
  const auto addCell = [&fit](double count, double expected) {
    fit.chi2 += (count - expected) * (count - expected) / expected;
    fit.df += 1;
  };
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double expected = total * probabilities[i];
    if (expected == 0) {
      fit.impossible = fit.impossible || counts[i] > 0;
    } else if (expected < 5) {
      rareCount += counts[i];
      rareExpected += expected;
    } else {
      addCell(counts[i], expected);
    }
  }
  if (rareExpected > 0) addCell(rareCount, rareExpected);
  fit.df -= 1;
  return fit;
}
