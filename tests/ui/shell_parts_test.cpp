// The parts of the shell that need no window: cursor moves, status texts, sliders, icons.
#include <QDir>
#include <QtTest>

#include "ui/shell/cursor_moves.h"
#include "ui/shell/knob_field.h"
#include "ui/shell/picture.h"
#include "ui/shell/seed_box.h"
#include "ui/shell/settings.h"
#include "ui/shell/status_text.h"
#include "ui/shell/svg_icon.h"
#include "ui/shell/theme.h"

using namespace jacobiscope;

namespace {

// Three sweeps of stage 0, two of stage 1, one of stage 2.
RunRecord sixSweeps() {
  RunRecord run;
  run.start.run = 4;
  const int stages[] = {0, 0, 0, 1, 1, 2};
  for (const int stage : stages) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->run = 4;
    snapshot->sweep.index = static_cast<std::int64_t>(run.snapshots.size());
    snapshot->sweep.window.stage = stage;
    run.snapshots.push_back(snapshot);
  }
  return run;
}

Knob numberKnob(double minimum, double maximum, bool logarithmic) {
  Knob knob;
  knob.kind = KnobKind::Number;
  knob.minimum = minimum;
  knob.maximum = maximum;
  knob.logarithmic = logarithmic;
  return knob;
}

}  // namespace

class ShellPartsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cursorMoves_data() {
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("move");
    QTest::addColumn<int>("to");
    const auto row = [](const char* name, int from, Move move, int to) {
      QTest::newRow(name) << from << int(move) << to;
    };
    row("first", 4, Move::First, -1);
    row("last", 1, Move::Last, 5);
    row("back", 4, Move::Back, 3);
    row("back from the first sweep", 0, Move::Back, -1);
    row("back at the start", -1, Move::Back, -1);
    row("forward", 2, Move::Forward, 3);
    row("forward at the end", 5, Move::Forward, 5);
    row("forward from before the first", -1, Move::Forward, 0);
    row("previous stage", 4, Move::PreviousStage, 2);
    row("no previous stage", 1, Move::PreviousStage, 0);
    row("next stage", 1, Move::NextStage, 4);
    row("no next stage", 5, Move::NextStage, 5);
  }
  void cursorMoves() {
    QFETCH(int, from);
    QFETCH(int, move);
    QFETCH(int, to);
    const Cursor moved = movedCursor({4, from, true}, sixSweeps(), static_cast<Move>(move));
    QCOMPARE(moved.sweep, std::int64_t(to));
    QVERIFY(!moved.followLive);
  }
  void cursorInAnEmptyRun() {
    RunRecord run;
    run.start.run = 2;
    for (const Move move : {Move::First, Move::Forward, Move::NextStage}) {
      QCOMPARE(movedCursor({2, -1, true}, run, move).sweep, std::int64_t{-1});
    }
  }

  void nothingMeasuredIsADash() {
    Recording recording;
    ViewState view;
    view.recording = &recording;
    const StatusText text = statusText(view);
    QCOMPARE(text.device, QString("no model"));
    for (const QString& words : {text.iteration, text.calls, text.speed, text.exactness}) {
      QVERIFY2(words.endsWith("—"), qPrintable(words));
    }
    QCOMPARE(text.recording, QString("recorded · 0 B"));
  }
  void bytesAreReadable() {
    QCOMPARE(byteText(999), QString("999 B"));
    QCOMPARE(byteText(12000), QString("12 kB"));
    QCOMPARE(byteText(1400000), QString("1.4 MB"));
    QCOMPARE(byteText(14000000), QString("14 MB"));
  }

  void slidersReachBothEnds() {
    for (const Knob& knob : {numberKnob(0, 4, false), numberKnob(0, 1, true),
                             numberKnob(0.01, 100, true), numberKnob(-5, 5, false)}) {
      QCOMPARE(sliderValue(knob, 0), knob.minimum);
      QCOMPARE(sliderValue(knob, 1000), knob.maximum);
      for (int position = 0; position <= 1000; position += 50) {
        QVERIFY(qAbs(sliderPosition(knob, sliderValue(knob, position)) - position) <= 8);
      }
    }
    QCOMPARE(sliderPosition(numberKnob(0, 1, true), 0.0), 0);
    QVERIFY(sliderPosition(numberKnob(0, 1, true), 1e-6) >= 1);
  }

  void seedsHave64Bits() {
    SeedBox box;
    QSignalSpy spy(&box, &SeedBox::valueChanged);
    box.setValue(18446744073709551615ull);
    QCOMPARE(box.text(), QString("18446744073709551615"));
    box.stepBy(1);
    QCOMPARE(box.value(), 18446744073709551615ull);
    box.stepBy(-1);
    QCOMPARE(box.value(), 18446744073709551614ull);
    QCOMPARE(spy.count(), 2);
    QTest::keyClick(&box, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(&box, "4x2");
    QCOMPARE(box.value(), std::uint64_t{42});
  }

  void picturesBecomeQtImages() {
    const Image image{2, 1, {255, 0, 0, 255, 0, 0, 255, 255}};
    QCOMPARE(toQImage(image).pixelColor(0, 0), QColor(Qt::red));
    QCOMPARE(toQImage(image).pixelColor(1, 0), QColor(Qt::blue));
    QVERIFY(toQImage({}).isNull());
    QVERIFY(toQImage({4, 4, {1, 2, 3}}).isNull());
  }

  void everyIconIsDrawn() {
    drawIcon("stop", Qt::red, 16);  // registers the resources
    const QStringList files = QDir(":/icons").entryList({"*.svg"});
    QVERIFY(files.size() >= 15);
    for (const QString& file : files) {
      const QImage image = drawIcon(QString(file).remove(".svg"), Qt::red, 24).toImage();
      int inked = 0;
      for (int y = 0; y < 24; ++y) {
        for (int x = 0; x < 24; ++x) inked += image.pixelColor(x, y).alpha() > 128;
      }
      QVERIFY2(inked > 12, qPrintable(file));
    }
    QCOMPARE(drawIcon("stop", Qt::red, 24).toImage().pixelColor(12, 12), QColor(Qt::red));
  }

  void styleSheetHasNoOpenNames() {
    QTemporaryDir folder;
    for (const bool dark : {true, false}) {
      const QString sheet = themeStyleSheet(themeColors(dark), 1.25, folder.path());
      QVERIFY(!sheet.contains('@'));
      QVERIFY(sheet.contains("font-size: 16px"));
    }
    const QPalette dark = themePalette(themeColors(true));
    QVERIFY(dark.color(QPalette::Window).lightness() < 60);
  }

  void recentFilesAreFewAndOnce() {
    QStringList recent;
    for (int i = 0; i < 12; ++i) addRecent(recent, QString::number(i));
    addRecent(recent, "5");
    QCOMPARE(recent.size(), 10);
    QCOMPARE(recent.first(), QString("5"));
    QCOMPARE(recent.count("5"), 1);
  }
};

QTEST_MAIN(ShellPartsTest)
#include "shell_parts_test.moc"
