// inspect: whole, broken and foreign files.
#include <QTemporaryDir>
#include <QtTest>

#include "engine/checkpoint/safetensors.h"
#include "tests/app/cli_process.h"

using namespace jacobiscope;

class CliInspectTest : public QObject {
  Q_OBJECT

 private:
  const QString m_flow = QStringLiteral(JACOBISCOPE_TEST_DATA "/tarflow/cond.pth");

  QString cutOff(const QTemporaryDir& folder) {
    QFile whole(m_flow);
    if (!whole.open(QIODevice::ReadOnly)) qFatal("no test data");
    QFile part(folder.filePath("cut.pth"));
    if (!part.open(QIODevice::WriteOnly)) qFatal("no disk");
    part.write(whole.read(whole.size() / 2));
    return part.fileName();
  }

 private Q_SLOTS:
  void listsTensors() {
    const CliResult result = runCli({"inspect", m_flow, "--tensors", "--json"});
    const QJsonObject file = result.json()["files"].toArray()[0].toObject();
    QCOMPARE(file["format"].toString(), QString("pth"));
    QCOMPARE(file["dtype"].toString(), QString("F32"));
    const QJsonArray tensors = file["list"].toArray();
    QCOMPARE(tensors.size(), file["tensors"].toInt());
    bool found = false;
    for (const QJsonValue& tensor : tensors) {
      found = found || tensor["name"].toString() == "blocks.0.pos_embed";
    }
    QVERIFY(found);
#ifdef JACOBISCOPE_WITH_TORCH
    QCOMPARE(result.code, 0);
    QCOMPARE(file["family"].toString(), QString("tarflow"));
    QVERIFY(file["config"].toObject().contains("num_blocks"));
#else
    QCOMPARE(result.code, 1);  // this build opens no flow
#endif
  }

  void aFileCutOffFails() {
    const QTemporaryDir folder;
    const CliResult result = runCli({"inspect", cutOff(folder)});
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("cut.pth"), result.err);
    QVERIFY2(result.complainsBriefly(), result.err);
  }

  void everyFileIsReported() {
    const QTemporaryDir folder;
    const CliResult result =
        runCli({"inspect", cutOff(folder), folder.filePath("nosuch"), m_flow, "--json"});
    QCOMPARE(result.code, 1);
    const QJsonArray files = result.json()["files"].toArray();
    QCOMPARE(files.size(), 3);
    QVERIFY(!files[0]["error"].toString().isEmpty());
    QVERIFY(files[1]["error"].toString().contains("nosuch"));
    QVERIFY(files[2]["tensors"].toInt() > 0);
  }

  void aForeignCheckpointIsNamedAsSuch() {
    const QTemporaryDir folder;
    const QString file = folder.filePath("foreign.safetensors");
    writeSafetensors(file.toStdString(), {{"some.weight", {{2}, std::vector<float>{1, 2}}}});
    const CliResult result = runCli({"inspect", file});
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("family"), result.err);
    QVERIFY(result.out.contains("tensors: 1"));
  }

  void aPictureWithoutRecipeFails() {
    const QTemporaryDir folder;
    QFile file(folder.filePath("x.png"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no picture at all") > 0);
    file.close();
    const CliResult result = runCli({"inspect", file.fileName()});
    QCOMPARE(result.code, 1);
    QVERIFY2(result.complainsBriefly(), result.err);
  }
};

QTEST_GUILESS_MAIN(CliInspectTest)
#include "cli_inspect_test.moc"
