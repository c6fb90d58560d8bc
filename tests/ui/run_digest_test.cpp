// What the views derive from a recorded run: pieces, what is still planned, the residual
// of every position, curves, and the pixels of the map.
#include "engine/record/run_digest.h"

#include <QtTest>

#include "tests/ui/recorded_run.h"
#include "ui/views/curves_view.h"
#include "ui/views/map_texture.h"
#include "ui/views/residual_field.h"

using namespace jacobiscope;

namespace {

const char* letter(Verdict verdict) {
  switch (verdict) {
    case Verdict::Working: return "w";
    case Verdict::Accepted: return "a";
    case Verdict::Settled: return "s";
    case Verdict::Capped: return "c";
    case Verdict::Diverged: return "d";
  }
  return "?";
}

// "0[0,8) sweeps 0-1 s": stage, positions, sweeps, verdict.
QString text(const RunDigest& digest) {
  QStringList lines;
  for (const PieceSpan& p : digest.pieces())
    lines << QString("%1[%2,%3) %4-%5 %6")
                 .arg(p.stage).arg(p.begin).arg(p.end).arg(p.first).arg(p.last)
                 .arg(letter(p.verdict));
  return lines.join("; ");
}

QString text(const std::vector<PlannedSpan>& ahead) {
  QStringList lines;
  for (const PlannedSpan& p : ahead)
    lines << QString("%1 at %2 for %3").arg(p.stage).arg(p.first).arg(p.columns);
  return lines.join("; ");
}

QString text(const ResidualField& field) {
  QStringList words;
  for (std::size_t p = 0; p < field.change.size(); ++p)
    words << (std::isnan(field.change[p]) ? QString("-") : QString::number(field.change[p])) +
                 (field.settledAt[p] ? "@" + QString::number(field.settledAt[p]) : "");
  return words.join(' ');
}

RunDigest digestOf(const RecordedRun& made) {
  RunDigest digest;
  digest.update(&made.run());
  return digest;
}

// Two segments of four positions, then a second stage that is not cut.
RecordedRun segmented() {
  RecordedRun made(2, 8, {{0, 0, 4, 3}, {0, 4, 8, 3}, {1, 0, 8, 5}});
  made.next({0, 0, 4, 3}, 1.0, Verdict::Working, 1, {1, 1, 1, 1});
  made.next({0, 0, 4, 3}, 0.1, Verdict::Settled, 4, {0, 0.1f, 0.1f, 0.1f});
  made.next({0, 4, 8, 3}, 0.5, Verdict::Working, 5, {0.5f, 0.5f, 0.5f, 0.5f});
  made.next({0, 4, 8, 3}, 0.4, Verdict::Working, 6, {0, 0.4f, 0.4f, 0.4f});
  made.next({0, 4, 8, 3}, 0.3, Verdict::Capped, 8, {0, 0, 0.3f, 0.3f});
  return made;
}

}  // namespace

class RunDigestTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void segmentsAreSeparatePieces() {
    const RunDigest digest = digestOf(segmented());
    QCOMPARE(text(digest), "0[0,4) 0-1 s; 0[4,8) 2-4 c");
    QCOMPARE(digest.stages()[0].sweeps, 5);
    QVERIFY(!digest.stages()[0].ended);
    QCOMPARE(digest.stages()[1].first, std::int64_t{-1});
    QCOMPARE(digest.sweeps()[3].inStage, 4);
    QCOMPARE(digest.sweeps()[3].inPiece, 2);
  }

  void slidingWindowIsOnePiece() {
    RecordedRun made(1, 16);
    made.next({0, 0, 4, 0}, 1, Verdict::Accepted, 1);
    made.next({0, 1, 5, 0}, 1, Verdict::Accepted, 3);
    made.next({0, 3, 7, 0}, 1, Verdict::Accepted, 4);
    QCOMPARE(text(digestOf(made)), "0[0,7) 0-2 a");
  }

  void onePositionAtATimeIsAPieceEach() {
    RecordedRun made(1, 16);
    for (int p = 0; p < 3; ++p)
      made.next({0, p, p + 1, 0}, kNoResidual, Verdict::Settled, p + 1);
    const RunDigest digest = digestOf(made);
    QCOMPARE(text(digest), "0[0,1) 0-0 s; 0[1,2) 1-1 s; 0[2,3) 2-2 s");
    QVERIFY(!digest.hasResiduals());
  }

  void digestGrowsWithTheRun() {
    RecordedRun made(2, 8);
    RunDigest digest;
    digest.update(&made.run());
    QCOMPARE(digest.size(), std::int64_t{0});
    made.next({0, 0, 8, 0}, 1, Verdict::Working, 1);
    digest.update(&made.run());
    QCOMPARE(digest.size(), std::int64_t{1});
    made.next({0, 0, 8, 0}, 0.1, Verdict::Settled, 8);
    made.next({1, 0, 8, 0}, 1, Verdict::Working, 1);
    digest.update(&made.run());
    QCOMPARE(text(digest), "0[0,8) 0-1 s; 1[0,8) 2-2 w");
    QVERIFY(digest.stages()[0].ended);
    QVERIFY(!digest.stages()[1].ended);
    made.finish();
    digest.update(&made.run());
    QVERIFY(digest.ended());
    QVERIFY(digest.stages()[1].ended);
  }

  void otherRunStartsAnew() {
    const RecordedRun first = segmented();
    RecordedRun second(1, 4);
    second.next({0, 0, 4, 0}, 1, Verdict::Working, 1);
    RunDigest digest;
    digest.update(&first.run());
    digest.update(&second.run());
    QCOMPARE(text(digest), "0[0,4) 0-0 w");
    digest.update(nullptr);
    QCOMPARE(digest.size(), std::int64_t{0});
    QCOMPARE(digest.run(), 0);
  }

  void planAheadIsWhatHasNotRun() {
    RecordedRun made(2, 8, {{0, 0, 4, 3}, {0, 4, 8, 3}, {1, 0, 8, 0}});
    const Plan& plan = made.run().start.plan;
    QCOMPARE(text(plannedAhead(plan, digestOf(made))),
             "0 at 0 for 3; 0 at 3 for 3; 1 at 6 for 8");
    made.next({0, 0, 4, 3}, 1.0, Verdict::Working, 1);
    QCOMPARE(text(plannedAhead(plan, digestOf(made))),
             "0 at 1 for 2; 0 at 3 for 3; 1 at 6 for 8");
    made.next({0, 0, 4, 3}, 0.1, Verdict::Settled, 4);
    QCOMPARE(text(plannedAhead(plan, digestOf(made))), "0 at 2 for 3; 1 at 5 for 8");
    made.next({0, 4, 8, 3}, 0.1, Verdict::Settled, 8);
    QCOMPARE(text(plannedAhead(plan, digestOf(made))), "1 at 3 for 8");
    made.next({1, 0, 8, 0}, 0.1, Verdict::Accepted, 3);
    QCOMPARE(text(plannedAhead(plan, digestOf(made))), "1 at 4 for 5");
    made.finish(Outcome::Stopped);
    QCOMPARE(text(plannedAhead(plan, digestOf(made))), "");
  }

  void capAboveThePositionsIsNotPlanned() {
    RecordedRun made(1, 8, {{0, 0, 8, 10000}});
    QCOMPARE(text(plannedAhead(made.run().start.plan, digestOf(made))), "0 at 0 for 8");
  }

  void residualIsPutTogetherFromTheSweepsOfTheStage() {
    RecordedRun made = segmented();
    QCOMPARE(text(residualAt(made.run(), 0)), "1@1 1 1 1 - - - -");
    QCOMPARE(text(residualAt(made.run(), 2)), "0@1 0.1@2 0.1@2 0.1@2 0.5@3 0.5 0.5 0.5");
    QCOMPARE(text(residualAt(made.run(), 4)), "0@1 0.1@2 0.1@2 0.1@2 0@3 0@4 0.3@5 0.3@5");
    QVERIFY(residualAt(made.run(), -1).change.empty());
    // Of the next stage nothing is known but its own sweeps.
    made.next({1, 0, 8, 5}, 1.0, Verdict::Working, 1, std::vector<float>(8, 1.0f));
    QCOMPARE(text(residualAt(made.run(), 5)), "1@1 1 1 1 1 1 1 1");
  }

  void goingOnEqualsStartingAnew() {
    const RecordedRun made = segmented();
    ResidualField field;
    for (int sweep = 0; sweep < 5; ++sweep) {
      field = residualAt(made.run(), sweep, &field);
      QCOMPARE(text(field), text(residualAt(made.run(), sweep)));
    }
    // Back in time nothing of the future remains.
    QCOMPARE(text(residualAt(made.run(), 1, &field)), text(residualAt(made.run(), 1)));
  }

  void restartedStageGivesPositionsBack() {
    RecordedRun made(1, 4);
    made.next({0, 0, 4, 0}, 1, Verdict::Accepted, 3, {1, 1, 1, 1});
    made.next({0, 0, 4, 0}, 1, Verdict::Accepted, 1, {2, 2, 2, 2});
    QCOMPARE(text(residualAt(made.run(), 1)), "2@1 2 2 2");
  }

  void sweepsWithoutFactsStayUnknown() {
    RecordedRun made(1, 4);
    made.next({0, 0, 1, 0}, kNoResidual, Verdict::Settled, 1);
    const ResidualField field = residualAt(made.run(), 0);
    QCOMPARE(text(field), "-@1 - - -");
    QVERIFY(!field.measured());
  }

  void stepFromTheGuessIsNoResidual() {
    RecordedRun made(1, 4);
    made.next({0, 0, 1, 0}, kNoResidual, Verdict::Settled, 1, {3.5f});
    QCOMPARE(text(residualAt(made.run(), 0)), "-@1 - - -");
  }

  void everySegmentHasACurve() {
    const auto curves = residualCurves(digestOf(segmented()));
    QCOMPARE(curves.size(), std::size_t{2});
    QCOMPARE(curves[1].first, std::int64_t{2});
    QCOMPARE(curves[1].residuals.size(), std::size_t{3});
    const LogScale scale = curvesScale(curves);
    QVERIFY(std::abs(scale.low - 0.1) < 1e-9 && std::abs(scale.high - 1) < 1e-9);
    QCOMPARE(curvesScale({}).low, 1e-5);
  }

  void mapColoursOnlyWhatRan() {
    RecordedRun made = segmented();
    const MapColours colours{false, rgba(1, 2, 3), rgba(9, 0, 0), {}};
    MapPixels map;
    RunDigest digest = digestOf(made);
    const auto first = map.update(digest, 2, colours);
    QVERIFY(first.all);
    const auto at = [&](int row, int column) {
      return map.pixels()[std::size_t(row) * map.width() + column];
    };
    QCOMPARE(at(0, 0), mapColour(1, false));
    QCOMPARE(at(0, 1), mapColour(0.8, false));
    QCOMPARE(at(1, 0), Rgba{0});
    QCOMPARE(at(0, 5), Rgba{0});
    made.next({1, 0, 8, 5}, kNoResidual, Verdict::Settled, 1);
    made.next({1, 0, 8, 5}, kNoResidual, Verdict::Diverged, 1);
    digest.update(&made.run());
    const auto more = map.update(digest, 2, colours);
    QVERIFY(!more.all);
    QCOMPARE(more.first, 5);
    QCOMPARE(more.end, 7);
    QCOMPARE(at(1, 5), rgba(1, 2, 3));
    QCOMPARE(at(1, 6), rgba(9, 0, 0));
    const auto none = map.update(digest, 2, colours);
    QVERIFY(!none.all && none.first >= none.end);
  }

  void mapWidensAndThenShares() {
    RecordedRun made(1, 4);
    for (int i = 0; i < 700; ++i) made.next({0, 0, 4, 0}, 1e-5, Verdict::Working, 1);
    const MapColours colours{};
    MapPixels wide;
    wide.update(digestOf(made), 1, colours);
    QCOMPARE(wide.width(), 1024);
    MapPixels narrow(256);
    narrow.update(digestOf(made), 1, colours);
    QCOMPARE(narrow.width(), 256);
    QCOMPARE(narrow.sweepsPerColumn(), 4);
    QCOMPARE(narrow.pixels()[174], mapColour(0, false));
    QCOMPARE(narrow.pixels()[175], Rgba{0});
    // Other colours, everything again.
    QVERIFY(wide.update(digestOf(made), 1, {true, 0, 0, {}}).all);
  }
};

QTEST_GUILESS_MAIN(RunDigestTest)
#include "run_digest_test.moc"
