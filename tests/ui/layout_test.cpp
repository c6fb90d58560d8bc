// Where things lie on the stage, and what is under a point: as text, without drawing.
#include <QtTest>

#include "ui/views/stage_layout.h"
#include "ui/views/timeline_layout.h"

using namespace jacobiscope;

namespace {

QString text(const Rect& rect) {
  return QString("%1,%2 %3x%4")
      .arg(qRound(rect.min.x))
      .arg(qRound(rect.min.y))
      .arg(qRound(rect.width()))
      .arg(qRound(rect.height()));
}

bool inside(const Rect& inner, const Rect& outer) {
  return inner.min.x >= outer.min.x - 0.5f && inner.min.y >= outer.min.y - 0.5f &&
         inner.max.x <= outer.max.x + 0.5f && inner.max.y <= outer.max.y + 0.5f;
}

bool apart(const Rect& a, const Rect& b) {
  return a.max.x <= b.min.x + 0.5f || b.max.x <= a.min.x + 0.5f || a.max.y <= b.min.y + 0.5f ||
         b.max.y <= a.min.y + 0.5f;
}

// 100 columns over 1000 pixels, four rows over 80.
TimelineFrame frame() { return {{{50, 10}, {1050, 90}}, {0, 100, true}, 4}; }

}  // namespace

class LayoutTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void pictureIsFittedInTheMiddle() {
    QCOMPARE(text(fitted({{0, 0}, {100, 50}}, 1)), "25,0 50x50");
    QCOMPARE(text(fitted({{0, 0}, {100, 100}}, 2)), "0,25 100x50");
    QVERIFY(fitted({{10, 10}, {10, 40}}, 1).empty());
  }

  void cellsAreFoundUnderThePoint() {
    const CellGrid grid{{{10, 10}, {90, 50}}, 2, 4};
    QCOMPARE(text(grid.cell(1, 3)), "70,30 20x20");
    QVERIFY(grid.cellAt({71, 31}) == (Cell{1, 3}));
    QVERIFY(grid.cellAt({10, 10}) == (Cell{0, 0}));
    QVERIFY(!grid.cellAt({90, 20}));
    QVERIFY(!grid.cellAt({9, 20}));
    QCOMPARE(grid.indexAt({71, 31}), std::optional<int>(7));
    QVERIFY(!grid.indexAt({9, 20}));
    QVERIFY(grid.cell(7) == grid.cell(1, 3));
  }

  void batchTakesTheGridWithTheLargestCells() {
    QCOMPARE(columnsFor(16, {400, 400}, 1), 4);
    QCOMPARE(columnsFor(4, {800, 200}, 1), 4);
    QCOMPARE(columnsFor(3, {100, 400}, 1), 1);
  }

  void regionsFillTheStageAndDoNotOverlap_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<double>("scale");
    QTest::newRow("small") << 700 << 500 << 1.0;
    QTest::newRow("usual") << 1240 << 800 << 1.0;
    QTest::newRow("two pixels a point") << 2480 << 1600 << 2.0;
    QTest::newRow("4K") << 3840 << 2160 << 1.0;
    QTest::newRow("4K, zoomed") << 3840 << 2160 << 2.5;
    QTest::newRow("hardly anything") << 320 << 200 << 1.0;
  }
  void regionsFillTheStageAndDoNotOverlap() {
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(double, scale);
    const Rect stage{{0, 0}, {width, height}};
    const StageRegions r = stageRegions(stage.size(), float(scale), true);
    const std::vector<Rect> all{r.strip, r.centre, r.side, r.map, r.curves};
    double area = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      QVERIFY(inside(all[i], stage));
      area += double(all[i].width()) * all[i].height();
      for (std::size_t j = i + 1; j < all.size(); ++j) QVERIFY(apart(all[i], all[j]));
    }
    QCOMPARE(area, double(width) * height);
    QVERIFY(r.centre.width() > 0.4 * width && r.centre.height() > 0.2 * height);
  }

  void stripGivesWayOnALowStage() {
    QVERIFY(stageRegions({900, 330}, 1, true).strip.empty());
    QVERIFY(!stageRegions({900, 700}, 1, true).strip.empty());
    QVERIFY(stageRegions({900, 700}, 1, false).strip.empty());
  }

  void tilesStandSideBySideWithRoomForWords() {
    const Rect area{{0, 0}, {1000, 400}};
    const auto two = tiles(area, 2, 30, 40);
    QCOMPARE(two.size(), std::size_t{2});
    QVERIFY(apart(two[0], two[1]));
    QCOMPARE(two[0].min.y, two[1].min.y);
    for (const Rect& tile : two) QVERIFY(inside({tile.min, tile.max + glm::vec2(0, 40)}, area));
    // In a high narrow area they stand above each other.
    const auto high = tiles({{0, 0}, {300, 900}}, 2, 30, 40);
    QVERIFY(high[1].min.y > high[0].max.y);
    QVERIFY(tiles(area, 0, 30, 40).empty());
  }

  void stripEntriesAreSquareAndFit() {
    const Rect area{{0, 0}, {900, 120}};
    for (int count : {1, 5, 9, 40}) {
      const auto entries = stripEntries(area, count, 12, 20);
      QCOMPARE(int(entries.size()), count);
      for (const Rect& entry : entries) {
        QCOMPARE(entry.width(), entry.height());
        QVERIFY(inside({entry.min, entry.max + glm::vec2(0, 20)}, area));
      }
      for (int i = 1; i < count; ++i) QVERIFY(entries[i].min.x >= entries[i - 1].max.x);
    }
  }

  void columnsAndPixelsAreInverse() {
    const TimelineFrame f = frame();
    QCOMPARE(columnX(f, 0), 50.0f);
    QCOMPARE(columnX(f, 100), 1050.0f);
    QCOMPARE(columnWidth(f), 10.0f);
    for (int column = 0; column < 100; ++column)
      QCOMPARE(columnAt(f, columnX(f, column + 0.5)), std::int64_t{column});
  }

  void pressMeansASweepThatWasRun() {
    const TimelineFrame f = frame();
    QCOMPARE(sweepAt(f, 255, 64), std::int64_t{20});
    QCOMPARE(sweepAt(f, 1000, 64), std::int64_t{63});
    QCOMPARE(sweepAt(f, 20, 64), std::int64_t{-1});
    QCOMPARE(sweepAt(f, 255, 0), std::int64_t{-1});
  }

  void rowsAreFoundUnderThePoint() {
    const TimelineFrame f = frame();
    QCOMPARE(text(rowRect(f, 2)), "50,50 1000x20");
    QCOMPARE(rowAt(f, 10), 0);
    QCOMPARE(rowAt(f, 89.9f), 3);
    QCOMPARE(rowAt(f, 90), -1);
    QCOMPARE(rowAt(f, 9), -1);
  }

  void zoomKeepsTheColumnUnderTheMouse() {
    TimelineFrame f = frame();
    const float x = 375;
    const double before = f.view.first + (x - 50) / 10;
    f.view = zoomed(f, x, 2, 100);
    QCOMPARE(f.view.span, 50.0);
    QVERIFY(!f.view.fitted);
    QVERIFY(std::abs(columnX(f, before) - x) < 1e-3);
  }

  void zoomEndsAtEverythingAndAtAFewColumns() {
    TimelineFrame f = frame();
    f.view = {40, 20, false};
    for (int i = 0; i < 20; ++i) f.view = zoomed(f, 900, 0.5, 100);
    QVERIFY(f.view == (TimelineView{0, 100, true}));
    for (int i = 0; i < 20; ++i) f.view = zoomed(f, 900, 2, 100);
    QCOMPARE(f.view.span, kFewestColumns);
  }

  void panStaysWithinTheColumns() {
    TimelineFrame f = frame();
    f.view = {40, 20, false};
    QCOMPARE(panned(f, 100, 100).first, 38.0);
    QCOMPARE(panned(f, 1e6f, 100).first, 0.0);
    QCOMPARE(panned(f, -1e6f, 100).first, 80.0);
  }

  void cursorIsBroughtIntoView() {
    const TimelineView view{40, 20, false};
    QVERIFY(revealing(view, 50, 100) == view);
    QCOMPARE(revealing(view, 70, 100).first, 51.0);
    QCOMPARE(revealing(view, 3, 100).first, 3.0);
  }

  void finishedRunFillsTheMapExactly() {
    QVERIFY(fittedView(123, 0, true) == (TimelineView{0, 123, true}));
    QCOMPARE(fittedView(3, 0, true).span, kFewestColumns);
  }

  void runningMapLeavesRoomAndDoesNotSwim() {
    const double span = fittedView(60, 40, false).span;
    QVERIFY(span >= 100);
    QCOMPARE(fittedView(61, 39, false).span, span);
    // What may still come without end does not squeeze what was done.
    QVERIFY(fittedView(100, 100000, false).span <= 400);
  }
};

QTEST_GUILESS_MAIN(LayoutTest)
#include "layout_test.moc"
