// Every acceptance rule leaves the distribution of the sequence unchanged, whatever the fresh
// drafts: chi-square of decoded sequences against the exact probabilities of a small model. The
// same test sees the mistake of keeping the old q of a draft that was kept.
#include <QtTest>

#include "tests/t2i/small_decoder.h"

using namespace jacobiscope;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kSequences = 2'000;  // for what a sanitizer looks for
#else
constexpr int kSequences = 20'000;
#endif
constexpr int kSequencesWithMistake = 20'000;  // of each model
constexpr std::uint32_t kSeeds[] = {1, 2};
// All numbers come from fixed seeds: of these some 300 values of z none is that far out.
constexpr double kFarOut = 4.5, kCertainlyWrong = 10;

const std::vector<ChainSetting>& settings() {
  static const std::vector<ChainSetting> list = {
      {.vocabulary = 3, .length = 5},
      {.vocabulary = 4, .length = 4, .guidance = 2.0f, .filter = {1.5, 3, 1}},
      {.vocabulary = 4, .length = 4, .guidance = 1.5f, .filter = {0.9, 0, 0.85}},
      {.vocabulary = 3, .length = 5, .guidance = 1.5f, .filter = {1.2, 2, 0.95}}};
  return list;
}

struct Outcome {
  Fit fit;
  double worst = 0;           // z of one setting and seed, the one furthest from 0
  double passesPerToken = 0;  // mean
};

// Window 0: another for each model, from one draft at a time to more than all positions.
Outcome decodeAll(Method method, int sequences) {
  Outcome outcome;
  double passes = 0, tokens = 0;
  const bool anyWindow = method.window == 0;
  int model = 0;
  for (const ChainSetting& setting : settings()) {
    for (const std::uint32_t seed : kSeeds) {
      const EnumerableChain chain(seed, setting);
      if (anyWindow) method.window = 2 + (model++ + 2) % 5;
      SmallDecoder decoder(chain, method, seed);
      std::vector<int> counts(chain.probabilities().size());
      for (int i = 0; i < sequences; ++i) {
        ++counts[static_cast<std::size_t>(decoder.decode(static_cast<std::uint32_t>(i)))];
      }
      const Fit one = fit(counts, chain.probabilities());
      if (std::abs(one.z()) > std::abs(outcome.worst)) outcome.worst = one.z();
      outcome.fit.add(one);
      passes += static_cast<double>(decoder.passes());
      tokens += static_cast<double>(sequences) * chain.length();
    }
  }
  outcome.passesPerToken = passes / tokens;
  return outcome;
}

void print(const Outcome& outcome) {
  qInfo("chi2/df %.3f over %.0f, z %.2f, furthest z of one model %.2f; passes per token %.3f",
        outcome.fit.chi2 / outcome.fit.df, outcome.fit.df, outcome.fit.z(), outcome.worst,
        outcome.passesPerToken);
}

const std::vector<std::pair<const char*, Fresh>> kFresh = {
    {"random, one-hot q", Fresh::Certain},    {"random, uniform q", Fresh::Uniform},
    {"repeated, one-hot q", Fresh::Repeat},   {"neighbour's distribution", Fresh::Neighbour},
    {"neighbour's best, one-hot q", Fresh::Greedy}, {"distribution above", Fresh::Above}};

const std::vector<std::tuple<const char*, AcceptRule, bool>> kRules = {
    {"match", AcceptRule::Match, false},
    {"match, frozen noise", AcceptRule::Match, true},
    {"speculative", AcceptRule::Speculative, false},
    {"coupled", AcceptRule::Coupled, false},
    {"coupled, frozen noise", AcceptRule::Coupled, true}};

}  // namespace

class ChiSquareTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void rulesLeaveTheDistributionUnchanged_data() {
    QTest::addColumn<int>("rule");
    QTest::addColumn<int>("fresh");
    for (std::size_t rule = 0; rule < kRules.size(); ++rule) {
      for (std::size_t fresh = 0; fresh < kFresh.size(); ++fresh) {
        QTest::addRow("%s; %s", std::get<0>(kRules[rule]), kFresh[fresh].first)
            << static_cast<int>(rule) << static_cast<int>(fresh);
      }
    }
  }

  void rulesLeaveTheDistributionUnchanged() {
    QFETCH(int, rule);
    QFETCH(int, fresh);
    const auto& [name, acceptRule, frozen] = kRules[static_cast<std::size_t>(rule)];
    const Fresh drafts = kFresh[static_cast<std::size_t>(fresh)].second;
    const Outcome outcome = decodeAll({acceptRule, drafts, 0, frozen}, kSequences);
    print(outcome);
    QVERIFY(std::abs(outcome.fit.z()) < kFarOut);
    QVERIFY(std::abs(outcome.worst) < kFarOut);
    QVERIFY(outcome.passesPerToken < 1);
  }

  void windowOneIsOneTokenAtATime() {
    for (const auto& [name, rule, frozen] : kRules) {
      const Outcome outcome = decodeAll({rule, Fresh::Uniform, 1, frozen}, kSequences);
      print(outcome);
      QVERIFY(std::abs(outcome.worst) < kFarOut);
      QCOMPARE(outcome.passesPerToken, 1.0);
    }
  }

  void keepingTheOldDistributionIsSeen_data() {
    QTest::addColumn<int>("fresh");
    for (std::size_t fresh = 0; fresh < kFresh.size(); ++fresh) {
      QTest::addRow("%s", kFresh[fresh].first) << static_cast<int>(fresh);
    }
  }

  void keepingTheOldDistributionIsSeen() {
    QFETCH(int, fresh);
    const Fresh drafts = kFresh[static_cast<std::size_t>(fresh)].second;
    const Method method{AcceptRule::Coupled, drafts, 4, false, true};
    const Outcome outcome = decodeAll(method, kSequencesWithMistake);
    print(outcome);
    QVERIFY(outcome.fit.z() > kCertainlyWrong);
  }

  // Not in distribution only: sequence by sequence.
  void frozenNoiseGivesTheSequenceOfOneTokenAtATime() {
    for (const ChainSetting& setting : settings()) {
      const EnumerableChain chain(3, setting);
      for (const auto& [name, fresh] : kFresh) {
        for (const int window : {1, 2, 3, 4, 6}) {
          SmallDecoder decoder(chain, {AcceptRule::Match, fresh, window, true}, 3);
          for (std::uint32_t i = 0; i < 1000; ++i) {
            QCOMPARE(decoder.decode(i), decoder.decodeInOrder(i));
          }
          QVERIFY(decoder.passes() <= 1000L * chain.length());
        }
      }
    }
  }
};

QTEST_GUILESS_MAIN(ChiSquareTest)
#include "chi_square_test.moc"
