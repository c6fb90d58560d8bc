// What is reported of a run's ending, sweep by sweep.
#include <QtTest>
#include <cmath>
#include <limits>

#include "engine/core/endings.h"

using namespace jacobiscope;

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

// A sweep of the window [begin, end) of stage 0 after which [0, frontier) is frozen.
Sweep sweep(int begin, int end, int frontier, Verdict verdict, std::vector<float> change) {
  Sweep s;
  s.window = {0, begin, end, 0};
  s.frontier = frontier;
  s.verdict = verdict;
  s.residual = change.empty() ? std::nan("") : *std::max_element(change.begin(), change.end());
  if (!change.empty()) s.facts.push_back({"change", "", begin, std::move(change)});
  return s;
}

Endings after(const std::vector<Sweep>& sweeps) {
  Endings endings;
  for (const Sweep& s : sweeps) endings.add(s);
  return endings;
}

}  // namespace

class EndingsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void settledIsSettled() {
    const Endings endings = after({sweep(1, 4, 2, Verdict::Accepted, {0.5f, 0.4f, 0.3f}),
                                   sweep(2, 4, 4, Verdict::Settled, {0.02f, 0.01f})});
    QVERIFY(endings.settled());
    QVERIFY(std::abs(endings.maxResidual() - 0.02) < 1e-6);  // of the ending alone
  }

  void aCapIsNotSettledWhateverFollows() {
    const Endings endings = after({sweep(1, 3, 3, Verdict::Capped, {0.5f, 0.4f}),
                                   sweep(3, 5, 5, Verdict::Settled, {0.1f, 0.0f})});
    QVERIFY(!endings.settled());
    QCOMPARE(endings.maxResidual(), 0.5);
  }

  // A window that slides on never ends again where it ended when it overflowed.
  void anOverflowThatWasMendedIsSettled() {
    const Endings endings = after({sweep(1, 4, 2, Verdict::Diverged, {0.5f, kInf, kInf}),
                                   sweep(2, 5, 5, Verdict::Accepted, {0.0f, 0.0f, 0.0f}),
                                   sweep(5, 6, 6, Verdict::Settled, {0.25f})});
    QVERIFY(endings.settled());
    QCOMPARE(endings.maxResidual(), 0.0);  // the last one's inputs stayed where they were
  }

  // Zero was put where the exact value overflows; the tokens behind it settle on that.
  void anOverflowThatWasFrozenIsNotSettled() {
    const Endings endings = after({sweep(1, 4, 2, Verdict::Diverged, {kInf, kInf, kInf}),
                                   sweep(2, 4, 4, Verdict::Settled, {0.1f, 0.0f})});
    QVERIFY(!endings.settled());
    QVERIFY(std::isinf(endings.maxResidual()));
  }

  void oneTokenAtATimeAnOverflowIsNotSettled() {
    const Endings endings = after({sweep(1, 2, 2, Verdict::Diverged, {}),
                                   sweep(2, 3, 3, Verdict::Settled, {})});
    QVERIFY(!endings.settled());
  }

  void theCapOfLowPrecisionIsForgotten() {
    const Endings endings = after({sweep(1, 4, 4, Verdict::Capped, {0.5f, 0.5f, 0.5f}),
                                   sweep(1, 4, 1, Verdict::Working, {0.5f, 0.5f, 0.5f}),
                                   sweep(1, 4, 4, Verdict::Settled, {0.0f, 0.0f, 0.0f})});
    QVERIFY(endings.settled());
    QCOMPARE(endings.maxResidual(), 0.0);
  }

  void stagesAreToldApart() {
    Sweep second = sweep(0, 2, 2, Verdict::Settled, {0.0f, 0.0f});
    second.window.stage = 1;
    QVERIFY(!after({sweep(0, 2, 2, Verdict::Capped, {0.5f, 0.5f}), second}).settled());
  }

  void nothingSaidIsNoResidual() {
    QVERIFY(after({}).settled());
    QVERIFY(std::isnan(after({sweep(1, 2, 2, Verdict::Settled, {})}).maxResidual()));
  }
};

QTEST_GUILESS_MAIN(EndingsTest)
#include "endings_test.moc"
