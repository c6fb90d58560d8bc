// The paired difference of two shares: published and computed values, symmetry, and how often
// its interval holds the truth.
#include <QtTest>
#include <random>

#include "engine/train/paired_shares.h"

using namespace jacobiscope;

class PairedSharesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void outcomesAreCounted() {
    PairedCounts counts;
    counts.add(true, true);
    counts.add(true, false);
    counts.add(true, false);
    counts.add(false, true);
    counts.add(false, false);
    QCOMPARE(counts.both, 1);
    QCOMPARE(counts.firstOnly, 2);
    QCOMPARE(counts.secondOnly, 1);
    QCOMPARE(counts.neither, 1);
  }

  void valuesAreThoseOfTheFormula_data() {
    QTest::addColumn<QList<int>>("counts");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::newRow("36 2 12 0") << QList<int>{36, 2, 12, 0} << 0.056930 << 0.340428;
    QTest::newRow("160 12 8 20") << QList<int>{160, 12, 8, 20} << -0.066741 << 0.025884;
    QTest::newRow("50 0 0 50") << QList<int>{50, 0, 0, 50} << -0.019234 << 0.019234;
    QTest::newRow("30 0 0 0") << QList<int>{30, 0, 0, 0} << -0.113513 << 0.113513;
    QTest::newRow("10 20 20 2") << QList<int>{10, 20, 20, 2} << -0.230281 << 0.230281;
  }

  void valuesAreThoseOfTheFormula() {
    QFETCH(QList<int>, counts);
    QFETCH(double, low);
    QFETCH(double, high);
    const PairedCounts paired{counts[0], counts[1], counts[2], counts[3]};
    const PairedDifference found = pairedDifference(paired);
    QCOMPARE(found.value, double(counts[2] - counts[1]) / double(paired.total()));
    QVERIFY2(std::abs(found.low - low) < 1e-5, QByteArray::number(found.low, 'g', 9));
    QVERIFY2(std::abs(found.high - high) < 1e-5, QByteArray::number(found.high, 'g', 9));
  }

  void theOtherWayRoundItIsMirrored() {
    const PairedDifference one = pairedDifference({30, 9, 4, 7});
    const PairedDifference other = pairedDifference({30, 4, 9, 7});
    QCOMPARE(one.value, -other.value);
    QVERIFY(std::abs(one.low + other.high) < 1e-12 && std::abs(one.high + other.low) < 1e-12);
  }

  void withoutTrialsNothingIsKnown() {
    QCOMPARE(pairedDifference({}).low, -1.0);
    QCOMPARE(pairedDifference({}).high, 1.0);
  }

  // 0.9 against 0.85 on the same seeds, most of which are easy or hard for both.
  void theIntervalHoldsTheTruth() {
    std::mt19937 generator(5);
    std::discrete_distribution<int> outcome({0.82, 0.08, 0.03, 0.07});
    constexpr int kTrials = 4000;
    int held = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
      PairedCounts counts;
      for (int i = 0; i < 120; ++i) {
        const int which = outcome(generator);
        counts.add(which < 2, which == 0 || which == 2);
      }
      const PairedDifference found = pairedDifference(counts);
      held += found.low <= -0.05 && -0.05 <= found.high;
    }
    QVERIFY2(held > 0.935 * kTrials && held < 0.985 * kTrials, QByteArray::number(held));
  }
};

QTEST_GUILESS_MAIN(PairedSharesTest)
#include "paired_shares_test.moc"
