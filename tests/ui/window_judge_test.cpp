// The oracle in the window: asked for, by itself, shown beside residuals and in the status bar.
#include "main_window_fixture.h"

#include "engine/record/true_error.h"
#include "ui/shell/status_text.h"
#include "ui/views/error_view.h"

using namespace jacobiscope;

namespace {

// A run that ends before it is exact.
bool generateCapped(WindowFixture& f) {
  if (!f.loadToy()) return false;
  f.engine().setKnobs({{"cap", std::int64_t{6}}, {"tolerance", 0.0}});
  return f.generate();
}

bool judge(WindowFixture& f) {
  return f.trigger(f.actions().judge) &&
         f.waitFor([&] { return judgedWhole(*f.lastRun()) && !f.view().progress; });
}

// How many pixels of the map differ.
int differing(const QImage& a, const QImage& b, const Rect& area) {
  int count = 0;
  for (int y = int(area.min.y); y < int(area.max.y); ++y)
    for (int x = int(area.min.x); x < int(area.max.x); ++x) count += a.pixel(x, y) != b.pixel(x, y);
  return count;
}

}  // namespace

class WindowJudgeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void errorsAreMeasuredWhenAskedFor() {
    WindowFixture f;
    QVERIFY(!f.actions().judge->isEnabled());
    QVERIFY(generateCapped(f));
    QVERIFY(statusText(f.view()).exactness.endsWith("—"));
    QVERIFY(judge(f));
    QCOMPARE(f.lastRun()->exactness.size(), f.lastRun()->snapshots.size());
    QVERIFY(f.view().showError);  // what was asked for is shown
    const auto end = judgedEnd(*f.lastRun());
    QVERIFY(end && end->largest > 0 && std::isfinite(end->largest));
    const QString shown = statusText(f.view()).exactness;
    QVERIFY2(shown.startsWith("exactness: true error ") && shown.endsWith(" vs sequential"),
             qPrintable(shown));
    QVERIFY(runSubtitle(*f.lastRun(), f.view()).contains("true error"));
    SOON(!f.actions().judge->isEnabled());  // there is nothing left
    QCOMPARE(f.problems(), 0);
  }

  void anExactRunIsSaidToBe() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.set("tolerance", 0.0);
    QVERIFY(f.generate() && judge(f));
    QCOMPARE(statusText(f.view()).exactness, QString("exactness: equal to sequential"));
    QCOMPARE(f.lastRun()->exactness.rbegin()->second.exact, 256);
  }

  void theyStandBesideTheResiduals() {
    WindowFixture f;
    QVERIFY(generateCapped(f));
    QVERIFY(judge(f));
    f.settle();
    QCOMPARE(f.stage().views().errors.size(), f.sweeps());
    const ResidualField field = errorFieldAt(*f.lastRun(), 2);
    QCOMPARE(std::ssize(field.change), std::ptrdiff_t{256});
    QCOMPARE(field.frontier, f.lastRun()->exactness.at(2).exact);
    QVERIFY(field.change[0] == 0 && field.change[255] > 0);
    f.view().cursor = {1, 2, false};
    const QImage with = f.settle();
    QVERIFY(f.trigger(f.actions().showError));
    const QImage without = f.settle();
    QVERIFY(differing(with, without, {{0, 0}, {800, 400}}) > 1000);
  }

  void linesAndColoursOfTheMapCanBeSwitched() {
    WindowFixture f;
    QVERIFY(generateCapped(f));
    QVERIFY(judge(f));
    f.view().cursor = {1, 2, false};
    const QImage lines = f.settle();
    const Rect area = f.stage().views().map.frame.area;
    QVERIFY(f.trigger(f.actions().showFrontier));
    const QImage bare = f.settle();
    QVERIFY(differing(lines, bare, area) > 100);
    QVERIFY(f.trigger(f.actions().mapOfError));
    QVERIFY(f.view().mapOfError);
    QVERIFY(differing(bare, f.settle(), area) > 1000);
    QVERIFY(f.trigger(f.actions().mapOfError));
    QCOMPARE(differing(bare, f.settle(), area), 0);
  }

  void byItselfWhenNothingRuns() {
    WindowFixture f;
    QVERIFY(generateCapped(f));
    QVERIFY(f.trigger(f.actions().judgeByItself));
    SOON(judgedWhole(*f.lastRun()));
    QVERIFY(!f.view().showError);  // it was not asked for
    f.close();
    f.open();
    QVERIFY(f.engine().judgesByItself);
  }

  void generateWins() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.set("delay", std::int64_t{20});
    f.set("cap", std::int64_t{3});
    QVERIFY(f.generate());
    QVERIFY(f.trigger(f.actions().judge));
    SOON_EQUAL(f.engine().judging(), 1);
    f.set("delay", std::int64_t{0});
    const int runs = int(f.engine().recording().runs().size());
    f.engine().generate();
    QVERIFY(f.waitForEnd(runs + 1));
    QVERIFY(f.lastRun()->finished->outcome == Outcome::Done);
  }

  void itCanBeStopped() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    f.set("delay", std::int64_t{100});
    f.set("cap", std::int64_t{3});
    QVERIFY(f.generate());
    QVERIFY(f.trigger(f.actions().judge));
    SOON_EQUAL(f.engine().judging(), 1);
    QVERIFY(f.trigger(f.actions().stop));
    SOON(!f.view().progress);
    QCOMPARE(f.engine().judging(), 0);
    QVERIFY(f.view().notices.empty());  // nobody is told what they did themselves
    QVERIFY(!judgedWhole(*f.lastRun()));
    QVERIFY(f.trigger(f.actions().judge));  // once more
    QVERIFY(f.trigger(f.actions().stop));
  }

  void whatCannotBeMeasuredIsANotice() {
    WindowFixture f;
    QVERIFY(f.load("tokens"));
    QVERIFY(f.generate());
    f.view().notices.clear();
    QVERIFY(f.trigger(f.actions().judge));
    SOON(!f.view().notices.empty());
    QCOMPARE(f.view().notices[0].what, std::string("judge"));
    QVERIFY(f.view().notices[0].severity == Severity::Info);
    QVERIFY(!f.view().progress);
  }
};

QTEST_MAIN(WindowJudgeTest)
#include "window_judge_test.moc"
