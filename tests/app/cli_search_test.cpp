// The search for a schedule and schedules as text, on the command line.
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/app/cli_process.h"

namespace {

const QString kModel = QStringLiteral(JACOBISCOPE_TEST_DATA "/tarflow/cond.pth");

}  // namespace

class CliSearchTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;

 private Q_SLOTS:
#ifdef JACOBISCOPE_WITH_TORCH
  void whatIsFoundCanBeRun() {
    const QString out = m_folder.filePath("fast.txt"), picture = m_folder.filePath("x.png");
    const CliResult search = runCli({"calibrate", "--model", kModel, "--search", "--error", "0.01",
                                     "--count", "2", "--label", "0", "--out", out, "--json"});
    QVERIFY2(search.code == 0, search.err);
    const QJsonObject found = search.json()["found"].toObject();
    const QJsonObject knobs = found["knobs"].toObject();
    bool tried = false;
    const QJsonArray trials = search.json()["trials"].toArray();
    for (const QJsonValue& trial : trials) {
      if (trial["knobs"].toObject() != knobs) continue;
      tried = true;
      QVERIFY(trial["max_error"].toDouble() <= 0.01);
    }
    QVERIFY(tried);
    QCOMPARE(search.json()["batch"].toInt(), 2);
    const CliResult run = runCli({"run", "--model", kModel, "--schedule", out, "--out", picture,
                                  "--json"});
    QVERIFY2(run.code == 0, run.err);
    QCOMPARE(run.json()["knobs"].toObject()["mode"], knobs["mode"]);
  }

  void theNotationOfThePaperIsRun() {
    const QString picture = m_folder.filePath("y.png");
    const CliResult run = runCli({"run", "--model", kModel, "--schedule", "[2-4-9-5]", "--out",
                                  picture, "--set", "cap=7", "--json"});
    QVERIFY2(run.code == 0, run.err);
    const QJsonObject knobs = run.json()["knobs"].toObject();
    QCOMPARE(knobs["mode"].toString(), QString("gs-jacobi"));
    QCOMPARE(knobs["segments"].toString(), QString("4,1,1"));
    QCOMPARE(knobs["cap"].toString(), QString("7"));  // --set wins
  }

  void whatCannotBeReadIsRefused() {
    const QString picture = m_folder.filePath("z.png");
    const QList<QStringList> wrong = {
        {"run", "--model", kModel, "--schedule", "[9-4-9-5]", "--out", picture},
        {"run", "--model", kModel, "--schedule", "no-such-file", "--out", picture},
        {"calibrate", "--model", kModel, "--search", "--error", "none"},
        {"calibrate", "--model", kModel, "--search", "--images", picture}};
    for (const QStringList& words : wrong) {
      const CliResult result = runCli(words);
      QVERIFY2(result.code == 2 && result.complainsBriefly(), result.err);
      QVERIFY(!QFile::exists(picture));
    }
  }
#else
  void withoutTorchItSaysSo() {
    const CliResult result = runCli({"calibrate", "--model", kModel, "--search"});
    QCOMPARE(result.code, 1);
    QVERIFY(result.err.contains("LibTorch"));
  }
#endif
};

QTEST_GUILESS_MAIN(CliSearchTest)
#include "cli_search_test.moc"
