// Jobs in the window: Generate during a run puts one behind it; they wait, begin, are moved and
// cancelled, are held by Stop and survive a restart.
#include "tests/ui/main_window_fixture.h"

using namespace jacobiscope;

namespace {

struct JobsFixture : WindowFixture {
  JobsPanel& panel() { return *window().library().jobs(); }
  const std::vector<Job>& jobs() { return engine().jobs().jobs(); }
  std::vector<std::uint64_t> seeds() {
    std::vector<std::uint64_t> all;
    for (const Job& job : jobs()) all.push_back(job.input.seed);
    return all;
  }
  // Of the runs that were begun in this window.
  std::vector<std::uint64_t> begun() {
    std::vector<std::uint64_t> all;
    for (const auto& [id, run] : engine().recording().runs()) {
      if (!engine().origins().contains(id)) all.push_back(run.start.input.seed);
    }
    return all;
  }
  void press(std::uint64_t seed) {
    engine().input().seed = seed;
    window().topBar().refresh();
    if (!trigger(actions().generate)) qFatal("nothing can be generated");
  }
  // A slow run with seed 1, and jobs with seeds 2, 3 and 4 behind it.
  bool startWithJobs() {
    if (!loadToy()) return false;
    engine().input().seed = 1;
    window().topBar().refresh();
    if (!startSlowRun()) return false;
    for (std::uint64_t seed : {2, 3, 4}) press(seed);
    return waitFor([this] { return panel().isVisible() && panel().list()->count() == 3; });
  }
  void choose(int row) { panel().list()->setCurrentRow(row); }
  bool allEnded(std::size_t runs) {
    return waitFor([&, runs] {
      return engine().recording().runs().size() == runs && lastRun()->ended() && !view().running;
    });
  }
};

using Seeds = std::vector<std::uint64_t>;

}  // namespace

class WindowJobsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void generateDuringARunPutsAJobBehindIt() {
    JobsFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(!f.panel().isVisible());
    QVERIFY(f.startSlowRun());
    const int first = f.lastRun()->start.run;
    QVERIFY(f.actions().generate->isEnabled());
    f.press(7);
    QCOMPARE(f.jobs().size(), std::size_t{1});
    SOON(f.panel().isVisible());
    QCOMPARE(f.panel().list()->item(0)->text(), QString("seed 7"));
    // The run goes on to its own end, then the job begins by itself, with what was set then.
    f.set("delay", std::int64_t{0});
    SOON_EQUAL(f.lastRun()->start.run, first + 1);
    QVERIFY(f.engine().recording().run(first)->finished->outcome == Outcome::Done);
    QCOMPARE(f.lastRun()->start.input.seed, std::uint64_t{7});
    QCOMPARE(integerAt(f.lastRun()->start.knobs, "delay"), std::int64_t{50});
    QVERIFY(!f.lastRun()->start.warm);
    // The knobs that act on a run are its own.
    QCOMPARE(integerAt(f.view().knobs, "delay"), std::int64_t{50});
    SOON(!f.panel().isVisible());
    f.set("delay", std::int64_t{0});
    QVERIFY(f.allEnded(2));
  }

  void twoPressesAtOnceAreARunAndAJob() {
    JobsFixture f;
    QVERIFY(f.loadToy());
    f.press(1);
    f.press(2);  // before the engine has said anything
    QVERIFY(f.allEnded(2));
    QCOMPARE(f.begun(), (Seeds{1, 2}));
    for (const auto& [id, run] : f.engine().recording().runs()) {
      QVERIFY(run.finished->outcome == Outcome::Done);
    }
  }

  void stopHoldsTheJobsUntilStart() {
    JobsFixture f;
    QVERIFY(f.startWithJobs());
    QVERIFY(!f.panel().startButton()->isVisible());
    QVERIFY(f.trigger(f.actions().stop));
    SOON(!f.view().running);
    QCOMPARE(f.begun(), Seeds{1});
    SOON(f.panel().startButton()->isVisible());
    // A press begins at once, and the jobs still wait.
    f.set("mode", std::string("jacobi"));
    f.set("delay", std::int64_t{0});
    f.press(9);
    QVERIFY(f.allEnded(2));
    QCOMPARE(f.begun(), (Seeds{1, 9}));
    QCOMPARE(f.seeds(), (Seeds{2, 3, 4}));
    QTest::mouseClick(f.panel().startButton(), Qt::LeftButton);
    SOON_EQUAL(f.begun(), (Seeds{1, 9, 2}));
    QCOMPARE(f.seeds(), (Seeds{3, 4}));
  }

  void behindHeldJobsThePressIsExplained() {
    JobsFixture f;
    QVERIFY(f.startWithJobs());
    QVERIFY(f.trigger(f.actions().stop));
    SOON(!f.view().running);
    QVERIFY(f.startSlowRun());
    f.press(9);
    QCOMPARE(f.seeds(), (Seeds{2, 3, 4, 9}));
    QCOMPARE(f.view().notices.back().severity, Severity::Info);
    QVERIFY(f.engine().jobs().held());
  }

  void jobsAreMovedAndCancelledByButtons() {
    JobsFixture f;
    QVERIFY(f.startWithJobs());
    f.choose(2);
    QVERIFY(f.panel().upButton()->isEnabled() && !f.panel().downButton()->isEnabled());
    QTest::mouseClick(f.panel().upButton(), Qt::LeftButton);
    QCOMPARE(f.seeds(), (Seeds{2, 4, 3}));
    // The same job stays chosen where it is now.
    SOON_EQUAL(f.panel().list()->currentRow(), 1);
    QTest::mouseClick(f.panel().upButton(), Qt::LeftButton);
    QCOMPARE(f.seeds(), (Seeds{4, 2, 3}));
    SOON(!f.panel().upButton()->isEnabled());
    QTest::mouseClick(f.panel().downButton(), Qt::LeftButton);
    QCOMPARE(f.seeds(), (Seeds{2, 4, 3}));
    QTest::mouseClick(f.panel().cancelButton(), Qt::LeftButton);
    QCOMPARE(f.seeds(), (Seeds{2, 3}));
    SOON_EQUAL(f.panel().list()->currentItem()->text(), QString("seed 3"));
  }

  void jobsAreMovedAndCancelledByKeys() {
    JobsFixture f;
    QVERIFY(f.startWithJobs());
    f.choose(0);
    QTest::keyClick(f.panel().list(), Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(f.seeds(), (Seeds{3, 2, 4}));
    SOON_EQUAL(f.panel().list()->currentRow(), 1);
    QTest::keyClick(f.panel().list(), Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(f.seeds(), (Seeds{2, 3, 4}));
    SOON_EQUAL(f.panel().list()->currentRow(), 0);
    QTest::keyClick(f.panel().list(), Qt::Key_Down);  // only chooses another
    QTest::keyClick(f.panel().list(), Qt::Key_Delete);
    QCOMPARE(f.seeds(), (Seeds{2, 4}));
  }

  void aDropBetweenCardsIsAnOrder_data() {
    QTest::addColumn<int>("card");
    QTest::addColumn<int>("onto");
    QTest::addColumn<double>("share");  // of the height of that card
    QTest::addColumn<Seeds>("expected");
    QTest::newRow("above the first") << 2 << 0 << 0.2 << Seeds{4, 2, 3};
    QTest::newRow("below the first") << 2 << 0 << 0.8 << Seeds{2, 4, 3};
    QTest::newRow("below the last") << 0 << 2 << 0.8 << Seeds{3, 4, 2};
    QTest::newRow("beside itself") << 1 << 2 << 0.2 << Seeds{2, 3, 4};
  }
  void aDropBetweenCardsIsAnOrder() {
    QFETCH(int, card);
    QFETCH(int, onto);
    QFETCH(double, share);
    QFETCH(Seeds, expected);
    JobsFixture f;
    QVERIFY(f.startWithJobs());
    CardList& list = *f.panel().list();
    f.choose(card);
    const QRect below = list.visualItemRect(list.item(onto));
    QVERIFY(list.letGo(QPointF(below.center().x(), below.top() + share * below.height())));
    QCOMPARE(f.seeds(), expected);
    SOON_EQUAL(list.item(0)->text(), QString("seed %1").arg(expected[0]));
    QCOMPARE(list.count(), 3);
  }

  void aJobOfAnotherModelLoadsItFirst() {
    JobsFixture f;
    QVERIFY(f.load(f.dressedFile()));
    f.engine().input().label = 1;
    QVERIFY(f.startSlowRun());
    f.press(5);
    QVERIFY(f.trigger(f.actions().stop));
    SOON(!f.view().running);
    QVERIFY(f.loadToy());
    QVERIFY(f.engine().jobs().held());
    QCOMPARE(f.jobs().front().className, std::string("two"));
    f.engine().startJobs();
    SOON_EQUAL(f.begun(), (Seeds{0, 5}));
    QCOMPARE(f.lastRun()->start.model.name, std::string("dressed"));
    QCOMPARE(f.lastRun()->start.input.label.value_or(-1), std::int64_t{1});
  }

  void aJobThatCannotBeginIsToldAndTheNextOneBegins() {
    JobsFixture f;
    QVERIFY(f.startWithJobs());
    Job lost = f.jobs()[0], refused = f.jobs()[0];
    lost.path = f.path("gone.pth").toStdString();
    lost.input.seed = 20;
    refused.knobs["coupling"] = 1e9;
    refused.input.seed = 21;
    const int problems = f.problems();
    f.engine().jobs().add(lost);
    f.engine().jobs().add(refused);
    for (int i : {4, 5}) f.engine().jobs().move(i, 0);
    QCOMPARE(f.seeds(), (Seeds{21, 20, 2, 3, 4}));
    f.set("delay", std::int64_t{0});
    SOON_EQUAL(f.begun(), (Seeds{1, 2}));
    QCOMPARE(f.seeds(), (Seeds{3, 4}));
    // One for the knob; the load says why, and the job which one it was.
    QCOMPARE(f.problems() - problems, 3);
  }

  void aSliderStillRestartsAtOnceWhileJobsAreHeld() {
    JobsFixture f;
    QVERIFY(f.startWithJobs());
    QVERIFY(f.trigger(f.actions().stop));
    SOON(!f.view().running);
    f.set("delay", std::int64_t{0});
    QVERIFY(f.generate());
    const int whole = f.lastRun()->start.run;
    f.set("coupling", 0.5);
    QVERIFY(f.waitForEnd(whole + 1));
    QVERIFY(f.lastRun()->start.warm);
    QCOMPARE(f.seeds(), (Seeds{2, 3, 4}));
  }

  void jobsSurviveARestart() {
    JobsFixture f;
    QVERIFY(f.startWithJobs());
    f.choose(2);
    QTest::mouseClick(f.panel().upButton(), Qt::LeftButton);
    QCOMPARE(f.seeds(), (Seeds{2, 4, 3}));
    const std::string before = jobsText(f.jobs());
    f.close();
    f.open();
    QCOMPARE(jobsText(f.jobs()), before);
    QVERIFY(f.window().messageBar().isVisible());
    QVERIFY(f.window().messageBar().text().startsWith("3 jobs are waiting"));
    // None begins by itself, not even when its model is there.
    QVERIFY(f.loadToy());
    QCOMPARE(f.seeds(), (Seeds{2, 4, 3}));
    QPushButton* start = f.window().messageBar().findChild<QPushButton*>("accent");
    QCOMPARE(start->text(), QString("Start"));
    QTest::mouseClick(start, Qt::LeftButton);
    SOON_EQUAL(f.begun(), Seeds{2});
    QVERIFY(!f.window().messageBar().isVisible());
  }

  void aSecondWindowLeavesTheJobsToTheFirst() {
    JobsFixture f;
    QVERIFY(f.startWithJobs());
    MainWindow second({toyFamily()}, {}, std::make_unique<QSettings>(
                                              f.path("second.ini"), QSettings::IniFormat),
                      f.path("data"));
    QVERIFY(second.engine().jobs().empty());
    QCOMPARE(second.engine().view().notices.size(), std::size_t{1});
    QCOMPARE(second.engine().view().notices[0].severity, Severity::Info);
  }

  void aDamagedFileOfJobsIsToldAndTheWindowWorks() {
    JobsFixture f;
    f.close();
    QFile file(f.path("data/jobs.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"version\": 99, \"jobs\": []}");
    file.close();
    f.open();
    QCOMPARE(f.problems(), 1);
    QVERIFY(QFile::exists(f.path("data/jobs.json.damaged")));
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
  }
};

QTEST_MAIN(WindowJobsTest)
#include "window_jobs_test.moc"
