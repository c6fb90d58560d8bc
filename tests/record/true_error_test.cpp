// True errors, frontiers and their curves, from recordings made by hand.
#include "engine/record/true_error.h"

#include <QtTest>

#include "engine/record/exactness_summary.h"
#include "engine/record/frontier_line.h"
#include "engine/record/map_pixels.h"
#include "engine/record/residual_curves.h"
#include "tests/ui/recorded_run.h"

using namespace jacobiscope;

namespace {

void judge(RecordedRun& made, std::int64_t sweep, std::vector<float> errors, int exact,
           const std::string& unit = "max |dx|") {
  made.recording.add(Exactness{1, sweep, {"true_error", unit, 0, std::move(errors)}, exact});
}

// Two stages of four positions: three sweeps of the first, two of the second.
RecordedRun twoStages() {
  RecordedRun made(2, 4);
  made.next({0, 0, 4, 0}, 1, Verdict::Working, 1);
  made.next({0, 0, 4, 0}, 0.1, Verdict::Working, 2);
  made.next({0, 0, 4, 0}, 0.01, Verdict::Settled, 4);
  made.next({1, 0, 4, 0}, 0.5, Verdict::Working, 1);
  made.next({1, 0, 4, 0}, 0.25, Verdict::Settled, 4);
  return made;
}

void judgeAll(RecordedRun& made) {
  judge(made, 0, {0, 0, 0.5f, 2}, 2);
  judge(made, 1, {0, 0, 0, 0.2f}, 3);
  judge(made, 2, {0, 0, 0, 0}, 4);
  judge(made, 3, {0, 1, 1, 1}, 1);
  judge(made, 4, {0, 0, 0, 0.5f}, 3);
}

// A grid of two rows of two tokens.
RecordedRun tokens() {
  RecordedRun made(1, 4);
  Started started = made.run().start;
  started.model.vocabulary = 8;
  started.model.gridRows = started.model.gridColumns = 2;
  started.model.positions = 4;
  made.recording.add(started);
  return made;
}

QString text(const std::vector<FrontierPoint>& points) {
  QStringList words;
  for (const FrontierPoint& point : points)
    words << QString("%1:%2").arg(point.column).arg(point.positions);
  return words.join(" ");
}

}  // namespace

class TrueErrorTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theTimelineFollowsTheOracle() {
    RecordedRun made = twoStages();
    ErrorTimeline errors;
    errors.update(&made.run());
    QVERIFY(errors.empty());
    judge(made, 0, {0, 0, 0.5f, 2}, 2);
    judge(made, 1, {0, 0, 0, 0.2f}, 3);
    errors.update(&made.run());
    QCOMPARE(errors.size(), std::int64_t{2});
    QCOMPARE(errors.at(0).largest, 2.0f);
    QCOMPARE(errors.at(0).exact, 2);
    QCOMPARE(errors.at(0).equal, 2);
    QCOMPARE(errors.at(0).of, 4);
    judgeAll(made);
    errors.update(&made.run());
    QCOMPARE(errors.size(), std::int64_t{5});
    QCOMPARE(errors.at(3).stage, 1);
    QCOMPARE(errors.at(4).largest, 0.5f);
    QCOMPARE(errors.rows(), 0);
    errors.update(nullptr);
    QVERIFY(errors.empty());
  }

  void whatWasJudgedOutOfOrderIsTakenIn() {
    RecordedRun made = twoStages();
    judge(made, 3, {0, 1, 1, 1}, 1);
    ErrorTimeline errors;
    errors.update(&made.run());
    QCOMPARE(errors.size(), std::int64_t{4});
    QVERIFY(!errors.at(0).known && errors.at(3).known);
    judge(made, 0, {0, 0, 0.5f, 2}, 2);
    errors.update(&made.run());
    QVERIFY(errors.at(0).known);
    QVERIFY(!errors.at(1).known);
  }

  void rowsOfTokensTellTheShareThatDiffers() {
    RecordedRun made = tokens();
    made.next({0, 0, 4, 0}, kNoResidual, Verdict::Working, 1);
    made.recording.add(
        Exactness{1, 0, {"true_error", "", 0, std::vector<std::int32_t>{0, 1, 1, 1}}, 1});
    ErrorTimeline errors;
    errors.update(&made.run());
    QCOMPARE(errors.rows(), 2);
    QCOMPARE(errors.row(0, 0), 0.5f);
    QCOMPARE(errors.row(0, 1), 1.0f);
    QCOMPARE(errors.at(0).equal, 1);
    QCOMPARE(QString::fromStdString(trueErrorText(made.run(), 0)),
             QString("1 of 4 tokens as decoded sequentially\nfirst 1 of 4 positions exact"));
  }

  void aSummaryTellsTheWorstAndTheLastOfEveryStage() {
    RecordedRun made = twoStages();
    QCOMPARE(summaryOf(made.run()).judged, std::int64_t{0});
    judgeAll(made);
    const ExactnessSummary summary = summaryOf(made.run());
    QCOMPARE(summary.stages.size(), std::size_t{2});
    QCOMPARE(summary.stages[0].largest, 2.0);
    QCOMPARE(summary.stages[0].last, 0.0);
    QCOMPARE(summary.stages[1].largest, 1.0);
    QCOMPARE(summary.stages[1].last, 0.5);
    QCOMPARE(summary.judged, std::int64_t{5});
    QCOMPARE(summary.exact, std::int64_t{1});
    // What a file says instead of a number hides nothing.
    judge(made, 4, {NAN, 0, 3, NAN}, 0);
    QCOMPARE(summaryOf(made.run()).stages[1].largest, 3.0);
  }

  void textsGiveErrorAndRatio() {
    RecordedRun made = twoStages();
    QVERIFY(trueErrorText(made.run(), 1).empty());
    judgeAll(made);
    QCOMPARE(QString::fromStdString(trueErrorText(made.run(), 1)),
             QString("true error 0.2 (max |dx|), 2 × the residual\nfirst 3 of 4 positions exact"));
    QVERIFY(trueErrorText(made.run(), 99).empty());
  }

  void theEndOfARunIsItsLastSweep() {
    RecordedRun made = twoStages();
    QVERIFY(!judgedEnd(made.run()));
    QVERIFY(!judgedWhole(made.run()));
    judge(made, 0, {0, 0, 0.5f, 2}, 2);
    QVERIFY(!judgedEnd(made.run()));
    QVERIFY(!judgedWhole(made.run()));
    judgeAll(made);
    const auto end = judgedEnd(made.run());
    QVERIFY(end && judgedWhole(made.run()));
    QCOMPARE(end->largest, 0.5);
    QCOMPARE(end->equal, std::int64_t{3});
    QCOMPARE(end->of, std::int64_t{4});
  }

  void frontiersAreStairs() {
    RecordedRun made = twoStages();
    const auto before = frontierPieces(made.run(), 0, 100);
    QCOMPARE(before.size(), std::size_t{2});
    QCOMPARE(text(before[0].settled), QString("0:1 1:2 2:4"));
    QCOMPARE(text(before[1].settled), QString("3:1 4:4"));
    QVERIFY(before[0].exact.empty() && !hasExactFrontier(made.run()));
    judgeAll(made);
    const auto pieces = frontierPieces(made.run(), 0, 100);
    QVERIFY(hasExactFrontier(made.run()));
    QCOMPARE(text(pieces[0].exact), QString("0:2 1:3 2:4"));
    QCOMPARE(pieces[0].exactEnd, std::int64_t{3});
    QCOMPARE(pieces[0].end, std::int64_t{3});
    QCOMPARE(text(pieces[1].exact), QString("3:1 4:3"));
    // A part of them; the first point says how it stands there.
    const auto part = frontierPieces(made.run(), 1, 2);
    QCOMPARE(part.size(), std::size_t{1});
    QCOMPARE(text(part[0].settled), QString("1:2"));
  }

  void equalStepsAreOnePointAndGapsEndTheLine() {
    RecordedRun made(1, 4);
    for (int i = 0; i < 4; ++i) made.next({0, 0, 4, 0}, 1, Verdict::Working, i < 2 ? 1 : 2);
    judge(made, 0, {0, 1, 1, 1}, 1);
    judge(made, 1, {0, 1, 1, 1}, 1);
    judge(made, 3, {0, 0, 0, 0}, 4);
    const auto pieces = frontierPieces(made.run(), 0, 4);
    QCOMPARE(text(pieces[0].settled), QString("0:1 2:2"));
    QCOMPARE(text(pieces[0].exact), QString("0:1"));
    QCOMPARE(pieces[0].exactEnd, std::int64_t{2});
  }

  void curvesOfErrorsKeepToThePiece() {
    RecordedRun made(1, 4);
    made.next({0, 0, 2, 0}, 1, Verdict::Settled, 2);
    made.next({0, 2, 4, 0}, 1, Verdict::Working, 2);
    made.next({0, 2, 4, 0}, 0.5, Verdict::Settled, 4);
    judge(made, 0, {0.25f, 0, 9, 9}, 0);
    judge(made, 2, {0.25f, 0, 0, 0.125f}, 0);
    RunDigest digest;
    digest.update(&made.run());
    const auto curves = errorCurves(digest, made.run());
    QCOMPARE(curves.size(), std::size_t{2});
    QCOMPARE(curves[0].residuals[0], 0.25f);  // not the 9 of what was not reached yet
    QVERIFY(std::isnan(curves[1].residuals[0]));
    QCOMPARE(curves[1].residuals[1], 0.125f);
    QVERIFY(errorCurves(digest, twoStages().run()).empty());
  }

  void theMapCanShowErrors() {
    RecordedRun made = twoStages();
    judge(made, 0, {0, 0, 0.5f, 2}, 2);
    judge(made, 4, {0, 0, 0, 1e-3f}, 3);
    ErrorTimeline errors;
    errors.update(&made.run());
    MapColours colours;
    colours.problem = 7;
    MapPixels map;
    map.update(errors, 2, colours, false);
    const auto at = [&](int row, int column) { return map.pixels()[row * map.width() + column]; };
    QCOMPARE(at(0, 0), mapColour(1, false));
    QCOMPARE(at(1, 4), mapColour(LogScale{}.unit(1e-3), false));
    QCOMPARE(at(0, 1), Rgba{0});  // not judged
    QCOMPARE(at(0, 4), Rgba{0});  // another stage's sweep
    QCOMPARE(colours.ofError(std::numeric_limits<float>::infinity(), false), Rgba{7});
    QCOMPARE(colours.ofDifferingShare(0.5f), mapColour(0.5, false));
  }
};

QTEST_GUILESS_MAIN(TrueErrorTest)
#include "true_error_test.moc"
