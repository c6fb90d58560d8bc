// Branches of recordings and the oracle through the real command line.
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "engine/checkpoint/safetensors.h"
#include "engine/record/trace_reader.h"
#include "tests/app/cli_process.h"

using namespace jacobiscope;

class CliBranchTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;
  QString path(const char* name) const { return m_folder.filePath(name); }
  CliResult branch(const QStringList& more) {
    return runCli(QStringList{"run", "--model", "toy", "--branch", path("parent.jtrace")} + more);
  }

 private Q_SLOTS:
  void initTestCase() {
    const CliResult parent = runCli({"run", "--model", "toy", "--seed", "5", "--set", "stages=3",
                                     "--judge", "--json", "--out", path("parent.jtrace")});
    QCOMPARE(parent.code, 0);
    const QJsonObject exactness = parent.json()["exactness"].toObject();
    QCOMPARE(exactness["judged_sweeps"], parent.json()["sweeps"]);
    QCOMPARE(exactness["stages"].toArray().size(), 3);
    const QJsonObject first = exactness["stages"].toArray()[0].toObject();
    QCOMPARE(first["unit"].toString(), QString("max |dx|"));
    QVERIFY(first["largest_error"].toDouble() > 0.1);
    QVERIFY(first["last_error"].toDouble() < 1e-4);
    QVERIFY(exactness["residual_ratio"].toDouble() > 0);
  }

  void theRecordingKeepsWhatTheOracleSaid() {
    Recording read;
    readTrace(path("parent.jtrace").toStdString(), read);
    const RunRecord& run = *read.run(1);
    QCOMPARE(run.exactness.size(), run.snapshots.size());
    const CliResult told = runCli({"inspect", path("parent.jtrace")});
    QVERIFY2(told.out.contains(" judged sweeps exact"), told.out);
  }

  void nothingChangedIsTheParentAgain() {
    Recording parents;
    readTrace(path("parent.jtrace").toStdString(), parents);
    const RunRecord& parent = *parents.run(1);
    for (const char* at : {"1", "7", "20"}) {
      const CliResult result = branch({"--at", at, "--out", path("same.jtrace"), "--json"});
      QVERIFY2(result.code == 0, result.err);
      Recording read;
      QCOMPARE(readTrace(path("same.jtrace").toStdString(), read).missing, std::string());
      const RunRecord& run = *read.run(1);
      QCOMPARE(run.snapshots.size(), parent.snapshots.size());
      QVERIFY(run.finished->result == parent.finished->result);
      QVERIFY((run.start.parent == BranchPoint{0, QByteArray(at).toLongLong()}));
    }
  }

  void aChangeActsFromTheBranchPointOn() {
    const CliResult result = branch({"--at", "7", "--set", "tolerance=0.01", "--judge", "--out",
                                     path("loose.safetensors"), "--json"});
    QVERIFY2(result.code == 0, result.err);
    const QJsonArray timeline = result.json()["timeline"].toArray();
    QCOMPARE(timeline.size(), 2);
    QCOMPARE(timeline[1].toObject()["sweep"].toInt(), 7);
    QVERIFY(result.json()["exactness"].toObject()["judged_sweeps"] == result.json()["sweeps"]);
    Recording parents;
    readTrace(path("parent.jtrace").toStdString(), parents);
    QVERIFY(readArrays(path("loose.safetensors").toStdString()) !=
            parents.run(1)->finished->result);
    const CliResult told = branch({"--at", "7", "--out", path("branch.jtrace")});
    QVERIFY2(told.out.contains("of which 7 are the parent's"), told.out);
    QVERIFY(runCli({"inspect", path("branch.jtrace")}).out.contains("branched after sweep 7"));
  }

  void refusals_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("message");
    const QString out = path("no.jtrace");
    QTest::newRow("no place") << QStringList{"--out", out} << 2
                              << QByteArray("It is not said where to branch.");
    QTest::newRow("beyond the end") << QStringList{"--out", out, "--at", "100000"} << 2
                                    << QByteArray("has ");
    QTest::newRow("a seed") << QStringList{"--out", out, "--at", "3", "--seed", "4"} << 2
                            << QByteArray("--seed and --branch are both given.");
    QTest::newRow("a size") << QStringList{"--out", out, "--at", "3", "--set", "size=9"} << 1
                            << QByteArray("A branch cannot change size");
    QTest::newRow("another run") << QStringList{"--out", out, "--at", "3", "--run", "2"} << 2
                                 << QByteArray("There is no run 2");
  }
  void refusals() {
    QFETCH(QStringList, words);
    QFETCH(int, code);
    QFETCH(QByteArray, message);
    const CliResult result = branch(words);
    QCOMPARE(result.code, code);
    QVERIFY2(result.complainsBriefly(), result.err);
    QVERIFY2(result.err.contains(message), result.err);
  }

  void placesNeedABranch() {
    const CliResult result =
        runCli({"run", "--model", "toy", "--at", "3", "--out", path("no.jtrace")});
    QCOMPARE(result.code, 2);
    QVERIFY2(result.err.contains("--at is given without --branch."), result.err);
  }
};

QTEST_GUILESS_MAIN(CliBranchTest)
#include "cli_branch_test.moc"
