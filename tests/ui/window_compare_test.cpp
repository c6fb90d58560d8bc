// Two runs compared in a whole window.
#include <QMenu>

#include "main_window_fixture.h"
#include "ui/views/compare_layout.h"

using namespace jacobiscope;

class WindowCompareTest : public QObject {
  Q_OBJECT

  static const CompareDigest& digest(WindowFixture& f) { return f.stage().views().compare.digest; }
  static Rect place(WindowFixture& f, const std::string& name) {
    const auto& places = f.stage().views().compare.places;
    const auto found = places.find(name);
    return found == places.end() ? Rect{} : found->second;
  }
  static QPoint middle(const Rect& rect) { return {int(rect.centre().x), int(rect.centre().y)}; }
  // A sequential run, and one that stops early.
  static bool twoRuns(WindowFixture& f) {
    f.set("mode", std::string("sequential"));
    if (!f.generate()) return false;
    f.set("mode", std::string("jacobi"));
    f.set("tolerance", 0.3);
    return f.generate();
  }
  static bool turnOn(WindowFixture& f) {
    if (!f.trigger(f.actions().compare)) return false;
    f.settle();
    return f.view().compare.on && digest(f).on();
  }
  static QColor pixel(const QImage& image, float x, float y) {
    return image.pixelColor(int(x), int(y));
  }

  // What the tooltip says there. Another window on the screen may take the pointer for a moment.
  static QString probed(WindowFixture& f, const QPoint& at) {
    const std::string& told = f.stage().views().compare.probed;
    f.waitFor([&] {
      QTest::mouseMove(&f.stage(), at + QPoint(0, 1));
      QTest::mouseMove(&f.stage(), at);
      f.settle();
      return !told.empty();
    });
    return QString::fromStdString(told);
  }

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void withoutASecondRunItSaysWhatToDo() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    SOON(!f.actions().compare->isEnabled());
    QVERIFY(f.generate());
    QVERIFY(f.trigger(f.actions().compare));
    f.settle();
    QVERIFY(f.view().compare.on);
    QVERIFY(!digest(f).on());
    QVERIFY(place(f, "choice A").width() > 0);
    QVERIFY(place(f, "mode 0").empty());
    SOON(!f.actions().holdB->isEnabled());
  }

  void itIsTurnedOnAndLeft() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(twoRuns(f));
    QVERIFY(turnOn(f));
    QCOMPARE(digest(f).a.id, 2);
    QCOMPARE(digest(f).b.id, 1);  // the sequential reference
    SOON(f.actions().compare->isChecked());
    f.window().activateWindow();
    f.stage().setFocus();
    SOON(f.stage().hasFocus());
    QTest::keyClick(&f.stage(), Qt::Key_Escape);
    SOON(!f.view().compare.on);
    QTest::keyClick(&f.stage(), Qt::Key_C);
    SOON(f.view().compare.on);
    f.settle();
    f.actions().leaveCompare->trigger();
    QVERIFY(!f.view().compare.on);
  }

  void errorsAndDifferencesAreTold() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(twoRuns(f));
    QVERIFY(turnOn(f));
    QVERIFY(digest(f).errors);
    QVERIFY(digest(f).errors->largest > 0);
    QVERIFY(!digest(f).map.rgba.empty());
    const auto differs = [&](const std::string& name) {
      const auto row = std::ranges::find(digest(f).rows, name, &ComparedRow::name);
      return row != digest(f).rows.end() && row->differs;
    };
    QVERIFY(differs("mode") && differs("tolerance") && differs("result"));
    QVERIFY(!differs("seed"));
    // Against itself at its own end nothing differs.
    f.view().compare.b = 2;
    f.view().compare.pinned = f.sweeps() - 1;
    f.settle();
    QCOMPARE(digest(f).errors->largest, 0.0);
  }

  void theDividerIsDraggedAndTakesTheArrows() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(twoRuns(f));
    QVERIFY(turnOn(f));
    const Rect picture = place(f, "A");
    QVERIFY(picture.width() > 100);
    const QPoint from = middle(place(f, "divider"));
    const QPoint to(int(picture.min.x + picture.width() * 0.25f), from.y());
    QTest::mouseMove(&f.stage(), from);
    f.settle();
    QTest::mousePress(&f.stage(), Qt::LeftButton, {}, from);
    f.settle();
    QTest::mouseMove(&f.stage(), to);
    f.settle();
    QTest::mouseRelease(&f.stage(), Qt::LeftButton, {}, to);
    f.settle();
    QVERIFY(std::abs(f.view().compare.divider - 0.25f) < 0.01f);
    f.window().activateWindow();
    f.stage().setFocus();
    SOON(f.stage().hasFocus());
    const std::int64_t sweep = f.view().cursor.sweep;
    const float before = f.view().compare.divider;
    QTest::keyClick(&f.stage(), Qt::Key_Right);
    f.settle();
    QVERIFY(f.view().compare.divider > before);
    QCOMPARE(f.view().cursor.sweep, sweep);  // the timeline kept still
    f.actions().dividerLeft->trigger();
    QVERIFY(f.view().compare.divider < before + 0.01f);
  }

  void bothSidesAreDrawn() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(twoRuns(f));
    QVERIFY(turnOn(f));
    f.view().compare.alignment = Alignment::Iteration;
    f.view().cursor.sweep = 0;  // far from settled: the pictures differ
    f.view().compare.pinned = std::ssize(digest(f).b.run->snapshots) - 1;
    const auto draw = [&](float divider) {
      f.view().compare.divider = divider;
      return f.settle();
    };
    const QImage allOfA = draw(1), allOfB = draw(0), half = draw(0.5f);
    const Rect picture = place(f, "A");
    int left = 0, right = 0, points = 0;
    for (float y = picture.min.y + 40; y < picture.max.y - 4; y += 7)
      for (float x = 6; x < picture.width() / 2 - 40; x += 7, ++points) {
        left += pixel(half, picture.min.x + x, y) == pixel(allOfA, picture.min.x + x, y);
        right += pixel(half, picture.max.x - x, y) == pixel(allOfB, picture.max.x - x, y);
      }
    QVERIFY(points > 100);
    QVERIFY2(left > points * 0.98 && right > points * 0.98,
             qPrintable(QString("%1 %2 of %3").arg(left).arg(right).arg(points)));
    QVERIFY(allOfA != allOfB);
  }

  void everyModeShowsWhatIsUnderThePointer() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(twoRuns(f));
    QVERIFY(turnOn(f));
    for (int mode = 0; mode < 3; ++mode) {
      f.click(middle(place(f, "mode " + std::to_string(mode))));
      QCOMPARE(int(f.view().compare.mode), mode);
      const Rect picture = place(f, mode == 2 ? "map" : "B");
      QVERIFY(picture.width() > 50);
      const CellGrid pixels{picture, digest(f).a.image->height, digest(f).a.image->width};
      const Rect cell = pixels.cell(2, 3);
      const QString told = probed(f, middle(cell));
      QVERIFY2(told.startsWith("x 3, y 2\n"), qPrintable(told));
      const std::size_t at = (2 * std::size_t(digest(f).a.image->width) + 3) * 4;
      const auto colours = [&](const Image& image) {
        return QString("%1, %2, %3").arg(image.rgba[at]).arg(image.rgba[at + 1])
            .arg(image.rgba[at + 2]);
      };
      QVERIFY2(told.contains("\nA " + colours(*digest(f).a.image) + "\nB " +
                             colours(*digest(f).b.image) + "\n"), qPrintable(told));
    }
    SOON(f.actions().compareModes->actions()[2]->isChecked());
    f.actions().compareModes->actions()[1]->trigger();
    QCOMPARE(f.view().compare.mode, CompareMode::SideBySide);
  }

  void theWheelEnlargesBoth() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(twoRuns(f));
    QVERIFY(turnOn(f));
    f.view().compare.mode = CompareMode::SideBySide;
    f.settle();
    const Rect before = place(f, "B");
    const QPoint at = middle(place(f, "A"));
    QTest::mouseMove(&f.stage(), at);
    f.settle();
    QWheelEvent turn(at, f.stage().mapToGlobal(at), {}, {0, 480}, Qt::NoButton, {},
                     Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&f.stage(), &turn);
    f.settle();
    QVERIFY(f.view().compare.zoom > 1.5f);
    QVERIFY(place(f, "B").width() > before.width() * 1.5f);
    QCOMPARE(place(f, "B").width(), place(f, "A").width());
  }

  void theTimelineDrivesAAndBFollowsOrIsHeld() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(twoRuns(f));
    QVERIFY(turnOn(f));
    f.actions().alignments->actions()[1]->trigger();  // by iteration
    f.settle();
    f.click(f.column(2));
    QCOMPARE(digest(f).a.sweep, std::int64_t{2});
    QCOMPARE(digest(f).b.sweep, std::int64_t{2});
    QCOMPARE(f.stage().views().map.other, std::int64_t{2});
    QVERIFY(f.trigger(f.actions().holdB));
    f.settle();
    f.click(f.column(4));
    QCOMPARE(digest(f).a.sweep, std::int64_t{4});
    QCOMPARE(digest(f).b.sweep, std::int64_t{2});
    // What is held of another run has no place on this run's axis.
    QCOMPARE(f.stage().views().map.other, std::int64_t{-1});
    // It is held of that run, whatever it is compared with.
    const int held = digest(f).b.id;
    QVERIFY(f.generate());
    f.settle();
    QCOMPARE(digest(f).a.id, 3);
    QCOMPARE(digest(f).b.id, held);
    QCOMPARE(digest(f).b.sweep, std::int64_t{2});
    f.engine().eraseRun(held);
    QVERIFY(!f.view().compare.pinned);
  }

  void picturesOfOtherSizeHaveNoErrors() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    f.set("size", std::int64_t{64});
    QVERIFY(f.generate());
    QVERIFY(turnOn(f));
    QVERIFY(!digest(f).errors);
    QVERIFY(noErrorsText(digest(f)).find("different size") != std::string::npos);
    QVERIFY(place(f, "A").width() > 50);
  }

  void tokensThatDifferAreCounted() {
    WindowFixture f;
    QVERIFY(f.load("tokens"));
    QVERIFY(f.generate());
    f.engine().input().seed += 1;
    QVERIFY(f.generate());
    QVERIFY(turnOn(f));
    QVERIFY(digest(f).tokens);
    const int different = digest(f).tokens->different;
    QVERIFY(different > 0 && different < FakeTokenDecoder::kPositions);
    const int first = digest(f).tokens->first;
    const Rect picture = place(f, "A");
    const CellGrid grid{picture, FakePicture::kSide, FakePicture::kSide};
    const QString told = probed(f, middle(grid.cell(first)));
    const auto answer = [&](int run) {
      const RunRecord& record = *f.engine().recording().run(run);
      return tokensStanding(record, std::ssize(record.snapshots) - 1)[first];
    };
    QVERIFY2(told.contains(QString("A token %1").arg(answer(2))), qPrintable(told));
    QVERIFY2(told.contains(QString("B token %1").arg(answer(1))), qPrintable(told));
  }

  void robotsAreComparedInOneScene() {
    WindowFixture f;
    QVERIFY(f.load("robot"));
    QVERIFY(f.generate());
    QVERIFY(f.generate());
    QVERIFY(turnOn(f));
    QVERIFY(digest(f).actions);
    QCOMPARE(digest(f).actions->tokens.different, 0);
    QCOMPARE(farthest(digest(f).carriedOut), 0.0);
    for (int mode = 0; mode < 3; ++mode) {
      f.view().compare.mode = static_cast<CompareMode>(mode);
      f.settle();
      QVERIFY(place(f, "A").width() > 100);
    }
  }

  void theListOfRunsChoosesB() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(twoRuns(f));
    QVERIFY(f.generate());
    Q_EMIT f.window().library().compareRequested(1);
    f.settle();
    QVERIFY(f.view().compare.on);
    QCOMPARE(digest(f).a.id, 3);
    QCOMPARE(digest(f).b.id, 1);
    f.engine().eraseRun(1);
    f.settle();
    QCOMPARE(digest(f).b.id, 2);
  }
};

QTEST_MAIN(WindowCompareTest)
#include "window_compare_test.moc"
