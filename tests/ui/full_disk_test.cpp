// No room for the recording: the run goes on, and the user is told. The system itself refuses to
// write: the size of files is limited.
#include <sys/resource.h>

#include <csignal>

#include "tests/ui/main_window_fixture.h"

using namespace jacobiscope;

namespace {

// While it lives, files do not grow beyond so many bytes.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);  // the call is to fail, not the program
    ::getrlimit(RLIMIT_FSIZE, &m_before);
    rlimit small = m_before;
    small.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallDisk() { ::setrlimit(RLIMIT_FSIZE, &m_before); }

 private:
  rlimit m_before{};
};

}  // namespace

class FullDiskTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void theRunGoesOnAndSomebodyIsTold() {
    WindowFixture f;
    QVERIFY(f.loadToy());
    {
      const SmallDisk disk(8192);
      QVERIFY(f.generate());
      QVERIFY(f.lastRun()->finished->outcome == Outcome::Done);
      QCOMPARE(f.problems(), 1);
      QCOMPARE(f.view().notices.back().what, std::string("record"));
      QVERIFY(f.view().notices.back().hint.find("Runs go on") != std::string::npos);
      // Once is enough.
      QVERIFY(f.generate());
      QCOMPARE(f.problems(), 1);
    }
    // What was written is whole up to there, and the next run is kept again.
    QVERIFY(f.generate());
    const std::size_t runs = f.engine().recording().runs().size();
    QCOMPARE(runs, std::size_t{3});
    f.close();
    f.open();
    QVERIFY(f.lastRun());
    QVERIFY(f.lastRun()->finished);
    QCOMPARE(f.lastRun()->snapshots.size(),
             static_cast<std::size_t>(f.lastRun()->finished->sweeps));
  }
};

QTEST_MAIN(FullDiskTest)
#include "full_disk_test.moc"
