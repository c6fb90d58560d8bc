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
    QTest::addColumn<bool>("fold");
    for (int i = 0; i < 8; ++i) {
      const bool freeze = i & 1, only = i & 2, fold = i & 4;
      QTest::addRow("%s, %s, %s", freeze ? "frozen" : "whole window", only ? "bins" : "all words",
                    fold ? "folded" : "prefix alone")
          << freeze << only << fold;
    }
  }

  void jacobiGivesTheSequentialTokens() {
    QFETCH(bool, freeze);
    QFETCH(bool, actionsOnly);
    QFETCH(bool, fold);
    const Tokens ids = actionsOnly ? answerTokens(m_policy.config) : Tokens{};
    int calls = 0;
    for (const Problem& problem : m_problems) {
      const Tokens answer = oneByOne(problem.prefix, ids);
      const auto solved = [&](ChunkRule rule, const Tokens& guess) {
        ChunkSolver solver(PreparedLlama(m_policy.llama, torch::kFloat32, ids),
                           [&] { return problem.prefix; }, ids,
                           {.rule = rule, .fold = fold, .freeze = freeze}, guess);
        while (!solver.done()) solver.step();
        calls = solver.calls();
        return solver.tokens();
      };
      QVERIFY(solved(ChunkRule::Autoregressive, problem.guess) == answer);
      QCOMPARE(calls, kTokens);
      QVERIFY(solved(ChunkRule::Jacobi, problem.guess) == answer);
      QVERIFY(calls <= kTokens);
      QVERIFY(solved(ChunkRule::Jacobi, Tokens(kTokens, 0)) == answer);
      QVERIFY(solved(ChunkRule::Jacobi, answer) == answer);
      QCOMPARE(calls, fold ? 1 : 2);  // a right guess is found to be right at once
    }
  }

  // Call k makes token k - 1 final, and what is called settled is.
  void everyCallSettlesOneMore() {
    for (const Problem& problem : m_problems) {
      ChunkSolver solver = solverOf(problem, {});
      QCOMPARE(solver.frontier(), 0);
      while (!solver.done()) {
        const int settled = solver.frontier();
        const Tokens before = solver.tokens();
        const ChunkPass said = solver.step();
        QVERIFY(said.frontier >= solver.calls());
        QCOMPARE(said.frontier, solver.frontier());
        QVERIFY(std::equal(solver.tokens().begin(), solver.tokens().begin() + said.frontier,
                           problem.answer.begin()));
        QCOMPARE(said.begin, settled);  // what is settled has left the window
        QCOMPARE(std::ssize(said.moved), std::ptrdiff_t{kTokens - said.begin});
        for (std::size_t i = 0; i < said.moved.size(); ++i) {
          QCOMPARE(std::int64_t{said.moved[i]},
                   std::abs(solver.tokens()[said.begin + i] - before[said.begin + i]));
        }
      }
    }
  }

  void thePrefixAloneIsNoIteration() {
    ChunkSolver solver = solverOf(m_problems.front(), {.exit = 1, .fold = false});
    const ChunkPass prefix = solver.step();
    QVERIFY(!prefix.done && prefix.inputs == 0 && prefix.frontier == 1);
    QCOMPARE(solver.iterations(), 0);
    QVERIFY(solver.step().early);
    QCOMPARE(solver.calls(), 2);
  }

  void earlyExit() {
    const Problem& problem = m_problems.front();
    ChunkSolver solver = solverOf(problem, {.exit = 2});
    QVERIFY(!solver.step().done);
    const ChunkPass last = solver.step();
    QVERIFY(last.done && last.early && solver.done());
    QVERIFY(last.frontier >= 2 && last.frontier < kTokens);
    QVERIFY(solver.tokens() != problem.answer);  // else this problem shows nothing
  }

  void boundedExit() {
    const Problem& problem = m_problems.front();
    const auto calls = [&](const ChunkSettings& settings, Tokens& tokens) {
      ChunkSolver solver = solverOf(problem, settings);
      while (!solver.done()) solver.step();
      tokens = solver.tokens();
      return solver.calls();
    };
    Tokens exact, tokens;
    const int all = calls({}, exact);
    QCOMPARE(calls({.rule = ChunkRule::Bounded, .exitBins = 0}, tokens), all);
    QVERIFY(tokens == exact);
    // Every token is within so many ids of every other.
    QCOMPARE(calls({.rule = ChunkRule::Bounded, .exitBins = 300}, tokens), 1);
    // A bound of what moved in some call ends it there, or before.
    ChunkSolver solver = solverOf(problem, {});
    solver.step();
    const int second = std::ranges::max(solver.step().moved);
    QVERIFY(calls({.rule = ChunkRule::Bounded, .exitBins = second}, tokens) <= 2);
    QVERIFY(calls({.rule = ChunkRule::Bounded, .exitBins = second - 1}, tokens) != 2);
  }

  void settingsMayChangeBetweenPasses() {
    const Problem& problem = m_problems.back();
    ChunkSolver solver = solverOf(problem, {});
    solver.step();
    solver.set({.rule = ChunkRule::Autoregressive, .freeze = false});
    solver.step();
    solver.set({.rule = ChunkRule::Jacobi, .freeze = true});
    while (!solver.done()) solver.step();
    QVERIFY(solver.tokens() == problem.answer);
  }

  // The pass that reads drafts along with the prefix gives what two passes give, but for rounding.
  void draftsBesideThePrefix() {
    const Problem& problem = m_problems.front();
    const PreparedLlama prepared(m_policy.llama, torch::kFloat32);
    const Tensor drafts = torch::tensor(problem.guess).slice(0, 0, kTokens - 1).unsqueeze(0);
    LlamaPass folded(prepared, problem.prefix, {}, kTokens, drafts);
    LlamaPass apart(prepared, problem.prefix, {}, kTokens);
    QCOMPARE(folded.staged(), kTokens - 1);
    QVERIFY(torch::allclose(folded.first(), apart.first(), 1e-5, 1e-6));
    QVERIFY(torch::allclose(folded.behindDrafts(), apart.run(drafts), 1e-5, 1e-6));
    // What was staged and not committed leaves nothing behind.
    folded.rollback();
    const Tensor window = torch::tensor(problem.answer).slice(0, 0, kTokens - 1).unsqueeze(0);
    QVERIFY(torch::allclose(folded.run(window), apart.run(window), 1e-5, 1e-6));
    QVERIFY_EXCEPTION_THROWN(LlamaPass(prepared, problem.prefix, {}, kTokens - 2, drafts),
                             UsageError);
  }

  void aChunkHasTokens() {
    QVERIFY_EXCEPTION_THROWN(solverOf({m_problems.front().prefix, {}, {}}, {}), UsageError);
  }

 private:
  Tokens randomTokens() const {
    const Tensor drawn = torch::randint(m_policy.config.firstActionToken(),
                                        m_policy.config.words(), {kTokens}, torch::kInt64);
    return {drawn.data_ptr<std::int64_t>(), drawn.data_ptr<std::int64_t>() + kTokens};
  }

  ChunkSolver solverOf(const Problem& problem, const ChunkSettings& settings) const {
    return {PreparedLlama(m_policy.llama, torch::kFloat32),
            [prefix = problem.prefix] { return prefix; },
            {},
            settings,
            problem.guess};
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
