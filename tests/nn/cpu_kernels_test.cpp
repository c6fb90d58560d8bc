// The kernels against plain loops in double precision, for every instruction set here.
#include <QtTest>

#include <cmath>
#include <random>

#include "engine/nn/cpu_kernels.h"
#include "engine/nn/torch.h"

using namespace jacobiscope;

namespace {

std::vector<float> normalNumbers(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal;
  std::vector<float> numbers(count);
  for (float& v : numbers) v = normal(generator);
  return numbers;
}

Tensor tensorOf(const std::vector<float>& numbers, std::vector<std::int64_t> shape) {
  return torch::tensor(numbers).view(shape);
}

double largestDifference(const std::vector<float>& ours, const Tensor& theirs) {
  return (torch::tensor(ours) - theirs.flatten()).abs().max().item<double>();
}

std::vector<const CpuKernels*> tables() {
  std::vector<const CpuKernels*> list = {&kernels_baseline::table};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    list.push_back(&kernels_avx2::table);
  }
  if (__builtin_cpu_supports("avx512f")) list.push_back(&kernels_avx512::table);
#endif
  return list;
}

}  // namespace

class CpuKernelsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void linearMatchesPlainLoops() {
    for (const CpuKernels* kernels : tables()) {
      for (const int m : {1, 2, 3, 4, 5, 6, 7, 13, 64}) {
        const int k = 70, n = 83;  // neither is a whole number of vectors or panels
        const auto w = normalNumbers(std::size_t(n) * k, 1), b = normalNumbers(n, 2),
                   x = normalNumbers(std::size_t(m) * k, 3);
        const PackedWeight packed = packWeight(w.data(), b.data(), n, k);
        std::vector<float> y(std::size_t(m) * n), added(y.size(), 1.0f), gelu(y.size());
        const int panels = packed.panelCount();
        kernels->linear(packed, x.data(), m, k, y.data(), n, 0, panels, Epilogue::Store);
        kernels->linear(packed, x.data(), m, k, added.data(), n, 0, panels, Epilogue::Add);
        kernels->linear(packed, x.data(), m, k, gelu.data(), n, 0, panels, Epilogue::Gelu);
        for (int i = 0; i < m; ++i) {
          for (int o = 0; o < n; ++o) {
            double sum = b[o];
            for (int j = 0; j < k; ++j) sum += double(w[o * k + j]) * x[i * k + j];
            const std::size_t at = std::size_t(i) * n + o;
            QVERIFY(std::abs(y[at] - sum) < 1e-4);
            QVERIFY(std::abs(added[at] - (sum + 1)) < 1e-4);
            QVERIFY(std::abs(gelu[at] - 0.5 * sum * (1 + std::erf(sum / std::sqrt(2.0)))) < 1e-4);
          }
        }
      }
    }
  }

  void aRowHasTheSameBitsAloneAndAmongOthers() {
    for (const CpuKernels* kernels : tables()) {
      for (const int m : {2, 3, 6, 7, 8, 17}) {
        const int k = 192, n = 100;
        const auto w = normalNumbers(std::size_t(n) * k, 4),
                   x = normalNumbers(std::size_t(m) * k, 5);
        const PackedWeight packed = packWeight(w.data(), nullptr, n, k);
        const int panels = packed.panelCount(), cut = 3;  // as two threads share the panels
        std::vector<float> together(std::size_t(m) * n), alone(n);
        kernels->linear(packed, x.data(), m, k, together.data(), n, 0, cut, Epilogue::Store);
        kernels->linear(packed, x.data(), m, k, together.data(), n, cut, panels, Epilogue::Store);
        for (int i = 0; i < m; ++i) {
          kernels->linear(packed, x.data() + i * k, 1, k, alone.data(), n, 0, panels,
                          Epilogue::Store);
          QVERIFY(std::equal(alone.begin(), alone.end(), together.begin() + std::size_t(i) * n));
        }
      }
    }
  }

  void layerNormMatches() {
    for (const CpuKernels* kernels : tables()) {
      const int c = 67;
      const auto x = normalNumbers(c, 6), w = normalNumbers(c, 7), b = normalNumbers(c, 8);
      std::vector<float> y(c);
      kernels->layerNorm(x.data(), 1, c, w.data(), b.data(), y.data());
      double mean = 0, variance = 0;
      for (float v : x) mean += v / c;
      for (float v : x) variance += (v - mean) * (v - mean) / c;
      for (int i = 0; i < c; ++i) {
        QVERIFY(std::abs(y[i] - ((x[i] - mean) / std::sqrt(variance + 1e-5) * w[i] + b[i])) < 1e-4);
      }
    }
  }

  void rmsNormMatchesTorch() {
    for (const CpuKernels* kernels : tables()) {
      for (const int c : {5, 16, 67, 192}) {
        for (const int m : {1, 4}) {
          auto x = normalNumbers(std::size_t(m) * c, 11);
          const auto w = normalNumbers(c, 12);
          std::fill_n(x.begin(), c, 0.0f);  // a row of nothing stays nothing
          std::vector<float> y(x.size());
          kernels->rmsNorm(x.data(), m, c, w.data(), y.data());
          const Tensor rows = tensorOf(x, {m, c});
          const Tensor scale = torch::rsqrt(rows.square().mean(1, true) + 1e-5);
          QVERIFY(largestDifference(y, rows * scale * torch::tensor(w)) < 1e-5);
        }
      }
    }
  }

  void swigluMatchesTorch() {
    for (const CpuKernels* kernels : tables()) {
      const int m = 5, pairs = 3, hidden = 16 * pairs;
      auto x = normalNumbers(std::size_t(m) * 2 * hidden, 13);
      for (std::size_t i = 0; i < x.size(); i += 7) x[i] *= 40;  // silu's tails
      std::vector<float> y(std::size_t(m) * hidden, -7.0f);
      kernels->swiglu(x.data(), m, 2 * hidden, y.data(), hidden, 0, 1);
      for (int r = 0; r < m; ++r) QCOMPARE(y[r * hidden + 16], -7.0f);  // only its own panels
      kernels->swiglu(x.data(), m, 2 * hidden, y.data(), hidden, 1, pairs);
      const Tensor panels = tensorOf(x, {m, pairs, 2, 16});
      const Tensor expected = torch::silu(panels.select(2, 0)) * panels.select(2, 1);
      QVERIFY(largestDifference(y, expected) < 1e-4);
    }
  }

  // Adjacent pairs as complex numbers; columns outside stay.
  void rotateRowMatchesTorch() {
    const int d = 12, heads = 3;
    const auto row = normalNumbers(d * heads, 15), angles = normalNumbers(d / 2, 16);
    std::vector<float> turns;
    for (const float angle : angles) {
      turns.push_back(std::cos(angle));
      turns.push_back(std::sin(angle));
    }
    const Tensor turned =
        torch::view_as_complex(tensorOf(row, {heads, d / 2, 2})) *
        torch::polar(torch::ones({d / 2}), torch::tensor(angles));
    std::vector<float> expected(row.size());
    const Tensor plain = torch::view_as_real(turned).contiguous();
    std::copy_n(plain.data_ptr<float>(), expected.size(), expected.begin());
    for (const auto& [from, to] : {std::pair(0, d * heads), std::pair(d, 2 * d), std::pair(14, 30),
                                   std::pair(20, 10)}) {
      auto ours = row;
      rotateRow(ours.data(), from, to, d, turns.data());
      for (int i = 0; i < d * heads; ++i) {
        const bool inside = i >= from && i < to;
        QVERIFY(std::abs(ours[i] - (inside ? expected[i] : row[i])) < 1e-6);
      }
    }
  }

  void affineGuidesClampsAndReportsOverflow() {
    for (const CpuKernels* kernels : tables()) {
      const int d = 19;
      const auto a = normalNumbers(d, 1), c = normalNumbers(d, 2), au = normalNumbers(d, 3),
                 cu = normalNumbers(d, 4), z = normalNumbers(d, 5);
      std::vector<float> x(d, 0.0f);
      const AffineUpdate update = kernels->affine(a.data(), c.data(), au.data(), cu.data(), 0.5f,
                                                  2.0f, z.data(), x.data(), d, 0);
      double largest = 0;
      for (int i = 0; i < d; ++i) {
        const double value = std::exp(a[i] + 0.5 * (a[i] - au[i])) * z[i] + c[i] + 2.0 * (c[i] - cu[i]);
        QVERIFY(std::abs(x[i] - value) < 1e-4 * std::max(1.0, std::abs(value)));
        largest = std::max(largest, std::abs(value));
      }
      QVERIFY(std::abs(update.change - largest) < 1e-3);
      QVERIFY(update.finite);
      std::vector<float> huge(d, 100.0f);
      const AffineUpdate over = kernels->affine(huge.data(), c.data(), nullptr, nullptr, 0, 0,
                                                z.data(), x.data(), d, 0);
      QVERIFY(!over.finite && std::isinf(over.change));
      kernels->affine(huge.data(), c.data(), nullptr, nullptr, 0, 0, z.data(), x.data(), d, 3);
      for (float v : x) QVERIFY(std::abs(v) <= 3);
    }
  }

  void attentionSeesNothingThatComesLater() {
    for (const CpuKernels* kernels : tables()) {
      const int heads = 2, d = 16, c = heads * d, n = 20, capacity = 32;
      const auto qkv = normalNumbers(std::size_t(n) * 3 * c, 9);
      std::vector<float> keys(heads * d * capacity), values(heads * d * capacity);
      std::vector<float> scores(kAttentionRows * capacity);
      std::vector<float> whole(std::size_t(n) * c), parts(whole.size());
      const auto attend = [&](int from, int to, std::vector<float>& out) {
        const AttentionShape shape{heads, d, capacity, from, 0.25f};
        const float* rows = qkv.data() + from * 3 * c;
        storeKeysValues(shape, to - from, 0, 2 * c, rows, keys.data(), values.data());
        storeKeysValues(shape, to - from, 2 * c, 3 * c, rows, keys.data(), values.data());
        kernels->attention(shape, 1, 0, to - from, rows, keys.data() + d * capacity,
                           values.data() + d * capacity, out.data() + from * c, scores.data());
      };
      attend(0, n, whole);
      // In windows of several sizes over the cache: the same bits.
      attend(0, 7, parts);
      attend(7, 8, parts);
      attend(8, 10, parts);
      attend(10, n, parts);
      for (int i = 0; i < n; ++i) {
        std::vector<double> weights(i + 1);
        double sum = 0;
        for (int j = 0; j <= i; ++j) {
          double dot = 0;
          for (int e = 0; e < d; ++e) dot += double(qkv[i * 3 * c + d + e]) * qkv[j * 3 * c + c + d + e];
          sum += weights[j] = std::exp(dot * 0.25);
        }
        for (int e = 0; e < d; ++e) {
          double mixed = 0;
          for (int j = 0; j <= i; ++j) mixed += weights[j] / sum * qkv[j * 3 * c + 2 * c + d + e];
          QVERIFY(std::abs(whole[i * c + d + e] - mixed) < 1e-4);
          QCOMPARE(parts[i * c + d + e], whole[i * c + d + e]);
        }
      }
    }
  }

  // Rows are worked on in groups: an overflow in one must not reach the rows before it. The
  // capacity is no whole number of pairs of vectors.
  void anOverflowStaysBehindItsRow() {
    for (const CpuKernels* kernels : tables()) {
      const int d = 16, n = 40, capacity = 48;
      auto qkv = normalNumbers(std::size_t(n) * 3 * d, 10);
      std::vector<float> keys(d * capacity), values(d * capacity);
      std::vector<float> scores(kAttentionRows * capacity);
      const AttentionShape shape{1, d, capacity, 0, 0.25f};
      const auto attend = [&] {
        std::vector<float> out(std::size_t(n) * d);
        storeKeysValues(shape, n, 0, 3 * d, qkv.data(), keys.data(), values.data());
        kernels->attention(shape, 0, 0, n, qkv.data(), keys.data(), values.data(), out.data(),
                           scores.data());
        return out;
      };
      const auto clean = attend();
      const int bad = 38;  // the third of its group of four
      for (int i = d; i < 3 * d; ++i) qkv[bad * 3 * d + i] = std::nanf("");
      const auto spoilt = attend();
      QVERIFY(std::equal(clean.begin(), clean.begin() + bad * d, spoilt.begin()));
      QVERIFY(std::isnan(spoilt[bad * d]));
    }
  }
};

QTEST_GUILESS_MAIN(CpuKernelsTest)
#include "cpu_kernels_test.moc"
