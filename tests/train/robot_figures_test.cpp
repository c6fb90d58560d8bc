// Figures of a robot's episodes.
#include <QtTest>

#include "engine/train/robot_figures.h"

using namespace jacobiscope;

class RobotFiguresTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sumsAreOverEpisodesNotMeansOfMeans() {
    const std::vector<EpisodeRecord> episodes = {{true, 20, 3, 30, 168, 0.5, 0.006},
                                                 {false, 60, 7, 50, 392, 1.5, 0.004},
                                                 {true, 16, 2, 16, 112, 0.4, 0}};
    const RobotFigures figures = figuresOf(episodes);
    QCOMPARE(figures.success.right, 2);
    QCOMPARE(figures.success.total, 3);
    QVERIFY(figures.success.low > 0 && figures.success.high < 1);
    QCOMPARE(figures.tokensPerSecond, 672 / 2.4);
    QCOMPARE(figures.callsPerChunk, 8.0);
    QCOMPARE(figures.controlHz, 96 / 2.4);
    QCOMPARE(figures.deviation, 0.01 / 12);
  }

  void nothingMeasuredIsNoDivisionByZero() {
    const RobotFigures figures = figuresOf({});
    QCOMPARE(figures.success.total, 0);
    QCOMPARE(figures.tokensPerSecond, 0.0);
    QCOMPARE(figures.callsPerChunk, 0.0);
  }

  void differencesAreOverSharedEpisodes() {
    const EpisodeRecord yes{true, 1, 1, 1, 1, 1, 0}, no{false, 1, 1, 1, 1, 1, 0};
    const PairedDifference found = differenceOf({yes, yes, no, no}, {no, yes, yes, yes, yes});
    QCOMPARE(found.value, 0.25);
    const PairedDifference expected = pairedDifference({1, 1, 2, 0});
    QCOMPARE(found.low, expected.low);
    QCOMPARE(found.high, expected.high);
  }
};

QTEST_GUILESS_MAIN(RobotFiguresTest)
#include "robot_figures_test.moc"
