// The rules in Torch's operations, as a GPU runs them, give what the pure functions give from
// the same numbers.
#include <QtTest>

#include <random>

#include "engine/core/error.h"
#include "engine/t2i/window_rule.h"

using namespace jacobiscope;

namespace {

constexpr int kCases = 400;
constexpr double kTolerance = 1e-5;

const std::vector<Filter> kFilters = {{1, 0, 1},      {0.7, 0, 1},  {1, 5, 1},   {1, 0, 0.9},
                                      {1.3, 10, 0.8}, {0, 0, 1},    {1, 0, 0},   {1, 1, 1},
                                      {1, 0, 1e-9},   {1e-40, 3, 1}, {4, 1000, 0.999999}};

class Numbers {
 public:
  explicit Numbers(unsigned seed) : m_engine(seed) {}
  float uniform() { return static_cast<float>(m_engine() >> 8) * 0x1p-24f; }
  int below(int n) { return static_cast<int>(m_engine() % static_cast<unsigned>(n)); }
  Tensor logits(int rows, int v, float scale) {
    std::normal_distribution<float> normal(0, scale);
    Tensor tensor = torch::empty({rows, v});
    for (std::int64_t i = 0; i < tensor.numel(); ++i) tensor.data_ptr<float>()[i] = normal(m_engine);
    return tensor;
  }
  std::vector<float> gumbel(std::int64_t count) {
    std::vector<float> noise;
    for (std::int64_t i = 0; i < count; ++i) {
      noise.push_back(static_cast<float>(-std::log(-std::log(uniform() + 0x1p-25))));
    }
    return noise;
  }

 private:
  std::mt19937 m_engine;
};

// One window: what a pass gave, and drafts with true or one-hot distributions.
struct Case {
  Tensor p;
  std::vector<DraftRow> drafts;
  std::vector<Draws> draws;

  Case(Numbers& numbers, const Filter& filter) {
    const int v = 3 + numbers.below(60), width = 1 + numbers.below(9);
    p = targetRows(numbers.logits(width, v, 2), filter);
    const Tensor other = targetRows(numbers.logits(width, v, 1), {});
    for (int i = 0; i < width; ++i) draws.push_back({numbers.uniform(), numbers.uniform()});
    const int drafted = numbers.below(width + 1);
    for (int i = 0; i < drafted; ++i) {
      const int kind = numbers.below(4);
      if (kind == 0) {
        drafts.push_back({numbers.below(v), {}});
      } else {
        // 1: q and p near each other, 2: the same row, 3: nothing in common.
        const Tensor q = kind == 1 ? p[i] * 0.7 + other[i] * 0.3 : kind == 2 ? p[i] : other[i];
        drafts.push_back({drawRows({q}, {numbers.uniform()})[0], q});
      }
    }
  }
};

bool near(float a, float b) {
  return std::isnan(a) ? std::isnan(b) : std::abs(a - b) <= kTolerance;
}

}  // namespace

class DeviceRuleTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void distributionsAgree() {
    Numbers numbers(1);
    for (const Filter& filter : kFilters) {
      for (int i = 0; i < 40; ++i) {
        const Tensor logits = numbers.logits(1 + numbers.below(6), 2 + numbers.below(80), 3);
        const Tensor pure = targetRows(logits, filter), device = device_rule::targetRows(logits, filter);
        QVERIFY(device.isfinite().all().item<bool>());
        QVERIFY((pure - device).abs().max().item<double>() <= kTolerance);
        // The same tokens are ruled out.
        QVERIFY(torch::equal(pure > 0, device > 0) || filter.topP < 1);
        QVERIFY(((pure > 0) != (device > 0)).sum().item<int>() <= 1);
      }
    }
  }

  void equalLogitsAgree() {
    const Tensor logits = torch::tensor({{1.0f, 3.0f, 3.0f, 2.0f, 3.0f, 2.0f, 0.0f}});
    for (const Filter& filter : kFilters) {
      for (const int topK : {0, 1, 2, 3, 4, 5, 7}) {
        for (const double topP : {1.0, 0.5, 0.1, 0.0}) {
          const Filter mixed{filter.temperature, topK, topP};
          const Tensor pure = targetRows(logits, mixed), device = device_rule::targetRows(logits, mixed);
          QVERIFY2((pure - device).abs().max().item<double>() <= kTolerance,
                   qPrintable(QString("temperature %1, top_k %2, top_p %3")
                                  .arg(mixed.temperature).arg(topK).arg(topP)));
        }
      }
    }
  }

  void forbiddenTokensStayForbidden() {
    Tensor logits = torch::zeros({2, 9});
    logits.slice(1, 2, 5).fill_(-std::numeric_limits<float>::infinity());
    for (const Filter& filter : kFilters) {
      const Tensor device = device_rule::targetRows(logits, filter);
      QVERIFY((targetRows(logits, filter) - device).abs().max().item<double>() <= kTolerance);
      QCOMPARE(device.slice(1, 2, 5).max().item<float>(), 0.0f);
    }
  }

  void judgementsAgree_data() {
    QTest::addColumn<int>("rule");
    QTest::addColumn<bool>("frozen");
    QTest::newRow("match") << int(AcceptRule::Match) << false;
    QTest::newRow("match, frozen noise") << int(AcceptRule::Match) << true;
    QTest::newRow("speculative") << int(AcceptRule::Speculative) << false;
    QTest::newRow("coupled") << int(AcceptRule::Coupled) << false;
  }

  void judgementsAgree() {
    QFETCH(int, rule);
    QFETCH(bool, frozen);
    Numbers numbers(2);
    int settled = 0, states[6] = {};
    for (int i = 0; i < kCases; ++i) {
      const Case one(numbers, kFilters[i % 6]);
      const auto noise = frozen ? numbers.gumbel(one.p.numel()) : std::vector<float>{};
      const auto kind = static_cast<AcceptRule>(rule);
      const Judgement pure = judgeRows(kind, one.p, one.drafts, one.draws, noise);
      const Judgement device = device_rule::judgeRows(kind, one.p, one.drafts, one.draws, noise);
      QCOMPARE(device.settled, pure.settled);
      QCOMPARE(device.positions.size(), pure.positions.size());
      for (std::size_t k = 0; k < pure.positions.size(); ++k) {
        const Judged &a = pure.positions[k], &b = device.positions[k];
        QCOMPARE(b.token, a.token);
        QCOMPARE(int(b.state), int(a.state));
        QVERIFY(near(a.draftP, b.draftP) && near(a.targetP, b.targetP));
        QVERIFY(near(a.draw, b.draw) && near(a.change, b.change));
        ++states[int(a.state)];
      }
      settled += pure.settled;
      const auto pureTops = topTokens(one.p, one.drafts, pure, 4);
      const auto deviceTops = device_rule::topTokens(one.p, one.drafts, device, 4);
      for (std::size_t k = 0; k < pureTops.size(); ++k) {
        QCOMPARE(deviceTops[k].probabilities.size(), pureTops[k].probabilities.size());
        for (std::size_t t = 0; t < pureTops[k].probabilities.size(); ++t) {
          QVERIFY(near(pureTops[k].probabilities[t], deviceTops[k].probabilities[t]));
        }
        if (!pureTops[k].tokens.empty()) QCOMPARE(deviceTops[k].tokens[0], pureTops[k].tokens[0]);
      }
    }
    QVERIFY(settled > kCases);
    QVERIFY(states[int(TokenState::Accepted)] > 50 && states[int(TokenState::Resampled)] > 50);
    QVERIFY(states[int(TokenState::Redrawn)] > 50);
    QCOMPARE(states[int(TokenState::Kept)] > 50, static_cast<AcceptRule>(rule) != AcceptRule::Speculative);
  }

  // The largest number that is drawn must not reject what p and q agree on.
  void equalDistributionsAreNeverRejected() {
    Numbers numbers(3);
    for (int i = 0; i < 200; ++i) {
      const Tensor p = targetRows(numbers.logits(2, 20, 1), {});
      const std::vector<DraftRow> drafts = {{numbers.below(20), p[0]}};
      const std::vector<Draws> draws(2, {1 - 0x1p-24f, 0.5f});
      const Judgement device = device_rule::judgeRows(AcceptRule::Coupled, p, drafts, draws, {});
      QCOMPARE(int(device.positions[0].state), int(TokenState::Accepted));
      QCOMPARE(device.settled, 2);
    }
  }

  void drawnTokensAgree() {
    Numbers numbers(4);
    for (int i = 0; i < kCases; ++i) {
      const Tensor p = targetRows(numbers.logits(4, 40, 3), kFilters[i % 6]);
      const std::vector<Tensor> rows = p.unbind(0);
      std::vector<float> uniforms;
      for (int k = 0; k < 4; ++k) uniforms.push_back(k == 3 ? 1 - 0x1p-24f : numbers.uniform());
      const auto drawn = device_rule::drawRows(rows, uniforms);
      QCOMPARE(drawn, drawRows(rows, uniforms));
      const auto noise = numbers.gumbel(p.numel());
      const auto chosen = device_rule::drawRows(rows, uniforms, noise);
      QCOMPARE(chosen, drawRows(rows, uniforms, noise));
      for (int k = 0; k < 4; ++k) QVERIFY(p[k][drawn[k]].item<float>() > 0 && p[k][chosen[k]].item<float>() > 0);
    }
    QVERIFY(device_rule::drawRows({}, {}).empty());
  }

  void whatIsNotANumberIsSaid() {
    const Tensor p = torch::full({2, 5}, std::nanf(""));
    for (const AcceptRule rule : {AcceptRule::Match, AcceptRule::Speculative, AcceptRule::Coupled}) {
      const std::vector<DraftRow> drafts = {{1, {}}};
      const std::vector<Draws> draws(2, {0.5f, 0.5f});
      QVERIFY_THROWS_EXCEPTION(Error, device_rule::judgeRows(rule, p, drafts, draws, {}));
      QVERIFY_THROWS_EXCEPTION(Error, judgeRows(rule, p, drafts, draws, {}));
    }
    QVERIFY_THROWS_EXCEPTION(Error, targetRows(p, {}));
  }
};

QTEST_GUILESS_MAIN(DeviceRuleTest)
#include "device_rule_test.moc"
