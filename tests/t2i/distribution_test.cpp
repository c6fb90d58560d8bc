#include "engine/t2i/distribution.h"

#include <QtTest>
#include <cmath>
#include <limits>

#include "engine/core/error.h"
#include "engine/core/random.h"

using namespace jacobiscope;

namespace {

using Numbers = std::vector<float>;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kBelowOne = 1 - 0x1p-24f;

Numbers filtered(Numbers logits, const Filter& filter) {
  toProbabilities(logits, filter);
  return logits;
}

// The tokens that a filter leaves.
std::vector<int> left(const Numbers& p) {
  std::vector<int> tokens;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (p[i] > 0) tokens.push_back(static_cast<int>(i));
  }
  return tokens;
}

bool near(double a, double b) { return std::abs(a - b) < 1e-6; }

}  // namespace

class DistributionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void softmaxIsTheDefinition() {
    for (const double temperature : {1.0, 0.5, 3.0}) {
      const Numbers logits = normals(3, Purpose::Data, 0, 1000);
      const Numbers p = filtered(logits, {temperature});
      double sum = 0, total = 0;
      for (const float logit : logits) sum += std::exp(logit / temperature);
      for (std::size_t i = 0; i < p.size(); ++i) {
        QVERIFY(std::abs(p[i] / (std::exp(logits[i] / temperature) / sum) - 1) < 3e-6);
        total += p[i];
      }
      QVERIFY(near(total, 1));
    }
    QCOMPARE(filtered({5, -kInf, 5, -500}, {}), (Numbers{0.5f, 0, 0.5f, 0}));
  }

  void temperatureZeroIsGreedy() {
    QCOMPARE(filtered({1, 3, 3, 2}, {0}), (Numbers{0, 1, 0, 0}));
    QCOMPARE(filtered({1, 3, 3, 2}, {1e-40}), (Numbers{0, 0.5f, 0.5f, 0}));  // but not quite zero
  }

  void topKLetsTiesStay() {
    const Numbers logits{1, 3, 2, 2, 0, -1};
    QCOMPARE(left(filtered(logits, {1, 1})), std::vector<int>{1});
    QCOMPARE(left(filtered(logits, {1, 2})), (std::vector<int>{1, 2, 3}));
    QCOMPARE(left(filtered(logits, {1, 3})), (std::vector<int>{1, 2, 3}));
    QCOMPARE(left(filtered(logits, {1, 5})), (std::vector<int>{0, 1, 2, 3, 4}));
    for (const int off : {0, 6, 7, 1000}) {
      QCOMPARE(filtered(logits, {1, off}), filtered(logits, {}));
    }
    QCOMPARE(left(filtered({-kInf, 1, -kInf}, {1, 2})), std::vector<int>{1});
    const Numbers many = normals(4, Purpose::Data, 0, 5000);
    QCOMPARE(left(filtered(many, {1, 700})).size(), 700u);
  }

  void topPKeepsTheSmallestSet() {
    const Numbers logits{std::log(0.1f), std::log(0.4f), std::log(0.3f), std::log(0.2f)};
    QCOMPARE(left(filtered(logits, {1, 0, 0.0})), std::vector<int>{1});
    QCOMPARE(left(filtered(logits, {1, 0, 0.39})), std::vector<int>{1});
    QCOMPARE(left(filtered(logits, {1, 0, 0.41})), (std::vector<int>{1, 2}));
    QCOMPARE(left(filtered(logits, {1, 0, 0.71})), (std::vector<int>{1, 2, 3}));
    QCOMPARE(left(filtered(logits, {1, 0, 0.91})), (std::vector<int>{0, 1, 2, 3}));
    QVERIFY(near(filtered(logits, {1, 0, 0.41})[1], 4.0 / 7));
    QCOMPARE(filtered({0, 0, 0, 0}, {1, 0, 0.5}), (Numbers{0.5f, 0.5f, 0, 0}));  // the first
    // top_p is of what top_k left: 0.4 of 0.7.
    QCOMPARE(left(filtered(logits, {1, 2, 0.56})), std::vector<int>{1});
    QCOMPARE(filtered(logits, {1, 0, 1}), filtered(logits, {}));
  }

  void topPOfManyIsAPrefixOfTheOrder() {
    for (const double share : {0.01, 0.3, 0.9, 0.999, 0.999999}) {
      const Numbers logits = normals(6, Purpose::Data, 0, 3000);
      const Numbers all = filtered(logits, {});
      const std::vector<int> order = mostProbable(all, 3000);
      std::vector<int> expected;
      for (double sum = 0; sum < share; sum += all[static_cast<std::size_t>(expected.back())]) {
        expected.push_back(order[expected.size()]);
      }
      std::ranges::sort(expected);
      QCOMPARE(left(filtered(logits, {1, 0, share})), expected);
    }
  }

  void mostProbableIsSorted() {
    const Numbers p{0.1f, 0.4f, 0.0f, 0.1f, 0.4f};
    QCOMPARE(mostProbable(p, 4), (std::vector<int>{1, 4, 0, 3}));
    QCOMPARE(mostProbable(p, 1), std::vector<int>{1});
    QCOMPARE(mostProbable(p, 9), (std::vector<int>{1, 4, 0, 3}));
    QCOMPARE(mostProbable(p, 0), std::vector<int>());
  }

  void drawTokenNeverGivesTheImpossible() {
    QCOMPARE(drawToken(Numbers{0, 0.5f, 0.5f, 0}, 0.0f), 1);
    QCOMPARE(drawToken(Numbers{0, 0.5f, 0.5f, 0}, 0.5f), 2);
    for (const float u : {kBelowOne, 1.0f, 2.0f}) {
      QCOMPARE(drawToken(Numbers{0, 0.5f, 0.5f, 0}, u), 2);
      QCOMPARE(drawToken(Numbers{0.3f, 0.3f, 0.3f, 0}, u), 2);  // a sum below 1 is no matter
      QCOMPARE(drawToken(Numbers{0, 3, 0}, u), 1);
    }
    for (const std::size_t size : {1, 7, 8, 256, 257, 1000, 16384}) {
      Numbers p(size + 5, 0.0f);
      for (std::size_t i = 0; i < size; i += 3) p[i] = 1.0f / static_cast<float>(size);
      for (int step = 0; step <= 1000; ++step) {
        const float u = std::min(static_cast<float>(step) / 1000, kBelowOne);
        QVERIFY(p[static_cast<std::size_t>(drawToken(p, u))] > 0);
      }
      QCOMPARE(drawToken(p, kBelowOne), static_cast<int>((size - 1) / 3 * 3));
    }
  }

  // Every token gets the share of u that is its probability.
  void drawTokenInvertsTheCumulatedProbability() {
    const Numbers p = filtered(normals(5, Purpose::Data, 0, 700), {});
    double passed = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      QCOMPARE(drawToken(p, static_cast<float>(passed + 0.5 * p[i])), static_cast<int>(i));
      passed += p[i];
    }
  }

  void gumbelNoiseIsAddedToTheLogarithm() {
    const Numbers p{0.5f, 0.25f, 0.25f, 0.0f};
    QCOMPARE(drawToken(p, Numbers{0, 0, 0, 0}), 0);
    QCOMPARE(drawToken(p, Numbers{0, 0.6f, 0.8f, 0}), 2);
    QCOMPARE(drawToken(p, Numbers{0, 1, 1, 99}), 1);  // not the impossible, of equals the first
    QCOMPARE(drawToken(p, Numbers{-kInf, -kInf, -kInf, 0}), 0);
    // The same choice as with every logarithm.
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const Numbers row = filtered(normals(seed, Purpose::Data, 0, 300), {0.3});
      const Numbers gumbel = normals(seed, Purpose::Gumbel, 0, 300);
      Numbers scores;
      for (std::size_t i = 0; i < 300; ++i) scores.push_back(std::log(row[i]) + gumbel[i]);
      QCOMPARE(drawToken(row, gumbel), std::ranges::max_element(scores) - scores.begin());
    }
  }

  void whatIsNotANumberIsRefused() {
    for (const Filter& filter : {Filter{}, Filter{0}, Filter{1, 1}, Filter{1, 0, 0.5}}) {
      QVERIFY_THROWS_EXCEPTION(Error, filtered({1, kNan, 2}, filter));
      QVERIFY_THROWS_EXCEPTION(Error, filtered({1, kInf, 2}, filter));
      QVERIFY_THROWS_EXCEPTION(Error, filtered({-kInf, -kInf}, filter));
    }
    QVERIFY_THROWS_EXCEPTION(Error, drawToken(Numbers{0.5f, kNan}, 0.1f));
    QVERIFY_THROWS_EXCEPTION(Error, drawToken(Numbers{0, 0}, 0.1f));
    QVERIFY_THROWS_EXCEPTION(Error, drawToken(Numbers{kNan, kNan}, Numbers{0, 0}));
  }
};

QTEST_GUILESS_MAIN(DistributionTest)
#include "distribution_test.moc"
