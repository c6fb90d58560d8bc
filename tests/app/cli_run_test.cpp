// Runs of the toy family through the real command line.
#include <csignal>
#include <QTemporaryDir>
#include <QtTest>

#include "engine/checkpoint/safetensors.h"
#include "engine/core/knob.h"
#include "tests/app/cli_process.h"

using namespace jacobiscope;

class CliRunTest : public QObject {
  Q_OBJECT

 private:
  // Whether the process has come as far as having its own handler for SIGINT.
  static bool catchesInterrupt(qint64 process) {
    QFile status(QString("/proc/%1/status").arg(process));
    if (!status.open(QIODevice::ReadOnly)) return false;
    for (const QByteArray& line : status.readAll().split('\n')) {
      if (!line.startsWith("SigCgt:")) continue;
      return (line.mid(7).trimmed().toULongLong(nullptr, 16) >> (SIGINT - 1) & 1) != 0;
    }
    return false;
  }

  std::vector<float> solve(const QStringList& settings) {
    const QTemporaryDir folder;
    const QString out = folder.filePath("x.safetensors");
    const CliResult result = runCli(QStringList{"run", "--model", "toy", "--out", out} + settings);
    if (result.code != 0) return {};
    return std::get<std::vector<float>>(readArrays(out.toStdString()).at("x").values);
  }

 private Q_SLOTS:
  void jsonIsTheOnlyThingOnStdout() {
    const QTemporaryDir folder;
    const QString out = folder.filePath("x.png");
    const CliResult result = runCli({"run", "--model", "toy", "--seed", "7", "--out", out, "--set",
                                     "segments=2", "--set", "stages=3", "--json"});
    QCOMPARE(result.code, 0);
    const QJsonObject json = result.json();
    QCOMPARE(json["model"].toString(), QString("toy"));
    QCOMPARE(json["seed"].toInt(), 7);
    QVERIFY(json["label"].isNull());
    QCOMPARE(json["out"].toString(), out);
    QCOMPARE(json["settled"].toBool(), true);
    QVERIFY(json["calls"].toInt() > 0);
    QVERIFY(json["sweeps"].toInt() > 0);
    QVERIFY(json["seconds"].toDouble() > 0);
    QVERIFY(json["max_residual"].toDouble(-1) >= 0);
    QCOMPARE(json["iterations"].toArray().size(), 3);
    const QJsonObject knobs = json["knobs"].toObject();
    QCOMPARE(knobs["segments"].toString(), QString("2"));
    // A schedule list asks for the mode that obeys it.
    QCOMPARE(knobs["mode"].toString(), QString("gs-jacobi"));
    QVERIFY(QFile::exists(out));
  }

  void sequentialHasNoResidual() {
    const QTemporaryDir folder;
    const CliResult result = runCli({"run", "--model", "toy", "--out", folder.filePath("x.png"),
                                     "--set", "mode=sequential", "--json"});
    QCOMPARE(result.code, 0);
    QVERIFY(result.json()["max_residual"].isNull());
  }

  void aCapThatIsTooSmallIsReported() {
    const QTemporaryDir folder;
    const CliResult result = runCli({"run", "--model", "toy", "--out", folder.filePath("x.png"),
                                     "--set", "cap=2", "--json"});
    QCOMPARE(result.code, 0);
    QCOMPARE(result.json()["settled"], QJsonValue(false));
  }

  void everyModeWritesTheSameNumbers() {
    const std::vector<float> sequential = solve({"--set", "mode=sequential"});
    QVERIFY(!sequential.empty());
    QCOMPARE(solve({"--set", "mode=jacobi", "--set", "tolerance=0"}), sequential);
    QCOMPARE(solve({"--set", "mode=window", "--set", "tolerance=0"}), sequential);
    QVERIFY(solve({"--seed", "1", "--set", "mode=sequential"}) != sequential);
  }

  void aMissingFolderIsRefusedBeforeAnythingRuns() {
    const CliResult result = runCli({"run", "--model", "toy", "--out", "/no/such/folder/x.png",
                                     "--set", "fail_at=0"});
    QCOMPARE(result.code, 1);
    QVERIFY2(result.complainsBriefly(), result.err);
    QVERIFY2(result.err.contains("/no/such/folder"), result.err);
  }

  void aFailingRunLeavesTheOldFile() {
    const QTemporaryDir folder;
    const QString out = folder.filePath("x.png");
    QFile old(out);
    QVERIFY(old.open(QIODevice::WriteOnly) && old.write("mine") == 4);
    old.close();
    const CliResult result =
        runCli({"run", "--model", "toy", "--out", out, "--set", "fail_at=3", "--json"});
    QCOMPARE(result.code, 1);
    QCOMPARE(result.out, QByteArray());
    QVERIFY2(result.complainsBriefly(), result.err);
    QVERIFY(old.open(QIODevice::ReadOnly));
    QCOMPARE(old.readAll(), QByteArray("mine"));
    QCOMPARE(QDir(folder.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
             QStringList("x.png"));
  }

  void aBreakpointStopsTheRunAndSaysWhy() {
    const QTemporaryDir folder;
    const QStringList words = {"run", "--model", "toy", "--out", folder.filePath("x.png"), "--set",
                               "coupling=4", "--break", "overflow,rise=3"};
    const CliResult result = runCli(words);
    QCOMPARE(result.code, 1);
    QCOMPARE(result.out, QByteArray());
    QVERIFY2(result.complainsBriefly(), result.err);
    QVERIFY2(result.err.contains("The residual of stage 1 rose over 3 iterations, from"),
             result.err);
    QVERIFY(QDir(folder.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));

    const CliResult told = runCli(words + QStringList{"--json"});
    QCOMPARE(told.code, 1);
    const QJsonObject stopped = told.json()["stopped"].toObject();
    QCOMPARE(stopped["breakpoint"].toString(), QString("rise"));
    QVERIFY(result.err.contains(stopped["reason"].toString().toUtf8()));
    QCOMPARE(stopped["sweeps"].toInt() - stopped["good_sweeps"].toInt(), 3);
  }

  void aHealthyRunIsNotStopped() {
    const QTemporaryDir folder;
    const CliResult result = runCli({"run", "--model", "toy", "--out", folder.filePath("x.png"),
                                     "--break", "rise,overflow,stall,acceptance"});
    QVERIFY2(result.code == 0, result.err);
  }

  void aBreakpointThatIsNoneIsRefused() {
    const CliResult result =
        runCli({"run", "--model", "toy", "--out", "x.png", "--break", "rises=3"});
    QCOMPARE(result.code, 2);
    QVERIFY2(result.complainsBriefly(), result.err);
    QVERIFY2(result.err.contains("rise"), result.err);
  }

  void interruptStopsCleanly() {
    const QTemporaryDir folder;
    QProcess process;
    process.start(QStringLiteral(JACOBISCOPE_CLI),
                  {"run", "--model", "toy", "--out", folder.filePath("x.png"), "--json", "--set",
                   "mode=sequential", "--set", "delay=20"});
    QVERIFY(process.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(catchesInterrupt(process.processId()), kCliPatience);
    // Not stopped, it would sleep for 20 s and write its file.
    QTest::qWait(500);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(kCliPatience));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
    QCOMPARE(process.readAllStandardOutput(), QByteArray());
    QVERIFY(QDir(folder.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
  }

  void aBrokenConfigurationIsRefused_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("cut off") << QByteArray("{\"sigma\": ");
    QTest::newRow("no object") << QByteArray("[1]");
    QTest::newRow("empty") << QByteArray();
  }

  void aBrokenConfigurationIsRefused() {
    QFETCH(QByteArray, text);
    const QTemporaryDir folder;
    QFile config(folder.filePath("c.json"));
    QVERIFY(config.open(QIODevice::WriteOnly) && config.write(text) == text.size());
    config.close();
    const CliResult result = runCli({"run", "--model", "toy", "--out", folder.filePath("x.png"),
                                     "--config", config.fileName()});
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("c.json"), result.err);
  }

  void aNoiseFileWithoutNoiseIsRefused_data() {
    QTest::addColumn<bool>("named");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("no such tensor") << false << QByteArray("no tensor \"noise\"");
    QTest::newRow("wrong rank") << true << QByteArray("[4]");
  }

  void aNoiseFileWithoutNoiseIsRefused() {
    QFETCH(bool, named);
    QFETCH(QByteArray, says);
    const QTemporaryDir folder;
    const QString noise = folder.filePath("n.safetensors");
    writeSafetensors(noise.toStdString(),
                     {{named ? "noise" : "z", {{4}, std::vector<float>{1, 2, 3, 4}}}});
    const CliResult result = runCli({"run", "--model", "toy", "--out", folder.filePath("x.png"),
                                     "--noise", noise});
    QCOMPARE(result.code, 1);
    QVERIFY2(result.complainsBriefly(), result.err);
    QVERIFY2(result.err.contains(says) && result.err.contains("n.safetensors"), result.err);
  }

  void modelsListsTheToyAndItsKnobs() {
    const QJsonObject all = runCli({"models", "--json"}).json();
    QCOMPARE(all["models"].toArray()[0].toObject()["name"].toString(), QString("toy"));
    const QJsonArray knobs =
        runCli({"models", "--knobs", "toy", "--json"}).json()["knobs"].toArray();
    QStringList keys;
    for (const QJsonValue& knob : knobs) {
      keys << knob["key"].toString();
      QVERIFY(!knob["default"].isUndefined());
      QVERIFY(!knob["help"].toString().isEmpty());
    }
    QVERIFY(keys.contains("mode") && keys.contains("tolerance"));
  }

  void benchComparesWithSequential() {
    const CliResult result = runCli({"bench", "--model", "toy", "--set", "size=64", "--set",
                                     "stages=2", "--json"});
    QCOMPARE(result.code, 0);
    const QJsonObject json = result.json();
    const QJsonArray results = json["results"].toArray();
    QVERIFY(results.size() > 2);
    QCOMPARE(results[0]["mode"].toString(), QString("sequential"));
    QCOMPARE(results[0]["speedup"].toDouble(), 1.0);
    QCOMPARE(results[0]["calls"].toInt(), 128);
    for (const QJsonValue& entry : results) {
      QVERIFY(entry["seconds"].toDouble() > 0);
      QVERIFY(entry["max_error"].toDouble(1) < 1e-3);
      QCOMPARE(entry["window"].isNull(), entry["mode"].toString() != "window");
    }
    QVERIFY(json.contains("cost_of_watching") && json.contains("efficiency"));
  }

  void commandsThatNeedAFlowSaySo() {
    for (const char* command : {"calibrate", "evaluate"}) {
      const CliResult result = runCli({command, "--model", "toy"});
      QCOMPARE(result.code, 1);
      QVERIFY2(result.complainsBriefly(), result.err);
    }
  }
};

QTEST_GUILESS_MAIN(CliRunTest)
#include "cli_run_test.moc"
