// Chunks by parallel iteration against the same chunks one token at a time.
#include <QtTest>

#include "engine/core/error.h"
#include "engine/vla/chunk_solver.h"
#include "tests/vla/policy_fixture.h"

using namespace jacobiscope;

namespace {

constexpr int kTokens = 21;  // three steps

using Tokens = std::vector<std::int64_t>;

struct Problem {
  Tensor prefix;
  Tokens guess, answer;
};

}  // namespace

class ChunkSolverTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    m_policy = smallPolicy();
    for (int seed = 0; seed < 5; ++seed) {
      torch::manual_seed(seed);
      m_problems.push_back({randomPrefix(m_policy, 1, 6), randomTokens(), {}});
      m_problems.back().answer = oneByOne(m_problems.back().prefix, {});
    }
  }

  void jacobiGivesTheSequentialTokens_data() {
    QTest::addColumn<bool>("freeze");
    QTest::addColumn<bool>("actionsOnly");
    for (const bool freeze : {true, false}) {
      for (const bool only : {true, false}) {
        QTest::addRow("%s, %s", freeze ? "frozen" : "whole window", only ? "bins" : "all words")
            << freeze << only;
      }
    }
  }

  void jacobiGivesTheSequentialTokens() {
    QFETCH(bool, freeze);
    QFETCH(bool, actionsOnly);
    const Tokens ids = actionsOnly ? answerTokens(m_policy.config) : Tokens{};
    int passes = 0;
    for (const Problem& problem : m_problems) {
      const Tokens answer = oneByOne(problem.prefix, ids);
      const auto solved = [&](ChunkRule rule, const Tokens& guess) {
        const PreparedLlama prepared(m_policy.llama, torch::kFloat32, ids);
        LlamaPass pass(prepared, problem.prefix, {}, kTokens);
        ChunkSolver solver(pass, ids, {.rule = rule, .freeze = freeze}, guess);
        while (!solver.done()) solver.step();
        passes = solver.passes();
        return solver.tokens();
      };
      QVERIFY(solved(ChunkRule::Autoregressive, problem.guess) == answer);
      QCOMPARE(passes, kTokens - 1);
      QVERIFY(solved(ChunkRule::Jacobi, problem.guess) == answer);
      QVERIFY(passes < kTokens);
      QVERIFY(solved(ChunkRule::Jacobi, Tokens(kTokens, 0)) == answer);
      QVERIFY(solved(ChunkRule::Jacobi, answer) == answer);
      QCOMPARE(passes, 1);  // a right guess is found to be right at once
    }
  }

  // Pass k makes token k exact, and what is called settled is.
  void everyPassSettlesOneMore() {
    for (const Problem& problem : m_problems) {
      const PreparedLlama prepared(m_policy.llama, torch::kFloat32);
      LlamaPass pass(prepared, problem.prefix, {}, kTokens);
      ChunkSolver solver(pass, {}, {}, problem.guess);
      QCOMPARE(solver.frontier(), 1);
      while (!solver.done()) {
        const int from = pass.committed();
        const Tokens before = solver.tokens();
        const ChunkPass said = solver.step();
        QVERIFY(said.frontier > solver.passes());
        QCOMPARE(said.frontier, solver.frontier());
        QVERIFY(std::equal(solver.tokens().begin(), solver.tokens().begin() + said.frontier,
                           problem.answer.begin()));
        QCOMPARE(said.begin, from + 1);
        QCOMPARE(said.inputs, kTokens - 1 - from);
        for (int i = 0; i < said.inputs; ++i) {
          QCOMPARE(std::int64_t{said.moved[i]},
                   std::abs(solver.tokens()[said.begin + i] - before[said.begin + i]));
        }
      }
    }
  }

  void earlyExit() {
    const Problem& problem = m_problems.front();
    const PreparedLlama prepared(m_policy.llama, torch::kFloat32);
    LlamaPass pass(prepared, problem.prefix, {}, kTokens);
    ChunkSolver solver(pass, {}, {.exit = 2}, problem.guess);
    QVERIFY(!solver.step().done);
    const ChunkPass last = solver.step();
    QVERIFY(last.done && last.early && solver.done());
    QVERIFY(last.frontier >= 3 && last.frontier < kTokens);
    QVERIFY(solver.tokens() != problem.answer);  // else this problem shows nothing
  }

  void boundedExit() {
    const Problem& problem = m_problems.front();
    const PreparedLlama prepared(m_policy.llama, torch::kFloat32);
    const auto passes = [&](const ChunkSettings& settings, Tokens& tokens) {
      LlamaPass pass(prepared, problem.prefix, {}, kTokens);
      ChunkSolver solver(pass, {}, settings, problem.guess);
      while (!solver.done()) solver.step();
      tokens = solver.tokens();
      return solver.passes();
    };
    Tokens exact, tokens;
    const int all = passes({}, exact);
    QCOMPARE(passes({.rule = ChunkRule::Bounded, .exitBins = 0}, tokens), all);
    QVERIFY(tokens == exact);
    // Every token is within so many ids of every other.
    QCOMPARE(passes({.rule = ChunkRule::Bounded, .exitBins = 300}, tokens), 1);
    // The smallest bound that ends it after the second pass is what moved then.
    LlamaPass pass(prepared, problem.prefix, {}, kTokens);
    ChunkSolver solver(pass, {}, {}, problem.guess);
    const int first = std::ranges::max(solver.step().moved);
    const int second = std::ranges::max(solver.step().moved);
    if (first > second) {
      QCOMPARE(passes({.rule = ChunkRule::Bounded, .exitBins = second}, tokens), 2);
    } else {
      QVERIFY(passes({.rule = ChunkRule::Bounded, .exitBins = second}, tokens) <= 2);
    }
  }

  void whatIsRolledBackLeavesNothingBehind() {
    const Problem& problem = m_problems.front();
    const PreparedLlama prepared(m_policy.llama, torch::kFloat32);
    LlamaPass used(prepared, problem.prefix, {}, kTokens);
    LlamaPass fresh(prepared, problem.prefix, {}, kTokens);
    ChunkSolver solver(used, {}, {.freeze = false}, problem.guess);
    for (int i = 0; i < 3; ++i) solver.step();
    QCOMPARE(used.committed(), 0);
    const Tensor window = torch::tensor(problem.answer).slice(0, 0, kTokens - 1).unsqueeze(0);
    QVERIFY(torch::equal(used.run(window), fresh.run(window)));
  }

  void settingsMayChangeBetweenPasses() {
    const Problem& problem = m_problems.back();
    const PreparedLlama prepared(m_policy.llama, torch::kFloat32);
    LlamaPass pass(prepared, problem.prefix, {}, kTokens);
    ChunkSolver solver(pass, {}, {}, problem.guess);
    solver.step();
    solver.set({.rule = ChunkRule::Autoregressive, .freeze = false});
    solver.step();
    solver.set({.rule = ChunkRule::Jacobi, .freeze = true});
    while (!solver.done()) solver.step();
    QVERIFY(solver.tokens() == problem.answer);
  }

  void tooFewRoomIsRefused() {
    const PreparedLlama prepared(m_policy.llama, torch::kFloat32);
    LlamaPass pass(prepared, m_problems.front().prefix, {}, kTokens - 1);
    QVERIFY_EXCEPTION_THROWN(ChunkSolver(pass, {}, {}, Tokens(kTokens, 0)), UsageError);
    QVERIFY_EXCEPTION_THROWN(ChunkSolver(pass, {}, {}, Tokens()), UsageError);
  }

 private:
  Tokens randomTokens() const {
    const Tensor drawn = torch::randint(m_policy.config.firstActionToken(),
                                        m_policy.config.words(), {kTokens}, torch::kInt64);
    return {drawn.data_ptr<std::int64_t>(), drawn.data_ptr<std::int64_t>() + kTokens};
  }

  // Without the cache and without the solver: the whole sequence again for every token.
  Tokens oneByOne(const Tensor& prefix, const Tokens& ids) const {
    const torch::NoGradGuard noGrad;
    Tokens tokens;
    while (std::ssize(tokens) < kTokens) {
      const Tensor before = torch::tensor(tokens, torch::kInt64).unsqueeze(0);
      Tensor logits = policyLogits(m_policy, prefix, {}, before)[0][-1];
      if (!ids.empty()) logits = logits.index_select(0, torch::tensor(ids));
      const auto best = logits.argmax().item<std::int64_t>();
      tokens.push_back(ids.empty() ? best : ids[best]);
    }
    return tokens;
  }

  Policy m_policy;
  std::vector<Problem> m_problems;
};

QTEST_GUILESS_MAIN(ChunkSolverTest)
#include "chunk_solver_test.moc"
