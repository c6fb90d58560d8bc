// What the command line says to wrong words: exit code 2, one sentence, nothing on stdout.
#include <QTemporaryDir>
#include <QtTest>

#include "tests/app/cli_process.h"

class CliUsageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void refusesWrongUsage_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("says");
    const QStringList run = {"run", "--model", "toy", "--out", "x.png"};
    QTest::newRow("unknown command") << QStringList{"rum"} << QByteArray("Did you mean run?");
    QTest::newRow("unknown option") << run + QStringList{"--sed", "3"}
                                    << QByteArray("Did you mean --seed?");
    QTest::newRow("option of a later version")
        << run + QStringList{"--lesson", "x"} << QByteArray("Unknown option --lesson");
    QTest::newRow("no value") << QStringList{"run", "--model"} << QByteArray("--model needs");
    QTest::newRow("option as value") << QStringList{"run", "--model", "--json"}
                                     << QByteArray("--model needs a value");
    QTest::newRow("value for a switch") << run + QStringList{"--json=1"}
                                        << QByteArray("--json takes no value");
    QTest::newRow("given twice") << run + QStringList{"--seed", "1", "--seed", "2"}
                                 << QByteArray("--seed is given twice");
    QTest::newRow("no --out") << QStringList{"run", "--model", "toy"}
                              << QByteArray("--out is missing");
    QTest::newRow("no --model") << QStringList{"run", "--out", "x.png"}
                                << QByteArray("--model is missing");
    QTest::newRow("operand too many") << run + QStringList{"word"} << QByteArray("\"word\"");
    QTest::newRow("kind of file") << QStringList{"run", "--model", "toy", "--out", "x.gif"}
                                  << QByteArray("neither a .png nor a .safetensors nor a .jtrace");
    QTest::newRow("no equals sign") << run + QStringList{"--set", "mode"}
                                    << QByteArray("not of the form key=value");
    QTest::newRow("unknown key") << run + QStringList{"--set", "tolerence=1"}
                                 << QByteArray("Did you mean tolerance?");
    QTest::newRow("key of another family") << run + QStringList{"--set", "heads=2"}
                                           << QByteArray("no setting \"heads\"");
    QTest::newRow("out of range") << run + QStringList{"--set", "window=0"}
                                  << QByteArray("window=0");
    QTest::newRow("no number") << run + QStringList{"--set", "tolerance=abc"}
                               << QByteArray("tolerance=abc");
    QTest::newRow("not a number") << run + QStringList{"--set", "tolerance=nan"}
                                  << QByteArray("tolerance=nan");
    QTest::newRow("unknown choice") << run + QStringList{"--set", "mode=jacobbi"}
                                    << QByteArray("jacobi");
    QTest::newRow("list length") << run + QStringList{"--set", "segments=1,2"}
                                 << QByteArray("segments has 2 entries");
    QTest::newRow("negative seed") << run + QStringList{"--seed", "-1"} << QByteArray("--seed");
    QTest::newRow("seed and noise")
        << run + QStringList{"--seed", "1", "--noise", "n.safetensors"}
        << QByteArray("--noise and --seed");
    QTest::newRow("class of a model without classes") << run + QStringList{"--label", "3"}
                                                      << QByteArray("has no classes");
    QTest::newRow("instruction without a robot")
        << run + QStringList{"--instruction", "touch the red cube"} << QByteArray("moves no robot");
    QTest::newRow("count") << run + QStringList{"--count", "0"} << QByteArray("--count");
    QTest::newRow("batch twice") << run + QStringList{"--count", "2", "--set", "batch=3"}
                                 << QByteArray("differ");
    QTest::newRow("unknown model")
        << QStringList{"run", "--model", "nosuch", "--out", "x.png"} << QByteArray("nosuch");
    QTest::newRow("inspect nothing") << QStringList{"inspect"} << QByteArray("needs a file");
  }

  void refusesWrongUsage() {
    QFETCH(QStringList, words);
    QFETCH(QByteArray, says);
    const QTemporaryDir folder;
    const CliResult result = runCli(words, folder.path());
    QCOMPARE(result.code, 2);
    QVERIFY2(result.complainsBriefly(), result.err);
    QVERIFY2(result.err.contains(says), result.err);
    QCOMPARE(result.out, QByteArray());
    QVERIFY(QDir(folder.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
  }

  void withoutWordsShowsTheCommandsAndFails() {
    const CliResult result = runCli({});
    QCOMPARE(result.code, 2);
    QCOMPARE(result.out, QByteArray());
    QVERIFY(result.err.contains("calibrate"));
  }

  void helpIsNoError_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("overview") << QStringList{"--help"} << QByteArray("inspect");
    QTest::newRow("version") << QStringList{"--version"} << QByteArray("jacobiscope-cli ");
    // Also where something required is missing.
    QTest::newRow("run") << QStringList{"run", "--help"} << QByteArray("--label-name NAME");
    QTest::newRow("train") << QStringList{"train", "-h"} << QByteArray("--resume FILE");
  }

  void helpIsNoError() {
    QFETCH(QStringList, words);
    QFETCH(QByteArray, says);
    const CliResult result = runCli(words);
    QCOMPARE(result.code, 0);
    QCOMPARE(result.err, QByteArray());
    QVERIFY2(result.out.contains(says), result.out);
  }
};

QTEST_GUILESS_MAIN(CliUsageTest)
#include "cli_usage_test.moc"
