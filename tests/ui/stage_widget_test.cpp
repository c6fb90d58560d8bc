// The stage in a real window: what is drawn where, and what mouse and keys do.
#include "ui/stage/stage_widget.h"

#include <imgui.h>

#include <QApplication>
#include <QClipboard>
#include <QtTest>
#include <set>

#include "tests/ui/recorded_run.h"
#include "ui/views/stage_layout.h"

using namespace jacobiscope;

namespace {

constexpr Rgba kSampleColour = rgba(12, 200, 34);

Knob number(const char* key, double initial, double maximum) {
  Knob knob;
  knob.key = knob.label = key;
  knob.group = "Decoder";
  knob.initial = initial;
  knob.maximum = maximum;
  return knob;
}

Panel sample() {
  Image image{4, 4, {}};
  for (int i = 0; i < 16; ++i)
    for (int shift = 0; shift < 32; shift += 8)
      image.rgba.push_back(std::uint8_t(kSampleColour >> shift & 255));
  return {"sample", "sample", image};
}

// Two stages of four sweeps each, with residuals 1, 1e-1, 1e-2, 1e-3.
RecordedRun eightSweeps() {
  RecordedRun made(2, 16);
  for (int stage = 0; stage < 2; ++stage)
    for (int i = 0; i < 4; ++i) {
      const bool last = i == 3;
      const double residual = std::pow(10.0, -i);
      made.next({stage, 0, 16, 0}, residual, last ? Verdict::Settled : Verdict::Working,
                last ? 16 : i + 1, std::vector<float>(16, float(residual)), {sample()});
    }
  made.finish();
  return made;
}

Rgba pixel(const QImage& image, double x, double y) {
  const QColor colour = image.pixelColor(int(x), int(y));
  return rgba(colour.red(), colour.green(), colour.blue());
}

bool near(Rgba a, Rgba b) {
  for (int shift = 0; shift < 24; shift += 8)
    if (std::abs(int(a >> shift & 255) - int(b >> shift & 255)) > 3) return false;
  return true;
}

// A state, a recording and a stage that shows them.
struct Shown {
  RecordedRun made = eightSweeps();
  ViewState state;
  std::unique_ptr<StageWidget> stage;

  explicit Shown(bool dark = true) {
    ModelInfo model = made.run().start.model;
    model.knobs = {number("guidance", 1, 4), number("clamp", 0, 10)};
    state.model = model;
    state.knobs = {{"guidance", 1.0}, {"clamp", 0.0}};
    state.recording = &made.recording;
    state.cursor = {1, 7, true};
    state.theme.dark = dark;
    stage = std::make_unique<StageWidget>(state);
    stage->resize(1100, 700);
    stage->show();
    if (!QTest::qWaitForWindowExposed(stage.get())) qFatal("the window did not open");
    settle();
  }

  // Draws until nothing is left to do.
  void settle() {
    for (int i = 0; i < 6; ++i) {
      QCoreApplication::processEvents();
      stage->grabFramebuffer();
    }
  }
  QImage picture() {
    settle();
    return stage->grabFramebuffer();
  }
  // The middle of a column of the map, in the row of its stage.
  QPoint sweep(int column, int row) const {
    const TimelineFrame& frame = stage->views().map.frame;
    return {int(columnX(frame, column + 0.5)), int(rowRect(frame, row).centre().y)};
  }
  QPoint place(const std::string& name, double share = 0.5) const {
    const Rect& rect = stage->views().typed.places.at(name);
    return {int(rect.min.x + rect.width() * share), int(rect.centre().y)};
  }
  void typeInto(const std::string& name, const QString& text) {
    QTest::mouseClick(stage.get(), Qt::LeftButton, {}, place(name));
    settle();
    QTest::keyClicks(stage.get(), text);
    settle();
  }
};

}  // namespace

class StageWidgetTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void mapIsColouredWhereSweepsAre() {
    Shown shown;
    const QImage image = shown.picture();
    const Palette& colours = paletteOf(true);
    for (int column = 0; column < 7; ++column) {
      const QPoint at = shown.sweep(column, column / 4);
      const Rgba expected = mapColour(LogScale{}.unit(std::pow(10.0, -(column % 4))), false);
      QVERIFY2(near(pixel(image, at.x() - 8, at.y()), expected),
               qPrintable(QString::number(column)));
      const QPoint other = shown.sweep(column, 1 - column / 4);
      // The verdict of stage 0 stands right of its last sweep.
      if (column != 4) QVERIFY(near(pixel(image, other.x() - 8, other.y()), colours.well));
    }
  }

  void sampleIsShown() {
    Shown shown;
    const QImage image = shown.picture();
    const Rect centre = stageRegions({1100, 700}, 1, true).centre;
    int found = 0;
    for (int y = int(centre.min.y); y < centre.max.y; y += 4)
      for (int x = int(centre.min.x); x < centre.max.x; x += 4)
        found += near(pixel(image, x, y), kSampleColour);
    QVERIFY(found > 1000);
  }

  void themeRecoloursEverything() {
    Shown dark(true);
    QVERIFY(near(pixel(dark.picture(), 4, 300), paletteOf(true).base));
    dark.state.theme.dark = false;
    dark.stage->refresh();
    const QImage light = dark.picture();
    QVERIFY(near(pixel(light, 4, 300), paletteOf(false).base));
    const QPoint empty = dark.sweep(1, 1);
    QVERIFY(near(pixel(light, empty.x(), empty.y()), paletteOf(false).well));
  }

  void nothingIsRedrawnAtRest() {
    Shown shown;
    shown.settle();
    QTest::qWait(100);
    const std::int64_t before = shown.stage->frames();
    QTest::qWait(300);
    QCOMPARE(shown.stage->frames(), before);
  }

  void pressOnTheMapMovesTheCursor() {
    Shown shown;
    QSignalSpy moved(shown.stage.get(), &StageWidget::viewChanged);
    QTest::mouseClick(shown.stage.get(), Qt::LeftButton, {}, shown.sweep(2, 0));
    QVERIFY(QTest::qWaitFor([&] { return shown.state.cursor.sweep == 2; }));
    QVERIFY(!shown.state.cursor.followLive);
    QVERIFY(moved.count() > 0);
  }

  void dragOnTheMapScrubs() {
    Shown shown;
    QTest::mousePress(shown.stage.get(), Qt::LeftButton, {}, shown.sweep(1, 0));
    shown.settle();
    QTest::mouseMove(shown.stage.get(), shown.sweep(5, 0));
    QVERIFY(QTest::qWaitFor([&] { return shown.state.cursor.sweep == 5; }));
    QTest::mouseMove(shown.stage.get(), {2, 600});  // left of the first column
    QVERIFY(QTest::qWaitFor([&] { return shown.state.cursor.sweep == -1; }));
    QTest::mouseRelease(shown.stage.get(), Qt::LeftButton, {}, {2, 600});
    shown.settle();
    QTest::mouseMove(shown.stage.get(), shown.sweep(3, 0));
    shown.settle();
    QCOMPARE(shown.state.cursor.sweep, std::int64_t{-1});
  }

  void wheelZoomsTheMap() {
    RecordedRun many(1, 16);
    for (int i = 0; i < 200; ++i) many.next({0, 0, 16, 0}, 0.5, Verdict::Working, 1);
    many.finish();
    Shown shown;
    shown.state.recording = &many.recording;
    shown.state.cursor = {1, 199, false};
    shown.settle();
    const double span = shown.stage->views().map.view.span;
    const QPoint at = shown.sweep(40, 0);
    QWheelEvent wheel(at, shown.stage->mapToGlobal(at), {}, {0, 240}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QTest::mouseMove(shown.stage.get(), at);
    shown.settle();
    QApplication::sendEvent(shown.stage.get(), &wheel);
    shown.settle();
    const TimelineView view = shown.stage->views().map.view;
    QVERIFY(view.span < span * 0.8);
    QVERIFY(view.first < 41 && view.first + view.span > 40);
  }

  void theChosenPictureIsOneOfTheBatch() {
    Shown shown;
    QSignalSpy changed(shown.stage.get(), &StageWidget::viewChanged);
    shown.state.picture = 3;
    shown.stage->refresh();
    shown.settle();
    QCOMPARE(shown.state.picture, 0);
    QVERIFY(changed.count() > 0);
  }

  void sliderEditsItsKnob() {
    Shown shown;
    QSignalSpy answered(shown.stage.get(), &StageWidget::answered);
    QTest::mousePress(shown.stage.get(), Qt::LeftButton, {}, shown.place("guidance/slider", 0.3));
    shown.settle();
    QTest::mouseMove(shown.stage.get(), shown.place("guidance/slider", 0.75));
    shown.settle();
    QTest::mouseRelease(shown.stage.get(), Qt::LeftButton, {},
                        shown.place("guidance/slider", 0.75));
    shown.settle();
    QVERIFY(answered.count() > 0);
    QVERIFY(!shown.state.knobEdits.empty());
    const auto& [key, value] = shown.state.knobEdits.back();
    QCOMPARE(key, std::string("guidance"));
    QVERIFY(std::abs(std::get<double>(value) - 3) < 0.2);
  }

  void typedNumberEditsItsKnob() {
    Shown shown;
    shown.typeInto("clamp/number", "2.5");
    QVERIFY(shown.state.knobEdits.empty());
    QTest::keyClick(shown.stage.get(), Qt::Key_Return);
    shown.settle();
    QCOMPARE(shown.state.knobEdits.size(), std::size_t{1});
    QCOMPARE(shown.state.knobEdits[0].first, std::string("clamp"));
    QCOMPARE(std::get<double>(shown.state.knobEdits[0].second), 2.5);
  }

  void leavingAFieldCommitsWhatWasTyped() {
    Shown shown;
    shown.typeInto("clamp/number", "7");
    QTest::mouseClick(shown.stage.get(), Qt::LeftButton, {}, {300, 300});
    shown.settle();
    QCOMPARE(shown.state.knobEdits.size(), std::size_t{1});
    QCOMPARE(std::get<double>(shown.state.knobEdits[0].second), 7.0);
  }

  void losingTheFocusCommitsWhatWasTyped() {
    Shown shown;
    shown.typeInto("clamp/number", "");
    // The frame that would show the last letters has not been drawn.
    QTest::keyClicks(shown.stage.get(), "7.5");
    QFocusEvent out(QEvent::FocusOut);
    QApplication::sendEvent(shown.stage.get(), &out);
    QCOMPARE(shown.state.knobEdits.size(), std::size_t{1});
    QCOMPARE(std::get<double>(shown.state.knobEdits[0].second), 7.5);
    shown.settle();
    QVERIFY(shown.stage->views().typed.field.empty());
    QCOMPARE(shown.state.knobEdits.size(), std::size_t{1});
  }

  void escapeLeavesTheKnobAlone() {
    Shown shown;
    shown.typeInto("clamp/number", "7");
    QTest::keyClick(shown.stage.get(), Qt::Key_Escape);
    shown.settle();
    QVERIFY(shown.state.knobEdits.empty());
    QVERIFY(shown.state.notices.empty());
  }

  void arrowsMoveInTheTextWhileTyping() {
    Shown shown;
    shown.typeInto("clamp/number", "12");
    for (Qt::Key key : {Qt::Key_Left, Qt::Key_Backspace}) QTest::keyClick(shown.stage.get(), key);
    QTest::keyClick(shown.stage.get(), Qt::Key_Return);
    shown.settle();
    QCOMPARE(shown.state.cursor.sweep, std::int64_t{7});
    QCOMPARE(shown.state.knobEdits.size(), std::size_t{1});
    QCOMPARE(std::get<double>(shown.state.knobEdits[0].second), 2.0);
  }

  void valueOutOfRangeIsTold() {
    Shown shown;
    QSignalSpy changed(shown.stage.get(), &StageWidget::viewChanged);
    shown.typeInto("clamp/number", "1000");
    QTest::keyClick(shown.stage.get(), Qt::Key_Return);
    shown.settle();
    QVERIFY(shown.state.knobEdits.empty());
    QCOMPARE(shown.state.notices.size(), std::size_t{1});
    QVERIFY(QString::fromStdString(shown.state.notices[0].message).contains("clamp"));
    QVERIFY(changed.count() > 0);
  }

  void clipboardIsPasted() {
    Shown shown;
    QApplication::clipboard()->setText("3.25");
    shown.typeInto("clamp/number", "");
    QTest::keyClick(shown.stage.get(), Qt::Key_A, Qt::ControlModifier);
    shown.settle();
    QTest::keyClick(shown.stage.get(), Qt::Key_V, Qt::ControlModifier);
    shown.settle();
    QTest::keyClick(shown.stage.get(), Qt::Key_Return);
    shown.settle();
    QCOMPARE(shown.state.knobEdits.size(), std::size_t{1});
    QCOMPARE(std::get<double>(shown.state.knobEdits[0].second), 3.25);
  }

  void inputMethodTextIsTaken() {
    Shown shown;
    shown.typeInto("clamp/number", "");
    QVERIFY(shown.stage->testAttribute(Qt::WA_InputMethodEnabled));
    QInputMethodEvent event;
    event.setCommitString("4");
    QApplication::sendEvent(shown.stage.get(), &event);
    shown.settle();
    QTest::keyClick(shown.stage.get(), Qt::Key_Return);
    shown.settle();
    QCOMPARE(shown.state.knobEdits.size(), std::size_t{1});
    QCOMPARE(std::get<double>(shown.state.knobEdits[0].second), 4.0);
    QVERIFY(!shown.stage->testAttribute(Qt::WA_InputMethodEnabled));
  }

  void stageOpensWithoutAModel() {
    ViewState state;
    Recording recording;
    state.recording = &recording;
    StageWidget stage(state);
    QSignalSpy ready(&stage, &StageWidget::frameReady);
    stage.resize(600, 400);
    stage.show();
    QVERIFY(QTest::qWaitForWindowExposed(&stage));
    stage.grabFramebuffer();
    QCOMPARE(ready.count(), 1);
  }

  void clickWithinOneFrameIsTwoFramesOfImGui() {
    ImGuiInput input;
    ImGuiIO io;
    const QPointF at(10, 20);
    input.mouse(QMouseEvent(QEvent::MouseButtonPress, at, at, Qt::LeftButton, Qt::LeftButton,
                            Qt::NoModifier), 2);
    input.mouse(QMouseEvent(QEvent::MouseButtonRelease, at, at, Qt::LeftButton, Qt::NoButton,
                            Qt::NoModifier), 2);
    QVERIFY(input.feed(io));
    QVERIFY(io.MouseDown[0]);
    QCOMPARE(io.MousePos.x, 20.0f);
    QCOMPARE(io.MousePos.y, 40.0f);
    QVERIFY(!input.feed(io));
    QVERIFY(!io.MouseDown[0]);
  }

  void trackpadPixelsScrollSmoothly() {
    ImGuiInput input;
    ImGuiIO io;
    input.wheel(QWheelEvent({}, {}, {0, 30}, {0, 120}, Qt::NoButton, Qt::ShiftModifier,
                            Qt::ScrollUpdate, false));
    input.feed(io);
    QCOMPARE(io.MouseWheel, 0.5f);
    QVERIFY(io.KeyShift);
  }
};

QTEST_MAIN(StageWidgetTest)
#include "stage_widget_test.moc"
