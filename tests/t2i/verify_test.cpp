#include "engine/t2i/verify.h"

#include <QtTest>
#include <cmath>
#include <limits>

#include "engine/core/error.h"
#include "engine/core/random.h"

using namespace jacobiscope;

namespace {

using Numbers = std::vector<float>;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kBelowOne = 1 - 0x1p-24f;
constexpr AcceptRule kRules[] = {AcceptRule::Match, AcceptRule::Speculative, AcceptRule::Coupled};

Numbers filtered(Numbers logits, const Filter& filter) {
  toProbabilities(logits, filter);
  return logits;
}

std::vector<int> tokensOf(const Judgement& judgement) {
  std::vector<int> tokens;
  for (const Judged& judged : judgement.positions) tokens.push_back(judged.token);
  return tokens;
}

std::vector<TokenState> statesOf(const Judgement& judgement) {
  std::vector<TokenState> states;
  for (const Judged& judged : judgement.positions) states.push_back(judged.state);
  return states;
}

bool near(double a, double b) { return std::abs(a - b) < 1e-6; }

// A window of random distributions, drafts from others, and draws.
struct RandomCase {
  static constexpr int kWindow = 6, kVocabulary = 5;
  explicit RandomCase(std::uint64_t seed)
      : p(rows(seed, 0, kWindow)), q(rows(seed, 1, kWindow - 1)) {
    const Numbers numbers = uniforms(seed, Purpose::Accept, 0, 3 * kWindow);
    for (std::size_t i = 0; i < kWindow; ++i) draws.push_back({numbers[3 * i], numbers[3 * i + 1]});
    for (std::size_t i = 0; i + 1 < kWindow; ++i) {
      const std::span<const float> row = std::span(q).subspan(i * kVocabulary, kVocabulary);
      drafts.push_back({drawToken(row, numbers[3 * i + 2]), row});
    }
  }
  static Numbers rows(std::uint64_t seed, std::uint32_t sample, std::size_t count) {
    Numbers numbers = normals(seed, Purpose::Data, sample, count * kVocabulary);
    for (std::size_t i = 0; i < count; ++i) {
      toProbabilities(std::span(numbers).subspan(i * kVocabulary, kVocabulary), {});
    }
    return numbers;
  }
  Judgement judge(AcceptRule rule) const {
    return jacobiscope::judge(rule, p, kVocabulary, drafts, draws);
  }
  Numbers p, q;
  std::vector<Draft> drafts;
  std::vector<Draws> draws;
};

}  // namespace

class VerifyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void windowOneIsPlainSampling() {
    const Numbers p{0.2f, 0.0f, 0.5f, 0.3f};
    for (const AcceptRule rule : kRules) {
      for (const float u : {0.0f, 0.19f, 0.21f, 0.69f, 0.71f, kBelowOne}) {
        const Judgement judgement = judge(rule, p, 4, {}, std::vector<Draws>{{0.5f, u}});
        QCOMPARE(judgement.settled, 1);
        const Judged& judged = judgement.positions.at(0);
        QCOMPARE(judged.token, drawToken(p, u));
        QVERIFY(judged.state == TokenState::Drawn);
        QCOMPARE(judged.targetP, p[static_cast<std::size_t>(judged.token)]);
        QVERIFY(std::isnan(judged.draftP) && std::isnan(judged.draw) && std::isnan(judged.change));
      }
    }
  }

  // Three drafts of which the second fails; the third would pass.
  void speculativeThrowsAwayWhatIsBehindTheFirstFailure() {
    const Numbers p{0.5f, 0.5f, 0.0f, 0.1f, 0.6f, 0.3f, 0.0f, 0.5f, 0.5f, 0.0f, 0.0f, 1.0f};
    const Numbers q{0.4f, 0.3f, 0.3f};
    const std::vector<Draft> drafts{{0, q}, {0, q}, {1, q}};
    const std::vector<Draws> draws{{0.9f, 0}, {0.25f, 0.5f}, {0.9f, 0.75f}, {0.9f, 0.5f}};
    const Judgement judgement = judge(AcceptRule::Speculative, p, 3, drafts, draws);
    QCOMPARE(judgement.settled, 2);
    // p - q of the second: -0.3, 0.3, 0.
    QCOMPARE(tokensOf(judgement), (std::vector<int>{0, 1, 2, 2}));
    QVERIFY((statesOf(judgement) == std::vector<TokenState>{TokenState::Accepted,
                                                            TokenState::Resampled,
                                                            TokenState::Redrawn,
                                                            TokenState::Redrawn}));
    const Judged& second = judgement.positions[1];
    QCOMPARE(second.draftP, 0.4f);
    QCOMPARE(second.targetP, 0.1f);
    QCOMPARE(second.draw, 0.25f);
    QVERIFY(near(second.change, 0.75));
    QCOMPARE(judgement.positions[0].change, 0.0f);
    QVERIFY(std::isnan(judgement.positions[2].change) && std::isnan(judgement.positions[2].draftP));
  }

  void coupledGoesOnTesting() {
    const Numbers p{0.0f, 0.5f, 0.5f, 0.1f, 0.6f, 0.3f, 0.3f, 0.3f, 0.4f, 0.0f, 0.0f, 1.0f};
    const Numbers q{0.4f, 0.3f, 0.3f};
    const std::vector<Draft> drafts{{0, q}, {1, q}, {0, q}};
    const std::vector<Draws> draws{{0, 0}, {0.9f, 0}, {0.8f, 0}, {0, 0.5f}};
    const Judgement judgement = judge(AcceptRule::Coupled, p, 3, drafts, draws);
    QCOMPARE(judgement.settled, 1);
    QCOMPARE(tokensOf(judgement), (std::vector<int>{1, 1, 2, 2}));
    QVERIFY((statesOf(judgement) == std::vector<TokenState>{TokenState::Resampled,
                                                            TokenState::Kept, TokenState::Redrawn,
                                                            TokenState::Redrawn}));
    QCOMPARE(judgement.positions[2].draw, 0.8f);
    QVERIFY(near(judgement.positions[2].change, 0.25));
  }

  void allAcceptedGivesOneMore() {
    const Numbers p{0.5f, 0.5f, 0.25f, 0.75f, 1.0f, 0.0f};
    const Numbers q{0.5f, 0.5f};
    const std::vector<Draws> draws{{kBelowOne, 0}, {kBelowOne, 0}, {0, 0.9f}};
    for (const AcceptRule rule : {AcceptRule::Speculative, AcceptRule::Coupled}) {
      const auto judgement = judge(rule, p, 2, std::vector<Draft>{{1, q}, {1, q}}, draws);
      QCOMPARE(judgement.settled, 3);
      QVERIFY(judgement.positions[2].state == TokenState::Drawn);
      QCOMPARE(tokensOf(judgement), (std::vector<int>{1, 1, 0}));
    }
    // A draft for the last position as well: nothing is drawn.
    const auto full = judge(AcceptRule::Coupled, p, 2, std::vector<Draft>{{1, q}, {1, q}, {0, {}}},
                            draws);
    QCOMPARE(full.settled, 3);
    QVERIFY(full.positions[2].state == TokenState::Accepted);
    // No draft for the second position: what is behind it was computed from something else.
    const auto few = judge(AcceptRule::Coupled, p, 2, std::vector<Draft>{{1, q}}, draws);
    QCOMPARE(few.settled, 2);
    QVERIFY(few.positions[1].state == TokenState::Drawn);
    QVERIFY(few.positions[2].state == TokenState::Redrawn);
  }

  void coupledAndSpeculativeAgreeUpToTheFirstFailure() {
    int behind = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      const RandomCase random(seed);
      const Judgement speculative = random.judge(AcceptRule::Speculative);
      const Judgement coupled = random.judge(AcceptRule::Coupled);
      QCOMPARE(coupled.settled, speculative.settled);
      for (std::size_t i = 0; i < RandomCase::kWindow; ++i) {
        const Judged &a = speculative.positions[i], &b = coupled.positions[i];
        if (static_cast<int>(i) < coupled.settled) {
          QCOMPARE(a.token, b.token);
          QVERIFY(a.state == b.state);
        }
        behind += b.state == TokenState::Kept;
        QVERIFY(a.state != TokenState::Kept);
      }
    }
    QVERIFY(behind > 100);
  }

  // Where p says one thing only, Match is the comparison of greedy Jacobi decoding.
  void matchWithCertainTargetsCompares() {
    const Numbers p{0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0};
    const std::vector<Draws> draws(4, Draws{kBelowOne, kBelowOne});
    const std::vector<Draft> drafts{{1, {}}, {0, {}}, {0, {}}};
    const Judgement judgement = judge(AcceptRule::Match, p, 3, drafts, draws);
    QCOMPARE(judgement.settled, 2);
    QCOMPARE(tokensOf(judgement), (std::vector<int>{1, 2, 0, 1}));
    QVERIFY((statesOf(judgement) == std::vector<TokenState>{TokenState::Accepted,
                                                            TokenState::Resampled, TokenState::Kept,
                                                            TokenState::Redrawn}));
    QCOMPARE(judgement.positions[0].change, 0.0f);
    QCOMPARE(judgement.positions[1].change, 1.0f);
    QVERIFY(std::isnan(judgement.positions[0].draw));
  }

  void gumbelNoiseChoosesInsteadOfTheDraw() {
    const Numbers p{0.5f, 0.25f, 0.25f, 0.0f};
    const Numbers noise{0, 0.6f, 0.8f, 0};
    const std::vector<Draws> draws{{0, 0}};
    for (const AcceptRule rule : kRules) {
      QCOMPARE(judge(rule, p, 4, {}, draws, noise).positions[0].token, 2);
    }
  }

  void residualIsWhatTheDraftLacks() {
    const Numbers p{0.5f, 0.3f, 0.2f}, q{0.2f, 0.5f, 0.3f};
    QCOMPARE(residual(p, {1, q}), (Numbers{1, 0, 0}));
    const Numbers certain = residual(p, {0, {}});
    QVERIFY(certain[0] == 0 && near(certain[1], 0.6) && near(certain[2], 0.4));
    QCOMPARE(residual(p, {0, p}), p);
    QCOMPARE(residual(Numbers{0, 1, 0}, {1, {}}), (Numbers{0, 1, 0}));
  }

  void aDraftWithEqualDistributionsAlwaysPasses() {
    const Numbers p = filtered(normals(9, Purpose::Data, 0, 64), {});
    const std::vector<Draws> draws{{kBelowOne, 0.5f}};
    for (int token = 0; token < 64; ++token) {
      const std::vector<Draft> drafts{{token, p}};
      const Judgement judgement = judge(AcceptRule::Coupled, p, 64, drafts, draws);
      QVERIFY(judgement.positions[0].state == TokenState::Accepted);
    }
  }

  void anImpossibleDraftNeverPasses() {
    const Numbers p{0, 1}, q{1, 0};
    const std::vector<Draws> draws{{0, 0}};
    for (const AcceptRule rule : kRules) {
      for (const Draft& draft : {Draft{0, q}, Draft{0, {}}}) {
        const Judgement judgement = judge(rule, p, 2, std::vector<Draft>{draft}, draws);
        QCOMPARE(judgement.positions[0].token, 1);
        QCOMPARE(judgement.positions[0].change, 1.0f);
      }
    }
  }

  void whatIsNotANumberIsRefused() {
    const Numbers p{kNan, kNan}, q{0.5f, 0.5f};
    const std::vector<Draws> draws{{0, 0}};
    for (const AcceptRule rule : kRules) {
      QVERIFY_THROWS_EXCEPTION(Error, judge(rule, p, 2, std::vector<Draft>{{1, q}}, draws));
      QVERIFY_THROWS_EXCEPTION(Error, judge(rule, p, 2, {}, draws));
    }
  }

  void whatDoesNotFitIsRefused() {
    const Numbers p{0.5f, 0.5f};
    const std::vector<Draws> draws{{0, 0}};
    const auto coupled = [&](const Numbers& rows, const std::vector<Draft>& drafts) {
      return judge(AcceptRule::Coupled, rows, 2, drafts, draws);
    };
    QVERIFY_THROWS_EXCEPTION(Error, coupled({}, {}));
    QVERIFY_THROWS_EXCEPTION(Error, coupled({1, 0, 1}, {}));
    QVERIFY_THROWS_EXCEPTION(Error, coupled({1, 0, 1, 0}, {}));  // one draw for two positions
    QVERIFY_THROWS_EXCEPTION(Error, coupled(p, {{2, {}}}));
    QVERIFY_THROWS_EXCEPTION(Error, coupled(p, {{-1, {}}}));
    QVERIFY_THROWS_EXCEPTION(Error, coupled(p, {{0, std::span(p).first(1)}}));
    QVERIFY_THROWS_EXCEPTION(Error, coupled(p, {{0, {}}, {0, {}}}));
  }
};

QTEST_GUILESS_MAIN(VerifyTest)
#include "verify_test.moc"
