// Writing while a run goes on: within a budget, and where the disk is full.
#include <sys/resource.h>

#include <QTemporaryDir>
#include <QtTest>
#include <csignal>

#include "engine/record/trace_reader.h"
#include "engine/record/trace_writer.h"
#include "tests/record/trace_events.h"

using namespace jacobiscope;

namespace {

constexpr int kStages = 4, kSweepsEach = 50;

// A run with a picture of 300 bytes after every sweep.
void writeRun(TraceWriter& writer) {
  Started started = test::everyStart(1);
  started.plan = {{"a", "b", "c", "d"}, {8, 8, 8, 8}, {}, false};
  writer.add(started);
  for (int i = 0; i < kStages * kSweepsEach; ++i) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->run = 1;
    snapshot->sweep.index = i;
    snapshot->sweep.window = {i / kSweepsEach, 0, 8, 0};
    snapshot->sweep.frontier = i % kSweepsEach == kSweepsEach - 1 ? 8 : 1;
    snapshot->sweep.facts = {{"change", "", 0, std::vector<float>(8, float(i))}};
    snapshot->panels = {{"sample", "", test::pictureOf(10, 10)}};
    writer.add(std::shared_ptr<const Snapshot>(std::move(snapshot)));
  }
  writer.add(test::everyEnd(1, kStages * kSweepsEach));
}

std::vector<std::int64_t> picturedIn(const Recording& recording) {
  std::vector<std::int64_t> sweeps;
  for (const auto& snapshot : recording.run(1)->snapshots) {
    if (!snapshot->panels.empty()) sweeps.push_back(snapshot->sweep.index);
  }
  return sweeps;
}

}  // namespace

class TraceWriterTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;
  std::string path(const char* name) { return m_folder.filePath(name).toStdString(); }

 private Q_SLOTS:
  void picturesStayWithinTheirBudgetAndFactsAreWhole() {
    constexpr std::uint64_t kBudget = 20000;  // for about fifty of two hundred
    TraceWriter writer(path("budget.jtrace"), kBudget);
    writeRun(writer);
    QVERIFY(!writer.problem());
    QVERIFY(writer.encoder().pictureBytes() <= kBudget);
    QVERIFY(writer.encoder().pictureBytes() > kBudget / 2);
    Recording read;
    QCOMPARE(readTrace(path("budget.jtrace"), read).missing, std::string());
    QCOMPARE(read.run(1)->snapshots.size(), std::size_t{kStages * kSweepsEach});
    const std::vector<std::int64_t> pictured = picturedIn(read);
    QCOMPARE(pictured.size(), writer.encoder().pictures());
    QCOMPARE(pictured.size() + writer.encoder().droppedPictures(),
             std::uint64_t{kStages * kSweepsEach});
    QVERIFY(pictured.back() >= 3 * kSweepsEach);  // in the last stage, too
    std::int64_t before = -1, widest = 0;
    for (const std::int64_t sweep : pictured)
      widest = std::max(widest, sweep - std::exchange(before, sweep));
    QVERIFY(widest > 4 && widest <= 64);
    QVERIFY(std::ranges::find(pictured, kSweepsEach - 1) != pictured.end());  // a stage's end
    for (std::int64_t i = 0; i < kStages * kSweepsEach; ++i) {
      QCOMPARE(std::get<0>(read.run(1)->snapshots[i]->sweep.facts[0].values).back(), float(i));
    }
  }

  void withoutABudgetThereAreNoPictures() {
    TraceWriter writer(path("none.jtrace"), 0);
    writeRun(writer);
    Recording read;
    readTrace(path("none.jtrace"), read);
    QCOMPARE(read.pictureBytes(), std::size_t{0});
    QVERIFY(read.run(1)->finished);
  }

  void aFullDiskIsToldOnceAndNothingIsThrown() {
    TraceWriter writer("/dev/full");
    QVERIFY(writer.problem());
    writeRun(writer);
    QCOMPARE(writer.bytes(), std::uint64_t{0});
    QCOMPARE(QString(writer.problem()->what()),
             QString("Cannot write /dev/full: No space left on device."));
    QVERIFY(!writer.problem()->hint().empty());
  }

  // A limit on the size of files, which cuts a record in two.
  void aDiskThatFillsUpLeavesWholeRecords() {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    ::getrlimit(RLIMIT_FSIZE, &old);
    for (rlim_t size = 20000; size < 20400; size += 7) {
      const rlimit limit{size, old.rlim_max};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      TraceWriter writer(path("full.jtrace"));
      writeRun(writer);
      ::setrlimit(RLIMIT_FSIZE, &old);
      QVERIFY(writer.problem());
      QVERIFY(writer.bytes() <= size && writer.bytes() + 1000 > size);
      QCOMPARE(std::uint64_t(std::filesystem::file_size(path("full.jtrace"))), writer.bytes());
      Recording read;
      const TraceContents contents = readTrace(path("full.jtrace"), read);
      QVERIFY2(contents.missing.find("Run 1 has no end") == 0, contents.missing.c_str());
      QVERIFY(read.run(1)->snapshots.size() > 10);
    }
  }

  void aPlaceThatCannotBeWrittenIsRefused() {
    QVERIFY_THROWS_EXCEPTION(Error, TraceWriter(path("no/such/folder.jtrace")));
    RunRecord run;
    run.start = test::everyStart(1);
    QVERIFY_THROWS_EXCEPTION(Error, writeTrace(path("no/such/folder.jtrace"), {&run}));
  }

  // What is saved afterwards replaces a file whole or not at all.
  void savingFailsWithoutATrace() {
    Recording recording;
    for (const Event& event : test::everyEvent()) recording.add(event);
    const std::string file = path("kept.jtrace");
    writeTrace(file, {recording.run(4), recording.run(5)});
    const auto size = std::filesystem::file_size(file);
    Recording read;
    QCOMPARE(readTrace(file, read).runs.size(), std::size_t{2});
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    ::getrlimit(RLIMIT_FSIZE, &old);
    const rlimit limit{1000, old.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    bool refused = false;
    try {
      writeTrace(file, {recording.run(4)});
    } catch (const Error&) {
      refused = true;
    }
    ::setrlimit(RLIMIT_FSIZE, &old);
    QVERIFY(refused);
    QCOMPARE(std::filesystem::file_size(file), size);
    QCOMPARE(QDir(m_folder.path()).entryList({"*.part", ".*.part"}, QDir::Files | QDir::Hidden),
             QStringList());
  }

  void whatBelongsToNoRunIsNotWritten() {
    TraceWriter writer(path("empty.jtrace"));
    const std::uint64_t header = writer.bytes();
    writer.add(test::snapshotOf(1, 0));
    writer.add(test::everyEnd(1, 1));
    writer.add(Failed{0, "load", "no such file", ""});
    writer.add(Paused{true});
    QCOMPARE(writer.bytes(), header);
    writer.add(test::everyStart(1));
    const std::uint64_t begun = writer.bytes();
    writer.add(test::snapshotOf(1, 3));  // a gap
    writer.add(test::snapshotOf(1, -1));
    QCOMPARE(writer.bytes(), begun);
  }
};

QTEST_GUILESS_MAIN(TraceWriterTest)
#include "trace_writer_test.moc"
