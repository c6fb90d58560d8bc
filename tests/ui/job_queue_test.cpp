// Jobs as text and in order: they come back as they were, and nothing hostile gets in.
#include <QtTest>

#include "engine/core/error.h"
#include "ui/shell/job_queue.h"

using namespace jacobiscope;

namespace {

Job fullJob(std::uint64_t seed) {
  Job job;
  job.path = "/models/größe.safetensors";
  job.model = "Robot";
  job.modelHash = "abc";
  job.className = "cat face";
  job.schedule = "automatic";
  job.knobs = {{"on", true}, {"cap", std::int64_t{7}}, {"tolerance", 1e-3}, {"mode", "jacobi"}};
  job.input.seed = seed;
  job.input.count = 4;
  job.input.prompt = "put the “red” cube\nin the bowl";
  job.input.label = 3;
  job.input.picture = "me.png";
  job.input.arrays["layout"] = {{2, 3}, std::vector<float>{0.1f, -2, 3e-20f, 4, 5, 1.0f / 3}};
  job.input.arrays["labels"] = {{2}, std::vector<std::int64_t>{-1, std::int64_t{1} << 60}};
  return job;
}

QList<std::uint64_t> seeds(const JobQueue& queue) {
  QList<std::uint64_t> all;
  for (const Job& job : queue.jobs()) all << job.input.seed;
  return all;
}

void write(const QString& path, const std::string& text) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(text.data(), qint64(text.size()));
}

}  // namespace

class JobQueueTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void textKeepsEverything() {
    const Job job = fullJob(std::uint64_t(-1));
    const auto read = parseJobs(jobsText({job, fullJob(2)}));
    QCOMPARE(read.size(), std::size_t{2});
    const Job& back = read.front();
    QCOMPARE(back.path, job.path);
    QCOMPARE(back.model, job.model);
    QCOMPARE(back.modelHash, job.modelHash);
    QCOMPARE(back.className, job.className);
    QCOMPARE(back.schedule, job.schedule);
    QVERIFY(back.knobs == job.knobs);
    QCOMPARE(back.input.seed, job.input.seed);
    QCOMPARE(back.input.count, 4);
    QCOMPARE(back.input.prompt, job.input.prompt);
    QVERIFY(back.input.label == job.input.label);
    QCOMPARE(back.input.picture, job.input.picture);
    QVERIFY(back.input.arrays == job.input.arrays);
    QCOMPARE(read[1].id, 2);
  }

  void refusals_data() {
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::newRow("later version") << "\"version\": 1" << "\"version\": 2";
    QTest::newRow("version of another type") << "\"version\": 1" << "\"version\": []";
    QTest::newRow("version 0") << "\"version\": 1" << "\"version\": 0";
    QTest::newRow("no jobs") << "\"jobs\"" << "\"jabs\"";
    QTest::newRow("no model") << "\"model\"" << "\"muddle\"";
    QTest::newRow("empty path") << "/models/größe.safetensors" << "";
    QTest::newRow("knob is a list") << "\"cap\": 7" << "\"cap\": [7]";
    QTest::newRow("count") << "\"count\": 4" << "\"count\": 65";
    QTest::newRow("negative seed") << "\"seed\": 5" << "\"seed\": -5";
    QTest::newRow("shape of other size") << "    3\n" << "    4\n";
    QTest::newRow("huge shape") << "    3\n" << "    4611686018427387905\n";
    QTest::newRow("array type") << "float32" << "float16";
    QTest::newRow("data") << "\"data\": \"" << "\"data\": \"?";
    QTest::newRow("odd bytes") << "\"data\": \"" << "\"data\": \"AAAA";
    QTest::newRow("no JSON") << "{" << "[";
  }
  void refusals() {
    QFETCH(QString, from);
    QFETCH(QString, to);
    const QString good = QString::fromStdString(jobsText({fullJob(5)}));
    QVERIFY(good.contains(from));
    const std::string bad = QString(good).replace(from, to).toStdString();
    QVERIFY_EXCEPTION_THROWN(parseJobs(bad), Error);
  }

  // Cut off anywhere it is refused, and never read as fewer jobs.
  void everyCutIsRefused() {
    const std::string text = jobsText({fullJob(5)});
    for (std::size_t size = 0; size + 1 < text.size(); ++size) {
      QVERIFY_EXCEPTION_THROWN(parseJobs(text.substr(0, size)), Error);
    }
  }

  void deepNestingIsRefused() {
    const std::string deep = std::string(100000, '[') + std::string(100000, ']');
    QVERIFY_EXCEPTION_THROWN(parseJobs(deep), Error);
  }

  void order_data() {
    QTest::addColumn<int>("id");
    QTest::addColumn<int>("row");
    QTest::addColumn<QList<std::uint64_t>>("expected");
    QTest::newRow("up") << 3 << 1 << QList<std::uint64_t>{10, 30, 20, 40};
    QTest::newRow("down") << 1 << 2 << QList<std::uint64_t>{20, 30, 10, 40};
    QTest::newRow("before the first") << 2 << -1 << QList<std::uint64_t>{20, 10, 30, 40};
    QTest::newRow("behind the last") << 2 << 9 << QList<std::uint64_t>{10, 30, 40, 20};
    QTest::newRow("stays") << 2 << 1 << QList<std::uint64_t>{10, 20, 30, 40};
    QTest::newRow("unknown") << 7 << 0 << QList<std::uint64_t>{10, 20, 30, 40};
  }
  void order() {
    QFETCH(int, id);
    QFETCH(int, row);
    QFETCH(QList<std::uint64_t>, expected);
    JobQueue queue;
    for (std::uint64_t seed : {10, 20, 30, 40}) queue.add(fullJob(seed));
    queue.move(id, row);
    QCOMPARE(seeds(queue), expected);
  }

  void everyChangeIsKept() {
    QTemporaryDir folder;
    const QString file = folder.filePath("jobs.json");
    const auto kept = [&] {
      JobQueue other;
      other.keepIn(file);
      return seeds(other);
    };
    JobQueue queue;
    queue.keepIn(file);
    for (std::uint64_t seed : {10, 20, 30}) queue.add(fullJob(seed));
    QCOMPARE(kept(), (QList<std::uint64_t>{10, 20, 30}));
    queue.move(3, 0);
    QCOMPARE(kept(), (QList<std::uint64_t>{30, 10, 20}));
    QCOMPARE(queue.take(1)->input.seed, std::uint64_t{10});
    QCOMPARE(kept(), (QList<std::uint64_t>{30, 20}));
    QVERIFY(!queue.held());
    JobQueue next;
    next.keepIn(file);
    QVERIFY(next.held());
    next.add(fullJob(40));  // ids go on where they were
    QCOMPARE(next.rowOf(3), 2);
    QVERIFY(next.held());
  }

  void aDamagedFileIsSetAside() {
    QTemporaryDir folder;
    const QString file = folder.filePath("jobs.json");
    write(file, "not jobs");
    JobQueue queue;
    QVERIFY_EXCEPTION_THROWN(queue.keepIn(file), Error);
    QVERIFY(queue.empty());
    QFile aside(file + ".damaged");
    QVERIFY(aside.open(QIODevice::ReadOnly));
    QCOMPARE(aside.readAll(), QByteArray("not jobs"));
    QVERIFY(!QFile::exists(file));
    queue.add(fullJob(1));  // and from now on they are kept again
    QVERIFY(QFile::exists(file));
  }

  void afailureToKeepIsToldOnce() {
    QTemporaryDir folder;
    JobQueue queue;
    QSignalSpy told(&queue, &JobQueue::notKept);
    queue.keepIn(folder.filePath("missing/jobs.json"));
    queue.add(fullJob(1));
    queue.add(fullJob(2));
    QCOMPARE(told.size(), 1);
    QCOMPARE(seeds(queue), (QList<std::uint64_t>{1, 2}));
  }

  void titles() {
    Job job;
    job.model = "Toy";
    job.input.seed = 3;
    QCOMPARE(jobTitle(job), std::string("seed 3"));
    QCOMPARE(jobSubtitle(job), std::string("Toy"));
    job.className = "cat face";
    job.input.count = 2;
    job.schedule = "custom";
    QCOMPARE(jobTitle(job), std::string("cat face · seed 3"));
    QCOMPARE(jobSubtitle(job), std::string("Toy · × 2 · custom"));
    job.input.prompt = "a cat";
    QCOMPARE(jobTitle(job), std::string("a cat · seed 3"));
  }
};

QTEST_GUILESS_MAIN(JobQueueTest)
#include "job_queue_test.moc"
