// Breakpoints fire at the sweep that meets them, tell why, and keep silent on healthy runs.
#include <QtTest>
#include <cmath>

#include "engine/core/breakpoint_watch.h"
#include "engine/core/error.h"
#include "engine/toy/toy_family.h"

using namespace jacobiscope;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr float kInfinite = std::numeric_limits<float>::infinity();

const Plan kPlan{{"block 3", "block 2"}, {100, 100}, {}, false};

Breakpoint rise(int over) { return {BreakpointKind::Rise, true, over, 0}; }
Breakpoint stall(int over, double factor = 2) {
  return {BreakpointKind::Stall, true, over, factor};
}
Breakpoint acceptance(double share, int calls) {
  return {BreakpointKind::Acceptance, true, calls, share};
}
constexpr Breakpoint kOverflow{BreakpointKind::Overflow, true, 0, 0};

// Feeds sweeps that it numbers, and keeps what was told.
class Watched {
 public:
  explicit Watched(std::vector<Breakpoint> breakpoints) {
    watch.set(std::move(breakpoints));
    watch.begin();
  }
  bool next(Sweep sweep) {
    sweep.index = m_index++;
    sweep.iteration = static_cast<int>(m_index);
    hit = watch.look(kPlan, sweep);
    return hit.has_value();
  }
  bool next(Window window, double residual, int frontier, Verdict verdict = Verdict::Working) {
    Sweep sweep;
    sweep.window = window;
    sweep.residual = residual;
    sweep.frontier = frontier;
    sweep.verdict = verdict;
    return next(sweep);
  }
  // Index of the last sweep of the series that met a breakpoint first; -1: none did.
  std::int64_t firstOf(const std::vector<double>& residuals) {
    for (const double residual : residuals) {
      if (next({0, 0, 100, 0}, residual, ++m_frontier)) return hit->sweep;
    }
    return -1;
  }

  BreakpointWatch watch;
  std::optional<BreakpointHit> hit;

 private:
  std::int64_t m_index = 0;
  int m_frontier = 0;
};

using enum TokenState;

// A call of a token decoder that tests drafts for the positions from `first` on.
Sweep tokenCall(int first, std::vector<TokenState> states, bool drafts = true) {
  Sweep sweep;
  const int count = static_cast<int>(states.size());
  sweep.window = {0, first, first + count, 0};
  sweep.frontier = first;
  sweep.residual = 0.9;
  std::vector<std::int32_t> values;
  for (const TokenState state : states) {
    values.push_back(static_cast<std::int32_t>(state));
    if (state == Accepted || state == Resampled || state == Drawn) ++sweep.frontier;
  }
  if (drafts) sweep.facts.push_back({"draft", "", first, std::vector<std::int32_t>(count, 1)});
  sweep.facts.push_back({"state", "", first, std::move(values)});
  return sweep;
}

// A call of an action decoder: states and moves of the whole chunk.
Sweep chunkCall(SweepKind kind, int stage, int frontier, const std::vector<float>& moved) {
  Sweep sweep;
  sweep.kind = kind;
  sweep.window = {stage, 0, static_cast<int>(moved.size()), 0};
  sweep.frontier = frontier;
  std::vector<std::int32_t> states;
  for (int i = 0; i < std::ssize(moved); ++i) {
    states.push_back(static_cast<std::int32_t>(i < frontier ? Accepted : Redrawn));
  }
  sweep.residual = std::ranges::max(moved);
  sweep.facts.push_back({"change", "bins", 0, moved});
  sweep.facts.push_back({"state", "", 0, std::move(states)});
  return sweep;
}

Sweep worldSweep(int stage, EpisodeState outcome) {
  Sweep sweep;
  sweep.kind = SweepKind::World;
  sweep.window = {stage, 0, 7, 0};
  sweep.residual = kNone;
  sweep.facts.push_back(
      {"outcome", "", 0, std::vector<std::int32_t>{static_cast<std::int32_t>(outcome)}});
  return sweep;
}

}  // namespace

class BreakpointWatchTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // ---- Rise ---------------------------------------------------------------------------------

  void aRiseIsToldAtItsLastIteration() {
    Watched w({rise(3)});
    QCOMPARE(w.firstOf({0.5, 0.3, 0.0012, 0.01, 0.02, 0.05, 0.04}), std::int64_t{5});
    QCOMPARE(w.hit->reason,
             std::string("The residual of block 3 rose over 3 iterations, from 0.0012 to 0.05."));
    QCOMPARE(w.hit->lastGood, std::int64_t{2});
    QVERIFY(w.hit->kind == BreakpointKind::Rise);
  }

  void aFallInBetweenOrAnEqualResidualIsNoRise() {
    QCOMPARE(Watched({rise(3)}).firstOf({1, 2, 3, 2.9, 3, 4, 3.5, 5, 6}), std::int64_t{-1});
    QCOMPARE(Watched({rise(2)}).firstOf({1, 2, 2, 3, 3, 4}), std::int64_t{-1});
    QCOMPARE(Watched({rise(2)}).firstOf({1, 2, kNone, 3, kNone, 4}), std::int64_t{-1});
  }

  void aRiseMustComeAnewToBeToldAgain() {
    Watched w({rise(2)});
    QCOMPARE(w.firstOf({1, 2, 3}), std::int64_t{2});
    QCOMPARE(w.firstOf({4, 5, 6}), std::int64_t{4});
    QCOMPARE(w.hit->lastGood, std::int64_t{2});
  }

  void risesAreNotCountedOverTheBordersOfPieces() {
    Watched w({rise(2)});
    QVERIFY(!w.next({0, 0, 50, 3}, 1, 1));
    QVERIFY(!w.next({0, 0, 50, 3}, 2, 50, Verdict::Capped));
    QVERIFY(!w.next({0, 50, 100, 3}, 3, 51));    // the next segment
    QVERIFY(!w.next({0, 50, 100, 3}, 4, 100, Verdict::Capped));
    QVERIFY(!w.next({1, 0, 100, 0}, 5, 1));      // the next stage
    QVERIFY(!w.next({1, 0, 100, 0}, 6, 9));
    QVERIFY(!w.next({1, 0, 100, 0}, 7, 1));      // what was settled is taken back
    QVERIFY(!w.next({1, 0, 100, 0}, 8, 2));
    QVERIFY(w.next({1, 0, 100, 0}, 9, 3));
  }

  // Residuals of a window that takes positions in are not of the same positions.
  void aSlidingWindowDoesNotRise() {
    Watched w({rise(2)});
    for (int n = 0; n < 40; ++n) QVERIFY(!w.next({0, n, n + 20, 0}, 1 + n, n + 1));
    // It stays where it is from here on.
    QVERIFY(!w.next({0, 40, 59, 0}, 50, 41));
    QVERIFY(w.next({0, 41, 59, 0}, 51, 42));
  }

  void anotherRunBeginsFromNothing() {
    Watched w({rise(2)});
    QCOMPARE(w.firstOf({1, 2}), std::int64_t{-1});
    w.watch.begin();
    QCOMPARE(w.firstOf({3, 4}), std::int64_t{-1});
    QVERIFY(w.next({0, 0, 100, 0}, 5, 5));
  }

  void whatIsOffTellsNothing() {
    Breakpoint off = rise(2);
    off.on = false;
    QCOMPARE(Watched({off}).firstOf({1, 2, 3, 4, 5}), std::int64_t{-1});
    QCOMPARE(Watched({}).firstOf({1, 2, 3, 4, 5}), std::int64_t{-1});
  }

  // ---- Overflow -----------------------------------------------------------------------------

  void anOverflowIsToldOnceWithItsPosition() {
    Watched w({kOverflow});
    QVERIFY(!w.next({0, 10, 13, 0}, 0.5, 11));
    Sweep sweep;
    sweep.window = {0, 11, 14, 0};
    sweep.verdict = Verdict::Diverged;
    sweep.residual = kInfinite;
    sweep.frontier = 12;
    sweep.facts.push_back({"change", "", 11, std::vector<float>{0.1f, 0.2f, kInfinite}});
    QVERIFY(w.next(sweep));
    QCOMPARE(w.hit->reason, std::string("A value overflowed in block 3 at position 13, iteration 2."));
    QCOMPARE(w.hit->sweep, std::int64_t{1});
    QCOMPARE(w.hit->lastGood, std::int64_t{0});
    QVERIFY(!w.next(sweep));  // it goes on
    QVERIFY(!w.next({0, 12, 14, 0}, 0.1, 13));
    QVERIFY(w.next(sweep));   // and comes again
  }

  // One token at a time there is nothing but the verdict.
  void anOverflowOfSequentialDecodingIsTold() {
    Watched w({kOverflow, rise(1), stall(1)});
    for (int i = 0; i < 5; ++i) QVERIFY(!w.next({0, i, i + 1, 0}, kNone, i + 1));
    QVERIFY(w.next({0, 5, 6, 0}, kNone, 6, Verdict::Diverged));
    QVERIFY(w.hit->kind == BreakpointKind::Overflow);
  }

  void whatWasNotComparedIsNoOverflow() {
    Watched w({kOverflow});
    Sweep sweep;
    sweep.window = {0, 0, 2, 0};
    sweep.facts.push_back({"change", "", 0, std::vector<float>{NAN, NAN}});
    QVERIFY(!w.next(sweep));
  }

  void aSimulationThatDivergesIsTold() {
    Watched w({kOverflow});
    QVERIFY(!w.next(worldSweep(1, EpisodeState::Fell)));
    QVERIFY(w.next(worldSweep(1, EpisodeState::Diverged)));
    QVERIFY(w.hit->reason.starts_with("The simulation diverged in block 2"));
  }

  void anOverflowIsToldBeforeWhatComesOfIt() {
    Watched w({rise(1), kOverflow});
    QVERIFY(!w.next({0, 0, 9, 0}, 1, 1));
    QVERIFY(w.next({0, 0, 9, 0}, kInfinite, 2, Verdict::Diverged));
    QVERIFY(w.hit->kind == BreakpointKind::Overflow);
  }

  // ---- Stall --------------------------------------------------------------------------------

  void aResidualThatHardlyFallsIsAStall() {
    Watched w({stall(4)});
    QCOMPARE(w.firstOf({8, 4, 1.9, 1.5, 1.2, 1.1, 1.0}), std::int64_t{6});
    QCOMPARE(w.hit->reason, std::string("The iteration of block 3 stalled: 4 sweeps settled 4 "
                                        "positions and took the residual from 1.9 to 1."));
    QCOMPARE(w.hit->lastGood, std::int64_t{2});
    QCOMPARE(w.firstOf({1, 1, 1}), std::int64_t{-1});
    QVERIFY(w.next({0, 0, 100, 0}, 1, 11));
  }

  void whatIsSettledFasterThanOneByOneIsNoStall() {
    Watched w({stall(3)});
    for (int i = 0; i < 20; ++i) QVERIFY(!w.next({0, 0, 100, 0}, 1, 2 * i + 1));
  }

  void aFrontierThatRestsWithItsResidualIsAStall() {
    Watched w({stall(3)});
    for (int i = 0; i < 3; ++i) QVERIFY(!w.next({0, 0, 100, 0}, 0, 7));
    QVERIFY(w.next({0, 0, 100, 0}, 0, 7));
    QVERIFY2(w.hit->reason.find("settled 0 positions") != std::string::npos,
             w.hit->reason.c_str());
  }

  void cappedWindowsAndSinglePositionsDoNotStall() {
    Watched w({stall(4)});
    for (int n = 0; n < 10; ++n) {
      for (int k = 0; k < 4; ++k) {
        QVERIFY(!w.next({0, 10 * n, 10 * n + 10, 4}, 1, k < 3 ? 10 * n + k + 1 : 10 * n + 10));
      }
    }
    for (int i = 0; i < 50; ++i) QVERIFY(!w.next({1, i, i + 1, 0}, kNone, i + 1));
  }

  // Their residual is a probability that need not fall.
  void tokensStallWhenEveryCallSettlesOne() {
    Watched w({stall(5), rise(2)});
    int at = 0;
    for (int i = 0; i < 30; ++i) {
      Sweep sweep = tokenCall(at, {Accepted, Resampled, Kept, Redrawn});
      sweep.residual = 0.01 * i;
      QVERIFY(!w.next(sweep));
      at = sweep.frontier;
    }
    // The first of them still end five calls of which one settled two.
    for (int i = 0; i < 4; ++i, ++at) QVERIFY(!w.next(tokenCall(at, {Resampled, Kept, Kept})));
    QVERIFY(w.next(tokenCall(at, {Resampled, Kept, Kept})));
    QCOMPARE(w.hit->reason,
             std::string("The iteration of block 3 stalled: 5 sweeps settled 5 positions."));
  }

  // ---- Acceptance ---------------------------------------------------------------------------

  void fewAcceptedDraftsAreTold() {
    Watched w({acceptance(0.5, 3)});
    QVERIFY(!w.next(tokenCall(0, {Drawn}, true)));  // the first call has no draft
    QVERIFY(!w.next(tokenCall(1, {Accepted, Accepted, Resampled})));  // 2 of 3
    QVERIFY(!w.next(tokenCall(4, {Accepted, Resampled, Kept})));      // 1 of 2
    QVERIFY(!w.next(tokenCall(6, {Resampled, Kept, Kept})));          // 0 of 1: 3 of 6
    QVERIFY(w.next(tokenCall(7, {Resampled, Redrawn})));              // 0 of 1: 1 of 4
    QCOMPARE(w.hit->reason, std::string("Only 1 of 4 drafts were accepted in the last 3 calls, "
                                        "fewer than 50 %."));
    QCOMPARE(w.hit->lastGood, std::int64_t{1});
    for (int at = 8; at < 10; ++at) QVERIFY(!w.next(tokenCall(at, {Resampled, Kept})));
    QVERIFY(w.next(tokenCall(10, {Resampled, Kept})));
  }

  void decodingWithoutDraftsAcceptsNothingAndIsNotTold() {
    Watched w({acceptance(1, 1)});
    for (int i = 0; i < 20; ++i) QVERIFY(!w.next(tokenCall(i, {Drawn})));
  }

  void draftsOfActionsAreAcceptedWhereTheyDidNotChange() {
    Watched w({acceptance(0.6, 2)});
    QVERIFY(!w.next(worldSweep(0, EpisodeState::Running)));
    QVERIFY(!w.next(chunkCall(SweepKind::Prefill, 0, 1, {9, 9, 9, 9, 9, 9})));
    QVERIFY(!w.next(chunkCall(SweepKind::Iterate, 0, 4, {9, 0, 0, 3, 5, 5})));  // 2 of 3
    QVERIFY(!w.next(chunkCall(SweepKind::Iterate, 0, 6, {0, 0, 0, 0, 0, 2})));  // 1 of 2: 3 of 5
    QVERIFY(!w.next(worldSweep(0, EpisodeState::Running)));
    // The next chunk begins with a guess; what was seen of the last one still counts.
    QVERIFY(!w.next(chunkCall(SweepKind::Prefill, 1, 1, {9, 9, 9, 9, 9, 9})));
    QVERIFY(w.next(chunkCall(SweepKind::Iterate, 1, 2, {0, 4, 4, 4, 4, 4})));   // 0 of 1: 1 of 3
    QVERIFY(w.hit->reason.starts_with("Only 1 of 3 drafts"));
  }

  // ---- Healthy runs -------------------------------------------------------------------------

  void theToyIsHealthy_data() {
    QTest::addColumn<QString>("mode");
    for (const char* mode : {"sequential", "jacobi", "gs-jacobi", "window"}) {
      QTest::newRow(mode) << QString(mode);
    }
  }
  // With the defaults, and with three seeds.
  void theToyIsHealthy() {
    QFETCH(QString, mode);
    const auto family = toyFamily().load({});
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      std::vector<Breakpoint> all = initialBreakpoints();
      for (Breakpoint& each : all) each.on = true;
      BreakpointWatch watch;
      watch.set(all);
      watch.begin();
      Input input;
      input.seed = seed;
      const auto decoder = family->begin(
          completeKnobs(family->info().knobs, {{"mode", mode.toStdString()}}), input);
      std::int64_t index = 0;
      while (auto sweep = decoder->sweep()) {
        sweep->index = index++;
        const auto hit = watch.look(decoder->plan(), *sweep);
        QVERIFY2(!hit, hit ? hit->reason.c_str() : "");
      }
      QVERIFY(index > 20);
    }
  }

  // ---- Words --------------------------------------------------------------------------------

  void theWordsOfTheCommandLine() {
    const auto all = parseBreakpoints("rise=6,overflow,stall=30:1.5,acceptance=0.25:8");
    const std::vector<Breakpoint> expected = {rise(6), kOverflow, stall(30, 1.5),
                                              acceptance(0.25, 8)};
    QVERIFY(all == expected);
    const std::vector<Breakpoint> defaults = {stall(20, 2), acceptance(0.5, 16), rise(4)};
    QVERIFY(parseBreakpoints("stall,acceptance,rise") == defaults);
    QVERIFY(parseBreakpoints("acceptance=0.3") == std::vector{acceptance(0.3, 16)});
  }

  void wordsThatAreWrong_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("names");
    QTest::newRow("empty") << "" << "\"\"";
    QTest::newRow("unknown") << "rises=3" << "\"rises\"";
    QTest::newRow("twice") << "rise=3,rise=4" << "twice";
    QTest::newRow("no number") << "rise=many" << "\"many\"";
    QTest::newRow("half a number") << "stall=3x" << "\"3x\"";
    QTest::newRow("too few") << "stall=0" << "1 to 10000";
    QTest::newRow("too many") << "rise=1001" << "1 to 1000";
    QTest::newRow("no share") << "acceptance=1.5" << "0 to 1";
    QTest::newRow("not finite") << "acceptance=nan" << "0 to 1";
    QTest::newRow("takes none") << "overflow=3" << "overflow";
    QTest::newRow("takes one") << "rise=3:2" << "rise";
    QTest::newRow("an end") << "rise=3,," << "\"\"";
  }
  void wordsThatAreWrong() {
    QFETCH(QString, text);
    QFETCH(QString, names);
    try {
      parseBreakpoints(text.toStdString());
      QFAIL("it was taken");
    } catch (const UsageError& error) {
      QVERIFY2(QString(error.what()).contains(names), error.what());
    }
  }
};

QTEST_GUILESS_MAIN(BreakpointWatchTest)
#include "breakpoint_watch_test.moc"
