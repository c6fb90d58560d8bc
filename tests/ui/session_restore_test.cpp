// A window that is killed in the middle of a run comes back as it was: this program starts itself
// as the one that is killed.
#include <QProcess>

#include "tests/ui/main_window_fixture.h"

using namespace jacobiscope;

namespace {

constexpr char kLive[] = "--live";
constexpr char kReady[] = "ready";
constexpr std::int64_t kSweeps = 5;  // that the killed run has at least

void choose(WindowFixture& f) {
  f.view().followHand = false;
  f.set("coupling", 0.25);
  f.engine().input().count = 3;
  f.engine().input().prompt = "half a prompt";
  f.window().findChild<QDockWidget*>("parametersDock")->show();
  f.window().resize(1100, 700);
}

// The program that is killed: says so when everything is on the disk.
int live(const QString& root) {
  WindowFixture f(false, root);
  if (!f.loadToy()) return 1;
  if (!f.startSlowRun()) return 1;
  choose(f);
  for (std::uint64_t seed : {77, 78}) {
    f.engine().input().seed = seed;
    f.window().topBar().refresh();
    f.actions().generate->trigger();
  }
  const bool kept = f.waitFor([&] {
    const QSettings store(f.path("settings.ini"), QSettings::IniFormat);
    return f.sweeps() >= kSweeps && store.value("seed").toString() == "78" &&
           store.value("lastModel").toString() == "toy" && store.value("count").toInt() == 3;
  });
  if (!kept) return 1;
  std::puts(kReady);
  std::fflush(stdout);
  return QApplication::exec();
}

bool runUntilReady(QProcess& process, const QString& root) {
  process.setProcessChannelMode(QProcess::SeparateChannels);
  process.start(QCoreApplication::applicationFilePath(), {kLive, root});
  QByteArray said;
  while (!said.contains(kReady)) {
    if (!process.waitForReadyRead(kPatience)) return false;
    said += process.readAllStandardOutput();
  }
  return true;
}

}  // namespace

class SessionRestoreTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void afterAKillEverythingIsThere() {
    QTemporaryDir folder;
    QProcess process;
    QVERIFY(runUntilReady(process, folder.path()));
    process.kill();
    QVERIFY(process.waitForFinished(kPatience));
    QCOMPARE(process.exitStatus(), QProcess::CrashExit);

    WindowFixture f(false, folder.path());
    // Layout, prompt, seed and count.
    QVERIFY(f.window().findChild<QDockWidget*>("parametersDock")->isVisible());
    QCOMPARE(f.engine().input().prompt, std::string("half a prompt"));
    QCOMPARE(f.engine().input().seed, std::uint64_t{78});
    QCOMPARE(f.engine().input().count, 3);
    // The queue waits, and is asked about.
    std::vector<std::uint64_t> seeds;
    for (const Job& job : f.engine().jobs().jobs()) seeds.push_back(job.input.seed);
    QCOMPARE(seeds, (std::vector<std::uint64_t>{77, 78}));
    QVERIFY(f.engine().jobs().held());
    QVERIFY(f.window().messageBar().isVisible());
    // The recording is there up to the kill, and somebody is told that it broke off.
    QVERIFY(f.lastRun());
    QVERIFY(f.sweeps() >= kSweeps);
    QVERIFY(f.lastRun()->ended());
    QCOMPARE(f.view().cursor.run, f.lastRun()->start.run);
    QCOMPARE(f.view().notices.size(), std::size_t{1});
    QCOMPARE(f.view().notices[0].message, std::string("Restored the last recording."));
    QCOMPARE(f.view().notices[0].severity, Severity::Info);
    // Model and knobs.
    f.window().openLastModel();
    SOON(f.view().model.has_value());
    QCOMPARE(f.view().model->name, std::string("toy"));
    QCOMPARE(numberAt(f.view().knobs, "coupling"), 0.25);
    QCOMPARE(textAt(f.view().knobs, "mode"), std::string("sequential"));
  }

  void afterANormalQuitEverythingIsThere() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    QVERIFY(f.generate());
    choose(f);
    f.close();
    f.open();
    QVERIFY(f.window().findChild<QDockWidget*>("parametersDock")->isVisible());
    QCOMPARE(f.engine().input().prompt, std::string("half a prompt"));
    QCOMPARE(f.engine().input().count, 3);
    QVERIFY(f.lastRun());
    QVERIFY(f.view().notices.empty());
    f.window().openLastModel();
    SOON(f.view().model.has_value());
    QCOMPARE(numberAt(f.view().knobs, "coupling"), 0.25);
  }
};

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  QStandardPaths::setTestModeEnabled(true);
  const QStringList words = application.arguments();
  if (words.value(1) == kLive) return live(words.value(2));
  SessionRestoreTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "session_restore_test.moc"
