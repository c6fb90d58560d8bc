// train data tabletop: with a simulator a file that follows from its seed, without one a
// plain message. train vla, which needs none.
#include <QtTest>

#include "tests/app/cli_process.h"
#include "tests/train/square_demonstrations.h"

class CliTabletopTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void settingsThatCannotBeAreRefused_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("kind") << QStringList{"--set", "kinds=stak"} << QByteArray("stack");
    QTest::newRow("key") << QStringList{"--set", "episode=3"} << QByteArray("episodes");
    QTest::newRow("noise") << QStringList{"--set", "noise=2"} << QByteArray("noise=2");
    QTest::newRow("episodes") << QStringList{"--set", "episodes=0"} << QByteArray("episodes");
    QTest::newRow("seed") << QStringList{"--set", "seed=0"} << QByteArray("seed");
    QTest::newRow("size") << QStringList{"--size", "4"} << QByteArray("--size");
    QTest::newRow("font") << QStringList{"--font", "x.ttf"} << QByteArray("--font");
  }

  void settingsThatCannotBeAreRefused() {
#ifdef JACOBISCOPE_WITH_MUJOCO
    QFETCH(QStringList, words);
    QFETCH(QByteArray, says);
    QTemporaryDir folder;
    const QString out = folder.filePath("data.safetensors");
    const CliResult result = runCli(QStringList{"train", "data", "tabletop", "--out", out} + words);
    QCOMPARE(result.code, 2);
    QVERIFY2(result.complainsBriefly() && result.err.contains(says), result.err);
    QVERIFY(!QFile::exists(out));
#else
    QSKIP("This build has no simulator.");
#endif
  }

  void demonstrationsAreWritten() {
    QTemporaryDir folder;
    const auto write = [&](const QString& name, const QString& seed) {
      return runCli({"train", "data", "tabletop", "--out", folder.filePath(name), "--size", "16",
                     "--set", "episodes=2", "--set", "kinds=touch,bowl", "--set", "seed=" + seed,
                     "--json"});
    };
    const CliResult result = write("a.safetensors", "1");
#ifdef JACOBISCOPE_WITH_MUJOCO
    QVERIFY2(result.code == 0, result.err);
    QCOMPARE(result.json()["episodes"].toInt(), 2);
    QCOMPARE(result.json()["kinds"].toObject()["touch"].toObject()["done"].toInt(), 1);
    QVERIFY(result.json()["steps"].toInt() > 10);
    write("b.safetensors", "1");
    write("c.safetensors", "2");
    const auto bytes = [&](const QString& name) {
      QFile file(folder.filePath(name));
      return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QVERIFY(!bytes("a.safetensors").isEmpty());
    QVERIFY(bytes("a.safetensors") == bytes("b.safetensors"));
    QVERIFY(bytes("a.safetensors") != bytes("c.safetensors"));
#else
    QCOMPARE(result.code, 1);
    QVERIFY2(result.complainsBriefly() && result.err.contains("no simulator"), result.err);
#endif
  }

  void policyIsTrained() {
#ifdef JACOBISCOPE_WITH_TORCH
    QTemporaryDir folder;
    const QString data = folder.filePath("data.safetensors");
    const QString out = folder.filePath("policy/model.safetensors");
    jacobiscope::writeDemonstrations(data.toStdString(), jacobiscope::squareDemonstrations(10),
                                     {1, 0.2});
    QStringList words = {"train", "vla", "--data", data, "--out", out, "--json"};
    for (const char* set : {"steps=2", "batch=2", "width=32", "layers=1", "heads=4",
                            "vision_width=16", "vision_layers=1", "threads=1"}) {
      words << "--set" << set;
    }
    const CliResult result = runCli(words);
    QVERIFY2(result.code == 0, result.err);
    QCOMPARE(result.json()["steps"].toInt(), 2);
    QVERIFY(result.json()["held_out"].toDouble() > 0);
    for (const char* name : {"model.safetensors", "model.state.safetensors", "config.json",
                             "spiece.model"}) {
      QVERIFY2(QFile::exists(folder.filePath(QString("policy/") + name)), name);
    }
    const CliResult refused = runCli(words + QStringList{"--set", "softness=-1"});
    QCOMPARE(refused.code, 2);
    QVERIFY2(refused.complainsBriefly() && refused.err.contains("softness"), refused.err);
    words[3] = out;  // a model is no data
    words[5] = folder.filePath("second/model.safetensors");
    const CliResult wrong = runCli(words);
    QCOMPARE(wrong.code, 1);
    QVERIFY2(wrong.complainsBriefly() && wrong.err.contains(out.toUtf8()), wrong.err);
    QVERIFY(!QFile::exists(words[5]));
#endif
  }
};

QTEST_GUILESS_MAIN(CliTabletopTest)
#include "cli_tabletop_test.moc"
