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

#ifdef JACOBISCOPE_WITH_TORCH
  // A flow of one block that lacks a bias, and one whose bias is too short.
  void whatIsMissingIsNamed_data() {
    QTest::addColumn<int>("bias");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("whole") << 24 << QByteArray();
    QTest::newRow("missing") << 0 << QByteArray("has no tensor blocks.0.proj_out.bias");
    QTest::newRow("too short") << 12 << QByteArray("[24] was expected");
  }

  void whatIsMissingIsNamed() {
    QFETCH(int, bias);
    QFETCH(QByteArray, says);
    Arrays arrays;
    const auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
      std::int64_t count = 1;
      for (const std::int64_t extent : shape) count *= extent;
      arrays["blocks.0." + name] = {shape, std::vector<float>(count)};
    };
    const std::string layer = "attn_blocks.0.";
    add("pos_embed", {4, 64});
    add("proj_in.weight", {64, 12});
    add("proj_in.bias", {64});
    for (const char* norm : {"attention.norm.", "mlp.norm."}) {
      add(layer + norm + "weight", {64});
      add(layer + norm + "bias", {64});
    }
    add(layer + "attention.qkv.weight", {192, 64});
    add(layer + "attention.qkv.bias", {192});
    add(layer + "attention.proj.weight", {64, 64});
    add(layer + "attention.proj.bias", {64});
    add(layer + "mlp.main.0.weight", {256, 64});
    add(layer + "mlp.main.0.bias", {256});
    add(layer + "mlp.main.2.weight", {64, 256});
    add(layer + "mlp.main.2.bias", {64});
    add("proj_out.weight", {24, 64});
    if (bias > 0) add("proj_out.bias", {bias});
    const QTemporaryDir folder;
    const QString file = folder.filePath("flow.safetensors");
    writeSafetensors(file.toStdString(), arrays);
    const CliResult result = runCli({"inspect", file, "--json"});
    QCOMPARE(result.code, says.isEmpty() ? 0 : 1);
    QVERIFY2(result.err.contains(says), result.err);
    const QJsonObject report = result.json()["files"].toArray()[0].toObject();
    QCOMPARE(report["missing"].toArray().size(), bias > 0 ? 0 : 1);
    QCOMPARE(report["config"].toObject()["channels"].toString(), QString("64"));
  }
#endif

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
