// The folder of kept runs: one file a run, bounded by its quota, oldest gone first.
#include <QtTest>

#include "engine/record/trace_reader.h"
#include "tests/record/trace_events.h"
#include "ui/shell/kept_runs.h"

using namespace jacobiscope;

namespace {

struct Folder {
  QTemporaryDir dir;
  QString path() const { return dir.filePath("runs"); }
  QStringList files() const { return QDir(path()).entryList(QDir::Files, QDir::Name); }
  // A file as an earlier session leaves one.
  void add(const QString& name, int size) {
    QDir().mkpath(path());
    QFile file(path() + '/' + name);
    if (!file.open(QIODevice::WriteOnly)) qFatal("no file can be written");
    file.write(QByteArray(size, 'x'));
  }
};

constexpr std::uint64_t kPlenty = 1 << 30;

}  // namespace

class KeptRunsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyRunHasAFileThatOpens() {
    Folder folder;
    KeptRuns kept(folder.path(), kPlenty);
    for (const Event& event : test::everyEvent()) kept.add(event);
    QCOMPARE(folder.files().size(), 2);
    Recording recording;
    const QString file = folder.path() + '/' + folder.files()[0];
    const auto first = readTrace(file.toStdString(), recording);
    QCOMPARE(first.runs.size(), std::size_t{1});
    // With what came after its end.
    QCOMPARE(recording.run(first.runs[0])->snapshots.size(), std::size_t{3});
    QVERIFY(recording.run(first.runs[0])->finished);
    QCOMPARE(first.missing, std::string());
  }

  void theOldestGoFirst() {
    Folder folder;
    for (const char* name : {"a.jtrace", "b.jtrace", "c.jtrace"}) folder.add(name, 100);
    folder.add("notes.txt", 1000);  // nobody else's file
    KeptRuns kept(folder.path(), 250);
    QCOMPARE(folder.files(), (QStringList{"b.jtrace", "c.jtrace", "notes.txt"}));
    QCOMPARE(kept.bytes(), std::uint64_t{200});
    kept.setQuota(100);
    QCOMPARE(folder.files(), (QStringList{"c.jtrace", "notes.txt"}));
    kept.clear();
    QCOMPARE(folder.files(), QStringList{"notes.txt"});
  }

  void newestKeepsToItsLimits() {
    Folder folder;
    for (const char* name : {"a.jtrace", "b.jtrace", "c.jtrace"}) folder.add(name, 100);
    KeptRuns kept(folder.path(), kPlenty);
    const auto names = [&](int most, std::uint64_t bytes) {
      QStringList all;
      for (const QString& file : kept.newest(most, bytes)) all << QFileInfo(file).fileName();
      return all;
    };
    QCOMPARE(names(2, kPlenty), (QStringList{"b.jtrace", "c.jtrace"}));
    QCOMPARE(names(9, 150), QStringList{"c.jtrace"});
    QCOMPARE(names(9, 99), QStringList());
  }

  void erasingARunDeletesItsFile() {
    Folder folder;
    KeptRuns kept(folder.path(), kPlenty);
    for (const Event& event : test::everyEvent()) kept.add(event);
    kept.erase(99);
    QCOMPARE(folder.files().size(), 2);
    kept.erase(4);
    QCOMPARE(folder.files().size(), 1);
    QVERIFY(folder.files()[0].endsWith("-5.jtrace"));
  }

  void withoutAQuotaNothingIsKept() {
    Folder folder;
    KeptRuns kept(folder.path(), 0);
    for (const Event& event : test::everyEvent()) kept.add(event);
    QCOMPARE(folder.files(), QStringList());
  }

  void aFolderThatIsGoneIsToldOnce() {
    Folder folder;
    KeptRuns kept(folder.path(), kPlenty);
    QSignalSpy told(&kept, &KeptRuns::failed);
    QVERIFY(QDir(folder.path()).removeRecursively());
    for (const Event& event : test::everyEvent()) kept.add(event);
    QCOMPARE(told.size(), 1);
  }
};

QTEST_GUILESS_MAIN(KeptRunsTest)
#include "kept_runs_test.moc"
