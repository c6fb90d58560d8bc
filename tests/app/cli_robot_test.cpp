// A robot's policy on the command line: what it is, an episode, a table of decoders, their speed,
// and data that it reaches itself. It has learnt nothing; what is said of it must be right.
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "engine/picture/picture_file.h"
#include "tests/app/cli_process.h"
#include "tests/train/square_demonstrations.h"

class CliRobotTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
#if defined(JACOBISCOPE_WITH_TORCH) && defined(JACOBISCOPE_WITH_MUJOCO)
    const QString data = m_folder.filePath("data.safetensors");
    jacobiscope::writeDemonstrations(data.toStdString(), jacobiscope::squareDemonstrations(10),
                                     {1, 0.2});
    m_model = m_folder.filePath("policy/model.safetensors");
    QStringList words = {"train", "vla", "--data", data, "--out", m_model};
    for (const char* set : {"steps=2", "batch=2", "width=32", "layers=1", "heads=4",
                            "vision_width=16", "vision_layers=1", "threads=1", "chunk=2"}) {
      words << "--set" << set;
    }
    const CliResult trained = runCli(words);
    QVERIFY2(trained.code == 0, trained.err);
#else
    QSKIP("This build has no robot.");
#endif
  }

  void inspectNamesItsParts() {
    const CliResult result = runCli({"inspect", m_model, "--json"});
    QVERIFY2(result.code == 0, result.err);
    const QJsonObject file = result.json()["files"].toArray()[0].toObject();
    QCOMPARE(file["family"].toString(), QString("vla"));
    const QJsonObject config = file["config"].toObject();
    QVERIFY(config["tower"].toString().contains("1 blocks of width 16"));
    QVERIFY(config["llama"].toString().contains("1 layers of width 32"));
    QCOMPARE(config["chunk"].toString(), QString("2 steps of 7 numbers"));
    QCOMPARE(config["statistics"].toString(), QString("tabletop"));
    QVERIFY(config["actions of tabletop"].toString().contains("gripper"));
    QVERIFY(file["missing"].toArray().isEmpty());
  }

  void anEpisodeIsRun() {
    const QString png = m_folder.filePath("end.png");
    const QStringList words = {"run",  "--model", m_model,   "--instruction",
                               "push the red cube left",     "--seed",
                               "3",    "--set",   "steps=6", "--json"};
    const CliResult result = runCli(words + QStringList{"--out", png});
    QVERIFY2(result.code == 0, result.err);
    const QJsonObject report = result.json();
    QCOMPARE(report["prompt"].toString(), QString("push the red cube left"));
    const QJsonArray episodes = report["episodes"].toArray();
    QCOMPARE(episodes.size(), 1);
    QCOMPARE(episodes[0].toObject()["seed"].toInt(), 3);
    const int steps = episodes[0].toObject()["steps"].toInt();
    QVERIFY(steps >= 1 && steps <= 6);
    QVERIFY(report["calls_per_chunk"].toDouble() > 1);  // random drafts are not right at once
    QVERIFY(report["control_hz"].toDouble() > 0);
    const jacobiscope::Image last = jacobiscope::readPicture(png.toStdString());
    QCOMPARE(last.width, 24);
    QCOMPARE(last.height, 24);
    const QString tensors = m_folder.filePath("end.safetensors");
    const CliResult again = runCli(words + QStringList{"--out", tensors, "--count", "2", "--set",
                                                       "decoder=autoregressive"});
    QVERIFY2(again.code == 0, again.err);
    QCOMPARE(again.json()["episodes"].toArray().size(), 2);
    QCOMPARE(again.json()["tokens"].toArray()[0], report["tokens"].toArray()[0]);
    const CliResult listed = runCli({"inspect", "--tensors", tensors});
    for (const char* name : {"tokens", "actions", "states", "success", "seeds"}) {
      QVERIFY2(listed.out.contains(name), name);
    }
  }

  void whatMeansNothingToARobotIsRefused_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("nothing") << QStringList{} << QByteArray("--instruction");
    QTest::newRow("label") << QStringList{"--label", "3"} << QByteArray("--label");
    QTest::newRow("noise") << QStringList{"--noise", "x.safetensors"} << QByteArray("--noise");
    QTest::newRow("image") << QStringList{"--image", "x.png"} << QByteArray("--image");
    QTest::newRow("both") << QStringList{"--prompt", "a", "--instruction", "b"}
                          << QByteArray("--instruction");
  }

  void whatMeansNothingToARobotIsRefused() {
    QFETCH(QStringList, words);
    QFETCH(QByteArray, says);
    const QString out = m_folder.filePath("refused.png");
    const CliResult result = runCli(QStringList{"run", "--model", m_model, "--out", out} + words);
    QCOMPARE(result.code, 2);
    QVERIFY2(result.err.contains(says), result.err);
    QVERIFY(!QFile::exists(out));
  }

  void decodersAreCompared() {
    const QString kept = m_folder.filePath("progress.json");
    const QStringList words = {"evaluate", "--model",   m_model, "--episodes", "2",
                               "--skills", "touch,bowl", "--set", "steps=4",   "--json",
                               "--resume", kept,         "--deviation"};
    const QStringList list = {"--decoders", "autoregressive,jacobi,jacobi:exit=1"};
    const CliResult result = runCli(words + list);
    QVERIFY2(result.code == 0, result.err);
    const QJsonArray rows = result.json()["results"].toArray();
    QCOMPARE(rows.size(), 9);
    for (int i = 0; i < 3; ++i) {  // the same tokens, so the same episodes
      const QJsonObject one = rows[i].toObject(), other = rows[3 + i].toObject();
      QCOMPARE(one["success"], other["success"]);
      QCOMPARE(one["episodes"], other["episodes"]);
      QCOMPARE(other["difference"].toDouble(), 0.0);
    }
    QCOMPARE(rows[2].toObject()["skill"].toString(), QString("all"));
    QCOMPARE(rows[2].toObject()["episodes"].toInt(), 4);
    QCOMPARE(rows[2].toObject()["calls_per_chunk"].toDouble(), 14.0);
    QCOMPARE(rows[8].toObject()["calls_per_chunk"].toDouble(), 1.0);
    QVERIFY(rows[8].toObject().contains("deviation_mm"));
    QVERIFY(QFile::exists(kept));
    QCOMPARE(runCli(words + list).json()["results"], result.json()["results"]);
    const CliResult wrong = runCli(words + QStringList{"--decoders", "jacoby"});
    QCOMPARE(wrong.code, 2);
    QVERIFY2(wrong.err.contains("jacobi"), wrong.err);
  }

  void decodersAreTimed() {
    const CliResult result =
        runCli({"bench", "--model", m_model, "--decoders", "jacobi:warm_start=0", "--json"});
    QVERIFY2(result.code == 0, result.err);
    const QJsonArray rows = result.json()["results"].toArray();
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows[0].toObject()["mode"].toString(), QString("autoregressive"));
    QCOMPARE(rows[0].toObject()["speedup"].toDouble(), 1.0);
    QCOMPARE(rows[1].toObject()["tokens_differ"].toInt(-1), 0);
  }

  void whatItReachesIsLabelled() {
    const QString out = m_folder.filePath("reached.safetensors");
    const QStringList words = {"train", "data",  "tabletop",   "--out", out,         "--set",
                               "episodes=1", "--set", "plan=2", "--set", "kinds=stack", "--json"};
    const QStringList acting = {"--set", "policy=" + m_model, "--set", "mix=0"};
    const CliResult other = runCli(words + acting);  // pictures of 96 pixels
    QCOMPARE(other.code, 2);
    QVERIFY2(other.complainsBriefly() && other.err.contains("--size 24"), other.err);
    const CliResult result = runCli(words + acting + QStringList{"--size", "24"});
    QVERIFY2(result.code == 0, result.err);
    QCOMPARE(result.json()["episodes"].toInt(), 1);
    QVERIFY(result.json()["steps"].toInt() > 0);
    QCOMPARE(runCli(words + QStringList{"--set", "mix=0.5"}).code, 2);  // nobody to mix with
  }

 private:
  QTemporaryDir m_folder;
  QString m_model;
};

QTEST_GUILESS_MAIN(CliRobotTest)
#include "cli_robot_test.moc"
