// Breakpoints in the window: set in their dialog, remembered, told and marked where they hold a run.
#include "main_window_fixture.h"

#include "ui/shell/breakpoints_dialog.h"

using namespace jacobiscope;

namespace {

Breakpoint rise(int over) { return {BreakpointKind::Rise, true, over, 0}; }

template <class Field>
Field* fieldOf(QWidget* parent, const QString& accessibleName) {
  for (auto* field : parent->findChildren<Field*>()) {
    if (field->accessibleName() == accessibleName) return field;
  }
  return nullptr;
}

QCheckBox* boxOf(QWidget* parent, const QString& text) {
  for (auto* box : parent->findChildren<QCheckBox*>()) {
    if (box->text().remove('&') == text) return box;
  }
  return nullptr;
}

const Breakpoint& setting(WindowFixture& f, BreakpointKind kind) {
  return *std::ranges::find(f.engine().breakpoints(), kind, &Breakpoint::kind);
}

// The toy's residual rises at once under this coupling.
bool loadRisingToy(WindowFixture& f) {
  if (!f.loadToy()) return false;
  f.engine().setKnobs({{"coupling", 4.0}});
  return true;
}

}  // namespace

class WindowBreakpointsTest : public QObject {
  Q_OBJECT

 private:
  static BreakpointsDialog* openDialog(WindowFixture& f) {
    f.actions().breakpoints->trigger();
    return f.window().findChild<BreakpointsDialog*>();
  }

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void theDialogSetsThemAtOnceAndTheyAreRemembered() {
    WindowFixture f;
    QVERIFY(std::ranges::none_of(f.engine().breakpoints(), &Breakpoint::on));
    BreakpointsDialog* dialog = openDialog(f);
    QVERIFY(dialog);
    QCOMPARE(dialog->findChildren<QCheckBox*>().size(), qsizetype(breakpointLimits().size()));
    QTest::mouseClick(boxOf(dialog, "Stall"), Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(setting(f, BreakpointKind::Stall).on);
    auto* sweeps = fieldOf<QSpinBox>(dialog, "Iterations of a stall");
    QVERIFY(sweeps && sweeps->isEnabled());
    sweeps->setValue(33);
    fieldOf<QDoubleSpinBox>(dialog, "Factor of a stall")->setValue(1.5);
    QVERIFY(setting(f, BreakpointKind::Stall) ==
            (Breakpoint{BreakpointKind::Stall, true, 33, 1.5}));
    auto* share = fieldOf<QDoubleSpinBox>(dialog, "Share of drafts");
    QVERIFY(!share->isEnabled());  // it is off
    boxOf(dialog, "Low acceptance")->setChecked(true);
    share->setValue(25);
    QCOMPARE(setting(f, BreakpointKind::Acceptance).threshold, 0.25);
    QVERIFY(!setting(f, BreakpointKind::Rise).on);
    QCOMPARE(openDialog(f), dialog);  // the same one

    const std::vector<Breakpoint> before = f.engine().breakpoints();
    f.close();
    f.open();
    QVERIFY(f.engine().breakpoints() == before);
    dialog = openDialog(f);
    QVERIFY(boxOf(dialog, "Stall")->isChecked());
    QCOMPARE(fieldOf<QSpinBox>(dialog, "Iterations of a stall")->value(), 33);
    QCOMPARE(fieldOf<QDoubleSpinBox>(dialog, "Share of drafts")->value(), 25.0);
  }

  void damagedSettingsGiveTheDefaults() {
    WindowFixture f;
    QSettings store(f.path("damaged.ini"), QSettings::IniFormat);
    store.setValue("breakpoints/rise.on", true);
    store.setValue("breakpoints/rise.over", 100000);
    store.setValue("breakpoints/stall.threshold", "much");
    const std::vector<Breakpoint> read = readSettings(store).breakpoints;
    std::vector<Breakpoint> expected = initialBreakpoints();
    expected[0].on = true;
    QVERIFY(read == expected);
  }

  void aHitIsToldAndCanBeLookedInto() {
    WindowFixture f;
    QVERIFY(loadRisingToy(f));
    f.engine().setBreakpoints({rise(3)});
    BreakBar& bar = f.window().breakBar();
    QVERIFY(!bar.isVisible());
    QVERIFY(f.trigger(f.actions().generate));
    SOON(f.view().paused);
    SOON(bar.isVisible());
    QCOMPARE(f.lastRun()->breaks.size(), std::size_t{1});
    const BreakpointHit hit = f.lastRun()->breaks[0];
    QCOMPARE(f.sweeps(), hit.sweep + 1);
    QVERIFY2(bar.text().startsWith(QString("Stopped at sweep %1. The residual of stage 1 rose over "
                                           "3 iterations, from ")
                                       .arg(hit.sweep + 1)),
             qPrintable(bar.text()));
    QCOMPARE(bar.accessibleName(), bar.text());
    QCOMPARE(f.view().cursor.sweep, hit.sweep);
    QCOMPARE(bar.showGood()->text(),
             QString("Show sweep %1, the last good one").arg(hit.lastGood + 1));
    QTest::mouseClick(bar.showGood(), Qt::LeftButton);
    QCOMPARE(f.view().cursor.sweep, hit.lastGood);
    QVERIFY(!f.view().cursor.followLive);
    QVERIFY(f.view().paused);
    SOON(bar.isVisible());

    f.engine().setBreakpoints({});
    QTest::mouseClick(bar.goOn(), Qt::LeftButton);
    QVERIFY(f.waitForEnd(1));
    SOON(!bar.isVisible());
    QVERIFY(f.lastRun()->finished->outcome == Outcome::Done);
    QVERIFY(f.lastRun()->finished->sweeps > hit.sweep + 1);
    QVERIFY(f.view().notices.empty());
  }

  void theTimelineMarksThePlace() {
    WindowFixture f;
    QVERIFY(loadRisingToy(f));
    f.engine().setBreakpoints({rise(3)});
    QVERIFY(f.trigger(f.actions().generate));
    SOON(f.window().breakBar().isVisible());
    const BreakpointHit hit = f.lastRun()->breaks[0];
    // So that the line of the cursor is elsewhere.
    f.window().breakBar().showGood()->click();
    const auto marked = [&](const QImage& image) {
      const TimelineFrame& frame = f.stage().views().map.frame;
      const float scale = float(f.stage().devicePixelRatio() * f.view().theme.zoom);
      const QColor problem = [] {
        const Rgba colour = paletteOf(true).problem;
        return QColor(colour & 255, colour >> 8 & 255, colour >> 16 & 255);
      }();
      return image.pixelColor(int(columnX(frame, double(hit.sweep) + 0.5)),
                              int(frame.area.min.y - 9 * scale)) == problem;
    };
    f.view().theme.dark = true;
    QVERIFY(marked(f.settle()));
    f.engine().setBreakpoints({});
    f.engine().setPaused(false);
    QVERIFY(f.waitForEnd(1));
    f.engine().selectRun(1);
    QVERIFY(marked(f.settle()));  // it stays with the run
    QVERIFY(f.generate());
    QVERIFY(f.lastRun()->breaks.empty());
    QVERIFY(!marked(f.settle()));
  }

  // The run completes, and what would have held it is said all the same.
  void aHitAtTheVeryEndIsANotice() {
    WindowFixture f;
    QVERIFY(loadRisingToy(f));
    f.engine().setKnobs({{"stages", std::int64_t{1}}, {"cap", std::int64_t{2}}});
    f.engine().setBreakpoints({rise(1)});
    QVERIFY(f.generate());
    QCOMPARE(f.lastRun()->breaks.size(), std::size_t{1});
    QCOMPARE(f.view().notices.size(), std::size_t{1});
    QCOMPARE(f.view().notices[0].message, f.lastRun()->breaks[0].reason);
    QVERIFY(f.view().notices[0].severity == Severity::Warning);
    QVERIFY(!f.window().breakBar().isVisible());
  }

  void stoppingTheRunTakesTheBarAway() {
    WindowFixture f;
    QVERIFY(loadRisingToy(f));
    f.engine().setBreakpoints({rise(3)});
    QVERIFY(f.trigger(f.actions().generate));
    SOON(f.window().breakBar().isVisible());
    QVERIFY(f.trigger(f.actions().stop));
    SOON(!f.window().breakBar().isVisible());
    QVERIFY(f.view().notices.empty());
  }
};

QTEST_MAIN(WindowBreakpointsTest)
#include "window_breakpoints_test.moc"
