// Recordings as files in the window: saved, opened with no model, damaged ones, and those that
// are kept from one start to the next.
#include "tests/ui/main_window_fixture.h"

using namespace jacobiscope;

namespace {

struct RecordingsFixture : WindowFixture {
  using WindowFixture::WindowFixture;
  std::vector<int> runs() {
    std::vector<int> all;
    for (const auto& [id, run] : engine().recording().runs()) all.push_back(id);
    return all;
  }
  // A file with a run of the toy.
  QString recorded(const QString& name = "x.jtrace") {
    if (!loadToy() || !generate()) return {};
    const QString file = path(name);
    return window().recordings().save(file, lastRun()->start.run) ? file : QString();
  }
  QStringList keptFiles() {
    return QDir(path("data/runs")).entryList({"*.jtrace"}, QDir::Files);
  }
};

void cutOff(const QString& path, double share) {
  QFile file(path);
  QVERIFY(file.resize(qint64(double(file.size()) * share)));
}

}  // namespace

class WindowRecordingsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void aRecordingIsScrubbedWithoutAModel() {
    RecordingsFixture made, f;
    const QString file = made.recorded();
    QVERIFY(!file.isEmpty());
    QVERIFY(f.drop(file));
    QVERIFY(!f.view().model);
    SOON_EQUAL(f.window().library().runs()->count(), 1);
    const auto& before = made.lastRun()->snapshots;
    const auto& after = f.lastRun()->snapshots;
    QCOMPARE(after.size(), before.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
      QCOMPARE(after[i]->sweep.seconds, before[i]->sweep.seconds);
    }
    QVERIFY(f.lastRun()->finished->result == made.lastRun()->finished->result);
    QCOMPARE(f.view().cursor.run, f.lastRun()->start.run);
    const auto last = f.view().cursor.sweep;
    QCOMPARE(last + 1, f.sweeps());
    QVERIFY(f.trigger(f.actions().back));
    QCOMPARE(f.view().cursor.sweep, last - 1);
    QVERIFY(f.actions().save->isEnabled());
    QVERIFY(f.window().files().save(f.path("x.png"), f.lastRun()->start.run));
    QCOMPARE(f.problems(), 0);
  }

  void numbersNeverMeet() {
    RecordingsFixture f;
    const QString file = f.recorded();
    QVERIFY(f.drop(file));
    QVERIFY(f.drop(file));
    QCOMPARE(f.runs(), (std::vector<int>{1, 2, 3}));
    QVERIFY(f.trigger(f.actions().generate));
    QVERIFY(f.waitForEnd(4));
    QVERIFY(f.drop(file));
    QCOMPARE(f.runs(), (std::vector<int>{1, 2, 3, 4, 5}));
  }

  void allRunsAreSavedInOneFile() {
    RecordingsFixture made, f;
    QVERIFY(!made.recorded().isEmpty());
    QVERIFY(made.generate());
    QVERIFY(made.window().recordings().save(made.path("all.jtrace"), 0));
    f.window().open(made.path("all.jtrace"));
    QCOMPARE(f.runs().size(), std::size_t{2});
  }

  void aCutRecordingOpensUpToItsLastWholeRecord() {
    RecordingsFixture made, f;
    const QString file = made.recorded();
    cutOff(file, 0.6);
    f.window().open(file);
    QCOMPARE(f.runs().size(), std::size_t{1});
    QVERIFY(f.sweeps() > 0 && f.sweeps() < made.sweeps());
    // It is told, and is a run that has ended: it can be deleted.
    QCOMPARE(f.view().notices.size(), std::size_t{1});
    QCOMPARE(f.view().notices[0].severity, Severity::Warning);
    QVERIFY(f.view().notices[0].message.find("cut off") != std::string::npos);
    QVERIFY(f.lastRun()->finished->outcome == Outcome::Stopped);
    f.engine().eraseRun(f.lastRun()->start.run);
    QVERIFY(f.runs().empty());
  }

  void whatIsNoRecordingIsTold() {
    RecordingsFixture f;
    QVERIFY(!f.recorded().isEmpty());
    QFile file(f.path("bad.jtrace"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("not a recording");
    file.close();
    QVERIFY(f.drop(file.fileName()));
    QCOMPARE(f.problems(), 1);
    f.window().open(f.path("gone.jtrace"));
    QCOMPARE(f.problems(), 2);
    QCOMPARE(f.runs(), std::vector<int>{1});
  }

  void savingWhereNothingCanBeIsTold() {
    RecordingsFixture f;
    QVERIFY(!f.window().recordings().save(f.path("empty.jtrace"), 0));
    QCOMPARE(f.problems(), 1);
    QVERIFY(!f.recorded().isEmpty());
    QVERIFY(!f.window().recordings().save(f.path("missing/x.jtrace"), 1));
    QCOMPARE(f.problems(), 2);
  }

  void openedRunsAreComparedWithEachOtherOnly() {
    RecordingsFixture made, f;
    QVERIFY(made.loadToy());
    QVERIFY(made.generate());
    made.set("mode", std::string("sequential"));
    QVERIFY(made.generate());
    QVERIFY(made.view().baselines.contains(1));
    QVERIFY(made.window().recordings().save(made.path("parallel.jtrace"), 1));
    QVERIFY(made.window().recordings().save(made.path("both.jtrace"), 0));
    // Here a sequential run was measured, but not where the opened one was.
    QVERIFY(f.loadToy());
    f.set("mode", std::string("sequential"));
    QVERIFY(f.generate());
    f.window().open(made.path("parallel.jtrace"));
    QVERIFY(f.view().baselines.empty());
    f.window().open(made.path("both.jtrace"));
    QCOMPARE(f.view().baselines.size(), std::size_t{1});
    QCOMPARE(f.view().baselines.begin()->second.run, f.runs().back());
  }

  void runsComeBackAtTheNextStart() {
    RecordingsFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    f.engine().input().seed = 5;
    f.window().topBar().refresh();
    QVERIFY(f.generate());
    const auto sweeps = f.sweeps();
    f.close();
    f.open();
    QCOMPARE(f.runs().size(), std::size_t{2});
    QCOMPARE(f.lastRun()->start.input.seed, std::uint64_t{5});
    QCOMPARE(f.sweeps(), sweeps);
    QCOMPARE(f.view().cursor.run, f.lastRun()->start.run);
    QVERIFY(f.view().notices.empty());
    // Deleting one deletes it from the disk.
    QCOMPARE(f.keptFiles().size(), 2);
    f.engine().eraseRun(f.lastRun()->start.run);
    QCOMPARE(f.keptFiles().size(), 1);
    f.close();
    f.open();
    QCOMPARE(f.runs().size(), std::size_t{1});
  }
};

QTEST_MAIN(WindowRecordingsTest)
#include "window_recordings_test.moc"
