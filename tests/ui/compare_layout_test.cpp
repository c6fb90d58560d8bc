// Zooming and panning two pictures together, as numbers; and which run is B.
#include "ui/views/compare_layout.h"

#include <QtTest>
#include <glm/common.hpp>

#include "ui/views/compare_digest.h"

using namespace jacobiscope;

namespace {

const Rect kFrame{{100, 50}, {500, 350}};  // 400 x 300

bool near(glm::vec2 a, glm::vec2 b, float within = 1.5f) {
  return std::abs(a.x - b.x) <= within && std::abs(a.y - b.y) <= within;
}

}  // namespace

class CompareLayoutTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void fittedAtFirst() {
    QCOMPARE(pictureRect({}, kFrame, 1), (Rect{{150, 50}, {450, 350}}));
    QVERIFY(pictureRect({}, {{0, 0}, {0, 0}}, 1).empty());
  }

  void theWheelKeepsWhatIsUnderThePointer() {
    CompareState state;
    const glm::vec2 mouse{220, 90};
    for (int turn = 0; turn < 9; ++turn) {
      const Rect before = pictureRect(state, kFrame, 1);
      const glm::vec2 point = (mouse - before.min) / before.size();
      zoomAt(state, kFrame, 1, mouse, 1.25f);
      const Rect after = pictureRect(state, kFrame, 1);
      QVERIFY(after.width() > before.width());
      // Until the picture fills the frame it stays in its middle, across as well as down.
      if (after.width() <= kFrame.width() || after.height() <= kFrame.height()) continue;
      const glm::vec2 there = after.min + point * after.size();
      if (turn > 3) QVERIFY(near(there, mouse, 3));
    }
    QVERIFY(state.zoom > 5);
    for (int turn = 0; turn < 30; ++turn) zoomAt(state, kFrame, 1, mouse, 0.8f);
    QCOMPARE(state.zoom, 1.0f);
    QCOMPARE(pictureRect(state, kFrame, 1), pictureRect({}, kFrame, 1));
  }

  void zoomHasAnEnd() {
    CompareState state;
    for (int turn = 0; turn < 60; ++turn) zoomAt(state, kFrame, 1, {300, 200}, 1.25f);
    QCOMPARE(state.zoom, kMostZoom);
  }

  void aPictureIsNotPannedOutOfItsFrame() {
    CompareState state;
    pan(state, kFrame, 1, {1000, 1000});
    QCOMPARE(pictureRect(state, kFrame, 1), pictureRect({}, kFrame, 1));
    zoomAt(state, kFrame, 1, kFrame.centre(), 4);
    const Rect before = pictureRect(state, kFrame, 1);
    pan(state, kFrame, 1, {30, -20});
    QVERIFY(near(pictureRect(state, kFrame, 1).min, before.min + glm::vec2(30, -20)));
    pan(state, kFrame, 1, {1e6f, 1e6f});
    QVERIFY(near(pictureRect(state, kFrame, 1).min, kFrame.min));
    pan(state, kFrame, 1, {-1e6f, -1e6f});
    QVERIFY(near(pictureRect(state, kFrame, 1).max, kFrame.max));
    resetZoom(state);
    QCOMPARE(pictureRect(state, kFrame, 1), pictureRect({}, kFrame, 1));
  }

  void theDividerIsAShareOfWhatIsSeen() {
    CompareState state;
    const Rect seen{{100, 0}, {300, 100}};
    QCOMPARE(dividerX(state, seen), 200.0f);
    state.divider = 2;
    QCOMPARE(dividerX(state, seen), 300.0f);
    QCOMPARE(dividerAt(150, seen), 0.25f);
    QCOMPARE(dividerAt(-10, seen), 0.0f);
    QCOMPARE(dividerAt(0, Rect{}), 0.5f);
  }

  void whatRectanglesHaveInCommon() {
    QCOMPARE(common({{0, 0}, {4, 4}}, {{2, 1}, {9, 3}}), (Rect{{2, 1}, {4, 3}}));
    QVERIFY(common({{0, 0}, {1, 1}}, {{2, 2}, {3, 3}}).empty());
  }

  void whichRunIsB() {
    Recording recording;
    for (int id = 1; id <= 4; ++id) {
      Started started;
      started.run = id;
      started.model.hash = id == 3 ? "other" : "same";
      recording.add(started);
      auto snapshot = std::make_shared<Snapshot>();
      snapshot->run = id;
      recording.add(std::shared_ptr<const Snapshot>(snapshot));
    }
    ViewState state;
    QVERIFY(!comparedWith(state));
    state.recording = &recording;
    QVERIFY(!comparedWith(state));
    const auto other = [&](int a) {
      state.cursor = {a, 0, false};
      const RunRecord* b = comparedWith(state);
      return b ? b->start.run : 0;
    };
    QCOMPARE(other(4), 2);  // the latest before it of the same model
    QCOMPARE(other(1), 4);  // none before it: any
    state.baselines[4] = {1, 0, 0, 0.0, {}};
    QCOMPARE(other(4), 1);  // its sequential reference
    state.compare.b = 3;
    QCOMPARE(other(4), 3);
    QCOMPARE(other(3), 4);  // not itself
    state.compare.pinned = 0;
    QCOMPARE(other(3), 3);  // but another moment of itself
    recording.erase(3);
    QCOMPARE(other(4), 1);
  }
};

QTEST_GUILESS_MAIN(CompareLayoutTest)
#include "compare_layout_test.moc"
