// Recordings through the real command line.
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "engine/checkpoint/safetensors.h"
#include "engine/record/trace_reader.h"
#include "tests/app/cli_process.h"

using namespace jacobiscope;

class CliTraceTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;
  QString path(const char* name) const { return m_folder.filePath(name); }

 private Q_SLOTS:
  void aRunIsRecordedBesideItsResult() {
    const QStringList words = {"run",   "--model",  "toy",    "--seed", "5",
                               "--set", "stages=3", "--json", "--out"};
    const CliResult plain = runCli(words + QStringList{path("plain.safetensors")});
    const CliResult traced =
        runCli(words + QStringList{path("traced.safetensors"), "--trace", path("run.jtrace")});
    QCOMPARE(traced.code, 0);
    // Being looked at changes nothing.
    QVERIFY(readArrays(path("plain.safetensors").toStdString()) ==
            readArrays(path("traced.safetensors").toStdString()));
    const QJsonObject json = traced.json();
    QCOMPARE(json["calls"], plain.json()["calls"]);
    QVERIFY(!plain.json().contains("trace"));
    QCOMPARE(json["trace"]["bytes"].toInt(), QFileInfo(path("run.jtrace")).size());

    Recording read;
    const TraceContents contents = readTrace(path("run.jtrace").toStdString(), read);
    QCOMPARE(contents.missing, std::string());
    const RunRecord& run = *read.run(1);
    QCOMPARE(int(run.snapshots.size()), json["sweeps"].toInt());
    QCOMPARE(int(run.calls()), json["calls"].toInt());
    QCOMPARE(run.start.input.seed, std::uint64_t{5});
    QCOMPARE(run.start.model.family, std::string("toy"));
    QVERIFY(run.finished->outcome == Outcome::Done);
    QVERIFY(run.finished->result == readArrays(path("traced.safetensors").toStdString()));
    int pictured = 0;
    double seconds = 0;
    for (const auto& snapshot : run.snapshots) {
      if (endsStage(run.start.plan, snapshot->sweep)) pictured += !snapshot->panels.empty();
      seconds += snapshot->sweep.seconds;
    }
    QCOMPARE(pictured, 3);
    QVERIFY(seconds > 0 && seconds <= json["seconds"].toDouble());
  }

  void aBreakpointEndsTheRecordingWithItsReason() {
    const CliResult result = runCli({"run", "--model", "toy", "--out", path("broke.jtrace"), "--set",
                                     "coupling=4", "--break", "rise=3", "--json"});
    QCOMPARE(result.code, 1);
    const QJsonObject stopped = result.json()["stopped"].toObject();
    QCOMPARE(result.json()["trace"].toObject()["bytes"].toInteger(),
             QFileInfo(path("broke.jtrace")).size());
    Recording read;
    QCOMPARE(readTrace(path("broke.jtrace").toStdString(), read).missing, std::string());
    const RunRecord& run = *read.run(1);
    QVERIFY(run.finished && run.finished->outcome == Outcome::Stopped);
    QCOMPARE(run.breaks.size(), std::size_t{1});
    QVERIFY(run.breaks[0].kind == BreakpointKind::Rise);
    QCOMPARE(QString::fromStdString(run.breaks[0].reason), stopped["reason"].toString());
    QCOMPARE(int(run.breaks[0].sweep) + 1, stopped["sweeps"].toInt());
    QCOMPARE(int(run.breaks[0].lastGood) + 1, stopped["good_sweeps"].toInt());
  }

  void aRecordingAloneIsEnough() {
    const CliResult result = runCli({"run", "--model", "toy", "--out", path("alone.jtrace")});
    QCOMPARE(result.code, 0);
    QVERIFY(result.out.contains("alone.jtrace: "));
    const CliResult told = runCli({"inspect", path("alone.jtrace"), "--json"});
    QCOMPARE(told.code, 0);
    const QJsonObject file = told.json()["files"].toArray().at(0).toObject();
    QCOMPARE(file["format"].toString(), QString("jtrace 1.1"));
    QCOMPARE(file["whole"], QJsonValue(true));
    QVERIFY(!file.contains("missing"));
    QCOMPARE(file["bytes"].toInt(), QFileInfo(path("alone.jtrace")).size());
    QVERIFY(file["pictures"].toInt() > 0);
    const QJsonObject run = file["runs"].toArray().at(0).toObject();
    QCOMPARE(run["family"].toString(), QString("toy"));
    QCOMPARE(run["outcome"].toString(), QString("done"));
    QVERIFY(run["sweeps"].toInt() > 0 && run["calls"].toInt() > 0);
  }

  void inspectSaysWhatIsMissing() {
    QCOMPARE(runCli({"run", "--model", "toy", "--out", path("cut.jtrace")}).code, 0);
    QFile file(path("cut.jtrace"));
    QVERIFY(file.resize(file.size() - 1));
    const CliResult result = runCli({"inspect", path("cut.jtrace")});
    QCOMPARE(result.code, 0);
    QVERIFY2(result.out.contains("missing: The file is cut off after byte "), result.out);
    QVERIFY2(result.out.contains("run 1 has no end and is known for "), result.out);
    QVERIFY2(result.out.contains("run 1: toy, "), result.out);
  }

  void whatIsNoRecordingIsRefused() {
    QFile file(path("text.jtrace"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("no recording");
    file.close();
    const CliResult result = runCli({"inspect", path("text.jtrace")});
    QCOMPARE(result.code, 1);
    QVERIFY(result.complainsBriefly());
    QVERIFY2(result.err.contains("is no recording of Jacobiscope"), result.err);
  }

  void badPlaces_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("no folder") << QStringList{"--out", "no/x.jtrace"} << 1
                               << QByteArray("The output folder no does not exist.");
    QTest::newRow("no folder of the trace")
        << QStringList{"--out", "x.png", "--trace", "no/x.jtrace"} << 1
        << QByteArray("The output folder no does not exist.");
    QTest::newRow("another ending") << QStringList{"--out", "x.png", "--trace", "x.txt"} << 2
                                    << QByteArray("--trace x.txt is no .jtrace file.");
    QTest::newRow("twice") << QStringList{"--out", "x.jtrace", "--trace", "y.jtrace"} << 2
                           << QByteArray("--out and --trace both name a recording.");
  }
  void badPlaces() {
    QFETCH(QStringList, words);
    QFETCH(int, code);
    QFETCH(QByteArray, message);
    const CliResult result = runCli(QStringList{"run", "--model", "toy"} + words, m_folder.path());
    QCOMPARE(result.code, code);
    QVERIFY(result.complainsBriefly());
    QVERIFY2(result.err.contains(message), result.err);
    QVERIFY(!QFile::exists(path("x.png")) && !QFile::exists(path("x.jtrace")));
  }

  // The picture is there, and what could not be recorded is told at the end.
  void aFullDiskCostsOnlyTheRecording() {
    QVERIFY(QFile::link("/dev/full", path("full.jtrace")));
    const CliResult result = runCli(
        {"run", "--model", "toy", "--out", path("kept.png"), "--trace", path("full.jtrace")});
    QCOMPARE(result.code, 1);
    QVERIFY(result.complainsBriefly());
    QVERIFY2(result.err.contains("No space left on device"), result.err);
    QVERIFY(QFile::exists(path("kept.png")));
  }
};

QTEST_GUILESS_MAIN(CliTraceTest)
#include "cli_trace_test.moc"
