// Branches in the window: offered where a knob is changed in the past, a tree in the list of runs,
// one axis of time.
#include "main_window_fixture.h"

#include "engine/record/run_tree.h"

using namespace jacobiscope;

namespace {

// A finished run of several sweeps, with the cursor in its middle.
bool lookAtMiddle(WindowFixture& f) {
  if (!f.loadToy() || !f.generate()) return false;
  f.view().cursor = {1, f.sweeps() / 2, false};
  return f.sweeps() > 6;
}

QString ids(const CardList* list) {
  QStringList found;
  for (int row = 0; row < list->count(); ++row) found << list->idOf(list->item(row));
  return found.join(" ");
}

const RunRecord& run(WindowFixture& f, int id) { return *f.engine().recording().run(id); }

bool samePast(const RunRecord& a, const RunRecord& b, std::int64_t sweeps) {
  for (std::int64_t i = 0; i < sweeps; ++i) {
    const Sweep &left = a.snapshots[i]->sweep, &right = b.snapshots[i]->sweep;
    if (left.residual != right.residual || left.frontier != right.frontier) return false;
  }
  return true;
}

}  // namespace

class WindowBranchesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void aKnobChangedInThePastOffersABranch() {
    WindowFixture f;
    QVERIFY(lookAtMiddle(f));
    const std::int64_t at = f.view().cursor.sweep;
    BranchBar& bar = f.window().branchBar();
    QVERIFY(!bar.isVisible());
    f.set("coupling", 0.5);
    SOON(bar.isVisible());
    QCOMPARE(bar.text(), QString("#1 was decoded otherwise: coupling 1 → 0.5."));
    QCOMPARE(bar.branch()->text(), QString("Branch from sweep %1").arg(at + 1));
    QVERIFY(!bar.newRun()->isVisible());
    f.view().cursor.sweep = at - 1;  // it follows the cursor
    f.window().stage().viewChanged();
    SOON_EQUAL(bar.branch()->text(), QString("Branch from sweep %1").arg(at));
    f.view().cursor.sweep = at;
    f.window().stage().viewChanged();
    SOON_EQUAL(bar.branch()->text(), QString("Branch from sweep %1").arg(at + 1));
    QTest::mouseClick(bar.branch(), Qt::LeftButton);
    QVERIFY(f.waitForEnd(2));
    SOON(!bar.isVisible());
    QVERIFY(run(f, 2).start.parent == (BranchPoint{1, at + 1}));
    QVERIFY(samePast(run(f, 1), run(f, 2), at + 1));
    QCOMPARE(numberAt(*run(f, 2).snapshots[at]->knobs, "coupling"), 1.0);
    QCOMPARE(numberAt(*run(f, 2).snapshots[at + 1]->knobs, "coupling"), 0.5);
    QCOMPARE(f.view().cursor.run, 2);  // it was followed
    QCOMPARE(f.engine().recording().runs().size(), std::size_t{2});
    QCOMPARE(f.problems(), 0);
  }

  void theOfferCanBeDismissedAndWithdrawn() {
    WindowFixture f;
    QVERIFY(lookAtMiddle(f));
    BranchBar& bar = f.window().branchBar();
    f.set("coupling", 0.5);
    SOON(bar.isVisible());
    QTest::mouseClick(bar.dismiss(), Qt::LeftButton);
    SOON(!bar.isVisible());
    f.set("coupling", 0.75);
    SOON(bar.isVisible());
    f.set("coupling", 1.0);  // as it was: nothing to be tried
    SOON(!bar.isVisible());
  }

  void whatOnlyANewRunCanChangeIsSaid() {
    WindowFixture f;
    QVERIFY(lookAtMiddle(f));
    BranchBar& bar = f.window().branchBar();
    f.set("size", std::int64_t{64});
    SOON(bar.isVisible());
    QVERIFY(!bar.branch()->isVisible());
    QCOMPARE(bar.text(), QString("size 256 → 64: only a new run can change that."));
    QTest::mouseClick(bar.newRun(), Qt::LeftButton);
    QVERIFY(f.waitForEnd(2));
    QVERIFY(!run(f, 2).start.parent);
    QCOMPARE(integerAt(run(f, 2).start.knobs, "size"), std::int64_t{64});
    SOON(!bar.isVisible());
  }

  void atTheEndThePictureFollowsTheHandAsBefore() {
    WindowFixture f;
    QVERIFY(f.loadToy() && f.generate());
    f.set("coupling", 0.5);
    QVERIFY(f.waitForEnd(2));
    QVERIFY(run(f, 2).start.warm && !run(f, 2).start.parent);
    QVERIFY(!f.window().branchBar().isVisible());
  }

  void withNothingChangedTheParentIsReproduced() {
    WindowFixture f;
    QVERIFY(lookAtMiddle(f));
    QVERIFY(f.trigger(f.actions().branch));
    QVERIFY(f.waitForEnd(2));
    QCOMPARE(run(f, 2).snapshots.size(), run(f, 1).snapshots.size());
    QVERIFY(samePast(run(f, 1), run(f, 2), f.sweeps()));
    QVERIFY(run(f, 1).finished->result == run(f, 2).finished->result);
  }

  void heldAtTheBranchPoint() {
    WindowFixture f;
    QVERIFY(lookAtMiddle(f));
    const std::int64_t at = f.view().cursor.sweep;
    QVERIFY(f.trigger(f.actions().branchPaused));
    SOON(f.view().paused);
    QCOMPARE(f.sweeps(), at + 1);
    QCOMPARE(f.view().cursor.run, 2);
    QCOMPARE(f.view().cursor.sweep, at);
    f.engine().setPaused(false);
    QVERIFY(f.waitForEnd(2));
  }

  void aPausedRunUnderTheCursorEndsAndStays() {
    WindowFixture f;
    QVERIFY(f.loadToy() && f.startSlowRun());
    QVERIFY(f.trigger(f.actions().pause));
    SOON(f.view().paused);
    const std::int64_t sweeps = f.sweeps();
    f.engine().setKnobs({{"delay", std::int64_t{0}}});
    QVERIFY(f.trigger(f.actions().branch));
    QVERIFY(f.waitForEnd(2));
    QVERIFY(run(f, 1).finished->outcome == Outcome::Stopped);
    QCOMPARE(std::int64_t(std::ssize(run(f, 1).snapshots)), sweeps);
    QVERIFY(run(f, 2).start.parent == (BranchPoint{1, sweeps}));
    QVERIFY(run(f, 2).finished->outcome == Outcome::Done);
  }

  void behindARunThatGoesOnItWaitsAsAJob() {
    WindowFixture f;
    QVERIFY(f.loadToy() && f.generate());
    f.engine().setPace(5);
    QVERIFY(f.trigger(f.actions().generate));
    SOON(f.lastRun()->start.run == 2 && f.sweeps() > 0);
    f.view().cursor = {1, 3, false};
    QVERIFY(f.trigger(f.actions().branch));
    QCOMPARE(f.engine().jobs().jobs().size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(jobTitle(f.engine().jobs().jobs()[0])),
             QString("branch of #1 at sweep 4"));
    QVERIFY(parseJobs(jobsText(f.engine().jobs().jobs())).empty());  // of this session only
    f.engine().setPace(0);
    QVERIFY(f.waitForEnd(3));
    QVERIFY(run(f, 3).start.parent == (BranchPoint{1, 4}));
    QVERIFY(f.engine().jobs().empty());
  }

  void whereThereCanBeNoneItIsSaid() {
    WindowFixture f;
    QVERIFY(f.loadToy() && f.generate());
    f.engine().branch(false);  // at the end
    QCOMPARE(f.view().notices.size(), std::size_t{1});
    QVERIFY(f.view().notices[0].message.find("nothing is left to decode") != std::string::npos);
    f.view().cursor.sweep = -1;
    f.engine().branch(false);
    QVERIFY(f.view().notices[1].message.find("before the first") != std::string::npos);
    QVERIFY(f.view().notices[1].severity == Severity::Info);
    QCOMPARE(f.engine().recording().runs().size(), std::size_t{1});
  }

  void branchesStandBelowTheirParentAndFold() {
    WindowFixture f;
    QVERIFY(lookAtMiddle(f));
    QVERIFY(f.trigger(f.actions().branch));
    QVERIFY(f.waitForEnd(2));
    f.engine().selectRun(1);
    QVERIFY(f.generate());  // run 3, another root
    CardList* list = f.window().library().runs();
    SOON_EQUAL(ids(list), QString("3 1 2"));
    QVERIFY(list->item(2)->text().startsWith("#2 · branch at sweep "));
    QVERIFY(list->foldPlace(list->item(0)).isEmpty());
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->foldPlace(list->item(1)).center());
    SOON_EQUAL(ids(list), QString("3 1"));
    f.engine().selectRun(2);  // what is looked at is seen
    SOON_EQUAL(ids(list), QString("3 1 2"));
    f.engine().eraseRun(1);
    SOON_EQUAL(ids(list), QString("3 2"));
    QVERIFY(list->item(1)->text().contains("of #1 (gone)"));
  }

  void siblingsShareTheAxis() {
    WindowFixture f;
    QVERIFY(lookAtMiddle(f));
    const std::int64_t at = f.view().cursor.sweep;
    f.set("tolerance", 1e-2);
    QVERIFY(f.trigger(f.actions().branch));
    QVERIFY(f.waitForEnd(2));
    f.view().cursor = {2, at - 1, false};
    f.settle();
    const ConvergenceMapState& map = f.stage().views().map;
    QCOMPARE(map.branches.size(), std::size_t{2});
    const QPointF point = f.column(at - 2);
    QTest::mouseMove(&f.stage(), point.toPoint());
    f.settle();
    QWheelEvent wheel(point, f.stage().mapToGlobal(point), {}, {0, 240}, Qt::NoButton, {},
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(&f.stage(), &wheel);
    f.settle();
    QVERIFY(!map.view.fitted);
    const TimelineView zoomed = map.view;
    const Rect bar = map.branches.at(1);
    f.click({int(bar.centre().x), int(bar.centre().y)});
    QCOMPARE(f.view().cursor.run, 1);
    QCOMPARE(f.view().cursor.sweep, at - 1);
    QVERIFY(map.view == zoomed);
    QCOMPARE(map.run, 1);
    f.engine().eraseRun(2);
    f.settle();
    QVERIFY(map.branches.empty());
  }

  void theTreeComesBack() {
    WindowFixture f;
    QVERIFY(lookAtMiddle(f));
    QVERIFY(f.trigger(f.actions().branch));
    QVERIFY(f.waitForEnd(2));
    const QString file = f.path("runs.jtrace");
    QVERIFY(f.window().recordings().save(file, 0));
    f.window().recordings().open(file);
    QCOMPARE(f.engine().recording().runs().size(), std::size_t{4});
    QCOMPARE(parentOf(f.engine().recording(), 4), 3);  // under their new numbers
    f.close();
    f.open();  // each run from a file of its own
    QCOMPARE(f.engine().recording().runs().size(), std::size_t{2});
    QCOMPARE(parentOf(f.engine().recording(), 2), 1);
  }

  void aModelThatIsNotLoadedIsLoadedFirst() {
    WindowFixture f;
    QVERIFY(lookAtMiddle(f));
    QVERIFY(f.load(f.dressedFile()));
    f.view().cursor = {1, 4, false};
    QVERIFY(f.trigger(f.actions().branch));
    QVERIFY(f.waitForEnd(2));
    QCOMPARE(f.view().model->hash, run(f, 1).start.model.hash);
    QVERIFY(run(f, 2).start.parent == (BranchPoint{1, 5}));
  }

  void itsKnobsCanBeTakenOver() {
    WindowFixture f;
    QVERIFY(lookAtMiddle(f));
    f.set("coupling", 0.5);
    f.set("tolerance", 0.5);
    QVERIFY(f.trigger(f.actions().takeKnobs));
    QCOMPARE(numberAt(f.view().knobs, "coupling"), 1.0);
    QCOMPARE(numberAt(f.view().knobs, "tolerance"), 1e-6);
  }
};

QTEST_MAIN(WindowBranchesTest)
#include "window_branches_test.moc"
